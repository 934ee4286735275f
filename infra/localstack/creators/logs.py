"""CloudWatch Logs: where functions write, and what is counted there."""

from contextlib import suppress

from infra.localstack.creators.account import Account
from infra.localstack.creators.creator import Made, creates, name_of
from infra.localstack.creators.words import renamed
from infra.localstack.engine import Resource


@creates("aws:cloudwatch/logGroup:LogGroup")
def log_group(account: Account, resource: Resource) -> Made:
    logs, name = account.client("logs"), name_of(resource)
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=name)
    if days := resource.inputs.get("retentionInDays"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    return Made(name, {"name": name, "arn": account.arn("logs", f"log-group:{name}")})


@creates("aws:cloudwatch/logMetricFilter:LogMetricFilter")
def log_metric_filter(account: Account, resource: Resource) -> Made:
    given, name = resource.inputs, name_of(resource)
    transformation = renamed(
        given["metricTransformation"],
        name="metricName",
        namespace="metricNamespace",
        value="metricValue",
        unit="unit",
        dimensions="dimensions",
    )
    if "defaultValue" in given["metricTransformation"]:
        transformation["defaultValue"] = float(given["metricTransformation"]["defaultValue"])
    account.client("logs").put_metric_filter(
        logGroupName=given["logGroupName"],
        filterName=name,
        filterPattern=given["pattern"],
        metricTransformations=[transformation],
    )
    return Made(name, {"name": name})
