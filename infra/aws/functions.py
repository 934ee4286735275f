"""A function of ours as AWS's: its role, its log, its code and layer, and what it is told."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from infra import bundle
from infra.aws import policies, rights
from infra.aws.house import House
from infra.aws.layers import Layers
from infra.aws.policies import Statement
from infra.aws.rights import Rights
from infra.discover import Function
from shared.handler import Trigger

KEPT = 30  # days of logs
RETRIES = {"cron": 2, "loop": 0}  # of a call that nobody waits for; a loop's next minute comes anyway
STALE = {"cron": 3600, "loop": 60}  # seconds after which such a call is not worth making


@dataclass(frozen=True)
class Deployed:
    name: str
    trigger: Trigger
    arn: Output[str]  # what is to be called: the alias, where there is one
    invoke_arn: Output[str]
    log_group: Output[str]
    resource: aws.lambda_.Function
    alias: Output[str] | None


def deploy(
    house: House,
    function: Function,
    layers: Layers,
    *,
    hears: Sequence[Input[str]] = (),
    also: Sequence[Statement] = (),
    after: Sequence[pulumi.Resource] = (),
) -> Deployed:
    """`hears`: queues that wake it. `also`: what its code does not tell. `after`: what it needs to find."""
    found = rights.of(function)
    name, trigger = house.name(function.name), function.trigger
    log = log_group(name)
    may = [*policies.statements(house, found, log_group=log.arn, hears=hears), *also]
    role, policy = role_of(name, may)
    made = aws.lambda_.Function(
        name,
        name=name,
        role=role.arn,
        runtime=f"python{house.config.python}",
        architectures=[house.config.architecture],
        handler=f"{function.module}.handler",
        code=pulumi.FileArchive(str(bundle.code(function, python=house.config.python))),
        layers=layers.of(function),
        memory_size=trigger.memory,
        timeout=trigger.timeout,
        # A bound for the database's sake: all of them together stay below its max_connections.
        reserved_concurrent_executions=trigger.concurrency,
        environment={"variables": _told(house, found)},
        vpc_config={
            "subnet_ids": house.network.outward if trigger.internet else house.network.private,
            "security_group_ids": [house.network.functions],
        },
        # A snapshot is of a published version. Nobody waits for the others: they need none.
        publish=trigger.kind == "http",
        snap_start={"apply_on": "PublishedVersions"} if trigger.kind == "http" else None,
        opts=ResourceOptions(depends_on=[log, policy, *after]),
    )
    if trigger.kind in RETRIES:
        aws.lambda_.FunctionEventInvokeConfig(
            name,
            function_name=made.name,
            maximum_retry_attempts=RETRIES[trigger.kind],
            maximum_event_age_in_seconds=STALE[trigger.kind],
        )
    return _deployed(name, trigger, made, log)


def log_group(name: str) -> aws.cloudwatch.LogGroup:
    """Made before the function, which would make one that is kept for ever."""
    return aws.cloudwatch.LogGroup(name, name=f"/aws/lambda/{name}", retention_in_days=KEPT)


def role_of(name: str, statements: Sequence[Statement]) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
    """The policy apart: who takes the role must wait until it may do something."""
    role = aws.iam.Role(name, name=name, assume_role_policy=policies.MAY_BECOME)
    policy = Output.json_dumps({"Version": "2012-10-17", "Statement": statements})
    return role, aws.iam.RolePolicy(name, name="own", role=role.name, policy=policy)


def _told(house: House, found: Rights) -> dict[str, Input[str]]:
    return {name.upper(): house.settings[name] for name in sorted(found.settings & house.settings.keys())}


def _deployed(
    name: str, trigger: Trigger, made: aws.lambda_.Function, log: aws.cloudwatch.LogGroup
) -> Deployed:
    if trigger.kind != "http":
        return Deployed(name, trigger, made.arn, made.invoke_arn, log.name, made, None)
    live = aws.lambda_.Alias(name, name="live", function_name=made.name, function_version=made.version)
    return Deployed(name, trigger, live.arn, live.invoke_arn, log.name, made, live.name)
