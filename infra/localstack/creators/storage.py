"""S3: buckets and what is said about each."""

from infra.localstack.creators.account import Account
from infra.localstack.creators.creator import Made, creates
from infra.localstack.creators.words import capitals, nested
from infra.localstack.engine import Resource

IRREGULAR = {"id": "ID", "sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID"}


@creates("aws:s3/bucket:Bucket")
def bucket(account: Account, resource: Resource) -> Made:
    name = resource.inputs.get("bucket", resource.name)
    account.client("s3").create_bucket(Bucket=name)  # in this region one's own may be made again
    domain = f"{name}.s3.amazonaws.com"
    return Made(name, {"bucket": name, "arn": f"arn:aws:s3:::{name}", "bucketDomainName": domain})


@creates("aws:s3/bucketVersioning:BucketVersioning")
def bucket_versioning(account: Account, resource: Resource) -> Made:
    name = resource.inputs["bucket"]
    status = nested(resource.inputs["versioningConfiguration"], mfaDelete="MFADelete")
    account.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration=status)
    return Made(name)


@creates("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
def bucket_encryption(account: Account, resource: Resource) -> Made:
    name = resource.inputs["bucket"]
    rules = {"Rules": nested(resource.inputs["rules"], **IRREGULAR)}
    account.client("s3").put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=rules)
    return Made(name)


@creates("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
def bucket_public_access_block(account: Account, resource: Resource) -> Made:
    name = resource.inputs["bucket"]
    blocked = capitals(
        resource.inputs, "blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"
    )
    account.client("s3").put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=blocked)
    return Made(name)


@creates("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
def bucket_lifecycle(account: Account, resource: Resource) -> Made:
    name = resource.inputs["bucket"]
    rules = [{"Filter": {"Prefix": ""}} | nested(rule, **IRREGULAR) for rule in resource.inputs["rules"]]
    account.client("s3").put_bucket_lifecycle_configuration(
        Bucket=name, LifecycleConfiguration={"Rules": rules}
    )
    return Made(name)


@creates("aws:s3/bucketOwnershipControls:BucketOwnershipControls")
def bucket_ownership(account: Account, resource: Resource) -> Made:
    name = resource.inputs["bucket"]
    rules = {"Rules": [nested(resource.inputs["rule"])]}
    account.client("s3").put_bucket_ownership_controls(Bucket=name, OwnershipControls=rules)
    return Made(name)


@creates("aws:s3/bucketPolicy:BucketPolicy")
def bucket_policy(account: Account, resource: Resource) -> Made:
    name = resource.inputs["bucket"]
    account.client("s3").put_bucket_policy(Bucket=name, Policy=resource.inputs["policy"])
    return Made(name)
