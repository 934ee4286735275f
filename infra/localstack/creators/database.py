"""Aurora's place is taken by the embedded PostgreSQL, which a secret names as it names Aurora in AWS."""

import json
from dataclasses import dataclass

from infra.localstack.creators.account import Account
from infra.localstack.creators.creator import Made, Refused, creates
from infra.localstack.engine import Resource

SECRET = "astrolabe/database/admin"


@dataclass(frozen=True)
class Database:
    host: str
    port: int
    secret_arn: str
    username: str


def found(account: Account) -> Database:
    secrets = account.client("secretsmanager")
    try:
        held = secrets.get_secret_value(SecretId=SECRET)
    except secrets.exceptions.ResourceNotFoundException:
        raise Refused(
            f"{account.endpoint} has no secret {SECRET}, which names the database:"
            " `make localstack` starts both."
        ) from None
    named = json.loads(held["SecretString"])
    return Database(named["host"], int(named["port"]), held["ARN"], named["username"])


@creates("aws:rds/cluster:Cluster")
def cluster(account: Account, resource: Resource) -> Made:
    database = found(account)
    name = resource.inputs.get("clusterIdentifier", resource.name)
    outputs = {
        "arn": account.arn("rds", f"cluster:{name}"),
        "clusterIdentifier": name,
        "clusterResourceId": name,
        "databaseName": resource.inputs.get("databaseName"),
        "endpoint": database.host,
        "masterUserSecrets": [{"secretArn": database.secret_arn, "secretStatus": "active"}],
        "masterUsername": database.username,
        "port": database.port,
        "readerEndpoint": database.host,
    }
    return Made(name, outputs, left_out=f"the PostgreSQL at {database.host}:{database.port} is the database")


@creates(
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    "aws:rds/subnetGroup:SubnetGroup",
)
def of_the_cluster(account: Account, resource: Resource) -> Made:
    name = resource.inputs.get("name", resource.name)
    kind = resource.type.rpartition(":")[2]
    outputs = {"name": name, "arn": account.arn("rds", f"{kind}:{name}")}
    return Made(name, outputs, left_out="the embedded PostgreSQL needs none")
