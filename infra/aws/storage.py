"""Files: answers too large for a response, exports, uploads."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from infra.aws.config import Config
from shared.storage import PASSING


@dataclass(frozen=True)
class Bucket:
    name: Output[str]
    arn: Output[str]


def bucket(config: Config) -> Bucket:
    """The names of buckets are the whole world's: the account's number makes this one ours."""
    name = f"{config.prefix}-{aws.get_caller_identity().account_id}"
    made = aws.s3.Bucket(
        f"{config.prefix}-files",
        bucket=name,
        force_destroy=not config.durable,  # or `pulumi destroy` would stop at the first file
        opts=ResourceOptions(protect=config.durable),
    )
    _close(f"{config.prefix}-files", made)
    _keep(f"{config.prefix}-files", made)
    return Bucket(made.bucket, made.arn)


def _close(name: str, bucket: aws.s3.Bucket) -> None:
    """To everyone outside the account, and to whoever comes without TLS."""
    aws.s3.BucketOwnershipControls(name, bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"})
    blocked = aws.s3.BucketPublicAccessBlock(
        name,
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
    # With S3's own key: what is personal in a file was sealed before it came here.
    aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        bucket=bucket.id,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
    )
    # One change of a bucket's policy at a time, or S3 answers a conflict.
    opts = ResourceOptions(depends_on=[blocked])
    aws.s3.BucketPolicy(name, bucket=bucket.id, policy=_tls_only(bucket), opts=opts)


def _tls_only(bucket: aws.s3.Bucket) -> Output[str]:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket.arn, Output.concat(bucket.arn, "/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})


def _keep(name: str, bucket: aws.s3.Bucket) -> None:
    """Versions, so that what is overwritten or deleted by mistake is there for a month."""
    versioning = aws.s3.BucketVersioning(
        name, bucket=bucket.id, versioning_configuration={"status": "Enabled"}
    )
    aws.s3.BucketLifecycleConfiguration(
        name,
        bucket=bucket.id,
        rules=[
            {
                "id": "answers",
                "status": "Enabled",
                "filter": {"prefix": PASSING},
                "expiration": {"days": 1},
                "noncurrent_version_expiration": {"noncurrent_days": 1},
            },
            {
                "id": "everything",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "noncurrent_version_expiration": {"noncurrent_days": 30},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
            },
        ],
        opts=ResourceOptions(depends_on=[versioning]),
    )
