"""The function that owns the tables, and its call: what comes after it finds secrets, roles and schema."""

import json

import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from infra import discover
from infra.aws.database import Database
from infra.aws.functions import Deployed, deploy
from infra.aws.house import House
from infra.aws.layers import Layers
from infra.aws.policies import allow


def migrated(
    house: House, layers: Layers, *, database: Database, its_key: Input[str]
) -> tuple[Deployed, aws.lambda_.Invocation]:
    """Called whenever its code changed, which holds every migration, or the database is another."""
    also = [
        allow(["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"], [*house.secrets.values()]),
        allow(["secretsmanager:GetSecretValue"], [database.admin_secret]),
        allow(["kms:Decrypt"], [its_key]),
    ]
    function = deploy(house, discover.owner(), layers, also=also)
    invocation = aws.lambda_.Invocation(
        "migrations",
        function_name=function.resource.name,
        input=json.dumps({}),
        triggers={"code": function.resource.code_sha256, "database": database.host},
        opts=ResourceOptions(depends_on=[function.resource, *database.instances]),
    )
    return function, invocation
