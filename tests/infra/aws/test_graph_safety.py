"""What holds data is closed, encrypted and not lost by mistake; nothing has too long a name."""

import json
from collections.abc import Callable, Iterator

import pytest

from infra.localstack.engine import Resource
from tests.infra.aws.graph import Fault, Graph, arn, identity, statements

PREFIX = "astrolabe-prod"
DATABASE, FILES = f"{PREFIX}-database", f"{PREFIX}-files"
HOLDING = ("rds/cluster", "rds/clusterInstance", "s3/bucket", "kms/key")
PASSING = {
    f"{PREFIX}-alarms",
    "astrolabe-dev-alarms",
}  # a key for what is on its way: nothing is kept under it
LONGEST = {"s3/bucket": 63, "rds/cluster": 63, "rds/clusterInstance": 63}
BLOCKED = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def open_buckets(graph: Graph) -> Iterator[Fault]:
    for bucket in graph.of("s3/bucket"):

        def own(kind: str, bucket: Resource = bucket) -> list[Resource]:
            return [one for one in graph.of(kind) if one.inputs["bucket"] == identity(bucket)]

        if not any(
            all(one.inputs.get(what) for what in BLOCKED) for one in own("s3/bucketPublicAccessBlock")
        ):
            yield f"{bucket.name} may be made public"
        if [one.inputs["rule"]["objectOwnership"] for one in own("s3/bucketOwnershipControls")] != [
            "BucketOwnerEnforced"
        ]:
            yield f"{bucket.name} obeys the lists of whoever writes"
        if not any(_asks_for_tls(one, bucket) for one in own("s3/bucketPolicy")):
            yield f"{bucket.name} answers without TLS"
        if not own("s3/bucketServerSideEncryptionConfiguration"):
            yield f"{bucket.name} is not encrypted"
        if [one.inputs["versioningConfiguration"] for one in own("s3/bucketVersioning")] != [
            {"status": "Enabled"}
        ]:
            yield f"{bucket.name} keeps no versions"
        if not own("s3/bucketLifecycleConfiguration"):
            yield f"{bucket.name} keeps them for ever"


def _asks_for_tls(policy: Resource, bucket: Resource) -> bool:
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:*"],
        "Resource": [arn(bucket), f"{arn(bucket)}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return denied in statements(policy.inputs["policy"])


def unencrypted(graph: Graph) -> Iterator[Fault]:
    keys = {arn(one) for one in graph.of("kms/key")}
    for one in graph.of("rds/cluster"):
        if not one.inputs.get("storageEncrypted") or one.inputs.get("kmsKeyId") not in keys:
            yield one.name
    yield from (one.name for one in graph.of("sqs/queue") if not one.inputs.get("sqsManagedSseEnabled"))
    yield from (one.name for one in graph.of("kms/key") if not one.inputs.get("enableKeyRotation"))
    for group in graph.of("rds/clusterParameterGroup"):
        if {"name": "rds.force_ssl", "value": "1"} not in group.inputs["parameters"]:
            yield f"{group.name} takes whoever comes without TLS"


def known_passwords(graph: Graph) -> list[Fault]:
    """RDS makes and rotates the owner's: one that we gave would stand in Pulumi's state."""
    return [
        one.name
        for one in graph.of("rds/cluster")
        if "masterPassword" in one.inputs or not one.inputs.get("manageMasterUserPassword")
    ]


def unprotected(graph: Graph) -> Iterator[Fault]:
    for one in (one for kind in HOLDING for one in graph.of(kind)):
        if not one.protected and one.name not in PASSING:
            yield f"{one.name} may be destroyed"
    for one in graph.of("rds/cluster"):
        kept = one.inputs.get("deletionProtection"), one.inputs.get("skipFinalSnapshot")
        if kept != (True, False) or "finalSnapshotIdentifier" not in one.inputs:
            yield f"{one.name} goes without a trace"
        if one.inputs["backupRetentionPeriod"] < 30:
            yield f"{one.name} is kept for less than 30 days"
    yield from (f"{one.name} is emptied" for one in graph.of("s3/bucket") if one.inputs.get("forceDestroy"))


def long_names(graph: Graph) -> list[Fault]:
    """IAM, Lambda and EventBridge take 64 characters, S3 and RDS 63; an alarm's may be longer."""
    given = [
        (one, one.inputs.get(what, ""))
        for one in graph.resources
        if not one.type.startswith("aws:cloudwatch/metricAlarm")
        for what in ("name", "bucket", "clusterIdentifier", "identifier", "functionName")
        if not str(one.inputs.get(what, "")).startswith(("/aws/", "arn:"))
    ]
    return [name for one, name in given if len(name) > LONGEST.get(one.type.split(":")[1], 64)]


def twins(graph: Graph) -> list[Fault]:
    names = [(one.type, one.name) for one in graph.resources]
    return sorted({name for kind, name in names if names.count((kind, name)) > 1})


Check = Callable[[Graph], list[Fault] | Iterator[Fault]]
CHECKS: tuple[Check, ...] = (
    open_buckets,
    unencrypted,
    known_passwords,
    long_names,
    twins,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_stack_is_closed(check: Check, prod: Graph, dev: Graph) -> None:
    assert (list(check(prod)), list(check(dev))) == ([], [])


def test_what_holds_data_in_prod_cannot_be_destroyed(prod: Graph) -> None:
    assert list(unprotected(prod)) == []
    assert len(prod.of("rds/clusterInstance")) == 2  # in two zones
    assert {one.name for kind in HOLDING for one in prod.of(kind)} >= {DATABASE, FILES, f"{PREFIX}-users"}


def test_a_stack_for_trying_goes_when_it_is_told_but_for_its_keys(dev: Graph) -> None:
    assert {one.name for one in dev.resources if one.protected} == {
        "astrolabe-dev-data",
        "astrolabe-dev-users",
    }
    [cluster] = dev.of("rds/cluster")
    assert (cluster.inputs["deletionProtection"], cluster.inputs["skipFinalSnapshot"]) == (False, True)
    assert [one.inputs["forceDestroy"] for one in dev.of("s3/bucket")] == [True]


Plant = Callable[[Graph], Graph]
FAULTS: list[tuple[Check, Plant, str]] = [
    (open_buckets, lambda g: g.without("s3/bucketPublicAccessBlock", FILES), "may be made public"),
    (
        open_buckets,
        lambda g: g.with_("s3/bucketPublicAccessBlock", FILES, blockPublicPolicy=False),
        "may be made public",
    ),
    (
        open_buckets,
        lambda g: g.with_("s3/bucketOwnershipControls", FILES, rule={"objectOwnership": "ObjectWriter"}),
        "obeys",
    ),
    (open_buckets, lambda g: g.with_("s3/bucketPolicy", FILES, policy=json.dumps({"Statement": []})), "TLS"),
    (open_buckets, lambda g: g.without("s3/bucketVersioning", FILES), "no versions"),
    (unencrypted, lambda g: g.with_("rds/cluster", DATABASE, storageEncrypted=False), DATABASE),
    (unencrypted, lambda g: g.with_("kms/key", f"{PREFIX}-data", enableKeyRotation=False), f"{PREFIX}-data"),
    (unencrypted, lambda g: g.with_("rds/clusterParameterGroup", DATABASE, parameters=[]), "without TLS"),
    (known_passwords, lambda g: g.with_("rds/cluster", DATABASE, masterPassword="known"), DATABASE),
    (unprotected, lambda g: g.unprotected("rds/cluster", DATABASE), "database may be destroyed"),
    (unprotected, lambda g: g.unprotected("s3/bucket", FILES), "files may be destroyed"),
    (unprotected, lambda g: g.unprotected("kms/key", f"{PREFIX}-users"), "users may be destroyed"),
    (unprotected, lambda g: g.with_("rds/cluster", DATABASE, skipFinalSnapshot=True), "without a trace"),
    (unprotected, lambda g: g.with_("rds/cluster", DATABASE, backupRetentionPeriod=7), "less than 30 days"),
    (unprotected, lambda g: g.with_("s3/bucket", FILES, forceDestroy=True), "emptied"),
    (long_names, lambda g: g.with_("iam/role", f"{PREFIX}-auth-api", name="n" * 65), "n" * 65),
    (long_names, lambda g: g.with_("s3/bucket", FILES, bucket="b" * 64), "b" * 64),
    (twins, lambda g: g.and_("sqs/queue", "one").and_("sqs/queue", "one"), "one"),
]


@pytest.mark.parametrize(("check", "plant", "told"), FAULTS)
def test_a_planted_carelessness_is_found(check: Check, plant: Plant, told: str, prod: Graph) -> None:
    assert told not in "\n".join(check(prod))
    assert told in "\n".join(check(plant(prod)))
