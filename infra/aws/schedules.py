"""The clock: a cron function is woken by its own expression, a loop each minute for a minute."""

import pulumi_aws as aws

from infra.aws.functions import Deployed

EACH_MINUTE = "rate(1 minute)"


def schedule(function: Deployed) -> None:
    """The due time is not in the event: the function computes it. So the default bus is enough."""
    rule = aws.cloudwatch.EventRule(
        function.name,
        name=function.name,
        schedule_expression=function.trigger.schedule or EACH_MINUTE,
    )
    aws.lambda_.Permission(
        function.name,
        action="lambda:InvokeFunction",
        function=function.resource.name,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
    )
    aws.cloudwatch.EventTarget(function.name, rule=rule.name, target_id="function", arn=function.arn)
