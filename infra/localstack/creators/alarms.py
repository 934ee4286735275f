"""CloudWatch: alarms, the dashboard, and SNS, which tells a person."""

from collections.abc import Mapping
from typing import Any

from infra.localstack.creators.account import Account
from infra.localstack.creators.creator import Made, creates, name_of
from infra.localstack.creators.words import capitals, pairs, renamed
from infra.localstack.engine import Resource

SAME_WORDS = (
    "actionsEnabled",
    "alarmActions",
    "alarmDescription",
    "comparisonOperator",
    "datapointsToAlarm",
    "evaluationPeriods",
    "evaluateLowSampleCountPercentile",
    "extendedStatistic",
    "insufficientDataActions",
    "metricName",
    "namespace",
    "period",
    "statistic",
    "threshold",
    "thresholdMetricId",
    "treatMissingData",
    "unit",
)


@creates("aws:cloudwatch/metricAlarm:MetricAlarm")
def metric_alarm(account: Account, resource: Resource) -> Made:
    given, name = resource.inputs, name_of(resource)
    alarm = capitals(given, *SAME_WORDS) | renamed(given, okActions="OKActions")
    if "dimensions" in given:
        alarm["Dimensions"] = pairs(given["dimensions"], key="Name", value="Value")
    if "metricQueries" in given:
        alarm["Metrics"] = [_query(query) for query in given["metricQueries"]]
    account.client("cloudwatch").put_metric_alarm(AlarmName=name, **alarm)
    return Made(name, {"name": name, "arn": account.arn("cloudwatch", f"alarm:{name}")})


def _query(given: Mapping[str, Any]) -> dict[str, Any]:
    query = capitals(given, "id", "expression", "label", "returnData", "period")
    if metric := given.get("metric"):
        measured = capitals(metric, "metricName", "namespace")
        measured["Dimensions"] = pairs(metric.get("dimensions"), key="Name", value="Value")
        query["MetricStat"] = {"Metric": measured, **capitals(metric, "period", "stat", "unit")}
    return query


@creates("aws:cloudwatch/dashboard:Dashboard")
def dashboard(account: Account, resource: Resource) -> Made:
    name = resource.inputs["dashboardName"]
    account.client("cloudwatch").put_dashboard(
        DashboardName=name, DashboardBody=resource.inputs["dashboardBody"]
    )
    return Made(name, {"dashboardArn": f"arn:aws:cloudwatch::{account.id}:dashboard/{name}"})


@creates("aws:sns/topic:Topic")
def topic(account: Account, resource: Resource) -> Made:
    sns, name = account.client("sns"), name_of(resource)
    arn = sns.create_topic(Name=name)["TopicArn"]
    for attribute, value in capitals(resource.inputs, "displayName", "kmsMasterKeyId", "policy").items():
        sns.set_topic_attributes(TopicArn=arn, AttributeName=attribute, AttributeValue=value)
    return Made(arn, {"name": name, "arn": arn})


@creates("aws:sns/topicPolicy:TopicPolicy")
def topic_policy(account: Account, resource: Resource) -> Made:
    arn = resource.inputs["arn"]
    account.client("sns").set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=resource.inputs["policy"]
    )
    return Made(arn)


@creates("aws:sns/topicSubscription:TopicSubscription")
def topic_subscription(account: Account, resource: Resource) -> Made:
    given = resource.inputs
    answer = account.client("sns").subscribe(
        TopicArn=given["topic"],
        Protocol=given["protocol"],
        Endpoint=given["endpoint"],
        ReturnSubscriptionArn=True,
    )
    return Made(answer["SubscriptionArn"], {"arn": answer["SubscriptionArn"]})
