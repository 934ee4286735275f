"""What a person is woken by: one topic, and for each thing that may go wrong the sign of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile

import pulumi_aws as aws
from pulumi import Input, Output

from infra.aws.config import Config
from infra.aws.database import Database
from shared.handler import Trigger
from shared.schedule import Rate, parse

MINUTE, HOUR, WEEK = 60, 3600, 7 * 24 * 3600  # seconds
ABOVE, AT_LEAST, BELOW = "GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold"
NEAR = 0.8  # of a timeout, of the connections that there may be
LATE = {MINUTE: 4, HOUR: 1}  # periods that a call may be late by
YEAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)  # and a month


@dataclass(frozen=True)
class Metric:
    namespace: str
    name: str
    statistic: str  # Sum, Maximum, Minimum, p99
    of: Mapping[str, str] = field(default_factory=dict)  # dimensions


def topic(config: Config) -> Output[str]:
    """Where all of them go. AWS's own key for topics would shut CloudWatch out, and so every alarm in."""
    name = f"{config.prefix}-alarms"
    key = aws.kms.Key(
        name, description="Alarms on their way", enable_key_rotation=True, policy=_open_to_cloudwatch()
    )
    made = aws.sns.Topic(name, name=name, kms_master_key_id=key.arn)
    if config.alarm_email:
        aws.sns.TopicSubscription(name, topic=made.arn, protocol="email", endpoint=config.alarm_email)
    return made.arn


def function_alarms(
    config: Config, topic: Input[str], function_name: str, log_group: Input[str], trigger: Trigger
) -> None:
    name = function_name
    _alarm(topic, f"{name}-errors", _of_function("Errors", "Sum", name), ABOVE, 0)
    noted = Metric(config.prefix, name, "Sum")
    _count_alarms(name, log_group, noted)
    _alarm(topic, f"{name}-noted", noted, ABOVE, 0)
    if (
        trigger.kind != "loop"
    ):  # which fills its minute, and is refused a second call at a time: both are meant
        _alarm(topic, f"{name}-throttles", _of_function("Throttles", "Sum", name), ABOVE, 0)
        slow = _of_function("Duration", "p99" if trigger.kind == "http" else "Maximum", name)
        _alarm(topic, f"{name}-slow", slow, AT_LEAST, round(NEAR * trigger.timeout * 1000), period=5 * MINUTE)


def schedule_alarm(topic: Input[str], function_name: str, schedule: str) -> None:
    """No call for longer than the schedule ever pauses; a new stack's rare ones are told of until they begin.

    CloudWatch looks back for a week at most, so what pauses longer is not watched here: the platform's
    status shows its runs, and what fails in them has its own alarm.
    """
    if window := watched(schedule):
        period, periods = window
        calls = _of_function("Invocations", "Sum", function_name)
        name = f"{function_name}-silent"
        _alarm(topic, name, calls, BELOW, 1, period=period, periods=periods, silence="breaching")


def queue_alarms(topic: Input[str], queue: str, dead_letters: str) -> None:
    age = Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", {"QueueName": queue})
    _alarm(topic, f"{queue}-waits", age, AT_LEAST, 15 * MINUTE, period=5 * MINUTE)
    # They are fetched within seconds: where one lies through three periods, nobody comes.
    dead = Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Minimum", {"QueueName": dead_letters})
    _alarm(topic, f"{dead_letters}-lies", dead, ABOVE, 0, period=5 * MINUTE, periods=3)


def database_alarms(topic: Input[str], database: Database) -> None:
    """Of local storage Serverless v2 gives no metric: it grows along with the units."""
    for what, name, limit in (
        ("cpu", "CPUUtilization", 90.0),  # percent
        ("units", "ACUUtilization", 90.0),  # percent of the stack's most
        ("connections", "DatabaseConnections", round(NEAR * database.max_connections)),
    ):
        metric = Metric("AWS/RDS", name, "Maximum", {"DBClusterIdentifier": database.cluster})
        _alarm(topic, f"{database.cluster}-{what}", metric, AT_LEAST, limit, period=5 * MINUTE, periods=3)


def api_alarms(config: Config, topic: Input[str], api_name: str, stage_name: str) -> None:
    """What is answered by 500 is a bug of ours; what takes seconds is what people leave for."""
    name, of = f"{config.prefix}-api", {"ApiName": api_name, "Stage": stage_name}
    _alarm(topic, f"{name}-5xx", Metric("AWS/ApiGateway", "5XXError", "Sum", of), ABOVE, 0)
    latency = Metric("AWS/ApiGateway", "Latency", "p99", of)
    _alarm(topic, f"{name}-slow", latency, AT_LEAST, 5000, period=5 * MINUTE, periods=3)  # ms


def mail_alarm(config: Config, topic: Input[str]) -> None:
    """Of the whole account: at 10 % SES stops sending for it."""
    bounces = Metric("AWS/SES", "Reputation.BounceRate", "Maximum")
    _alarm(topic, f"{config.prefix}-mail-bounces", bounces, AT_LEAST, 0.05, period=HOUR)


def watched(schedule: str) -> tuple[int, int] | None:
    """Periods, in seconds and in number, in one of which there must be a call; none if it takes too many."""
    pause = longest_pause(schedule).total_seconds()
    period = MINUTE if pause <= HOUR else HOUR
    periods = math.ceil(pause / period) + LATE[period]
    return (period, periods) if period * periods <= WEEK else None


def longest_pause(schedule: str) -> timedelta:
    known = parse(schedule)
    if isinstance(known, Rate):
        return known.period
    after, until = YEAR
    due = takewhile(lambda at: at <= until, known.forwards(after))
    return max((later - earlier for earlier, later in pairwise(due)), default=timedelta.max)


def _of_function(name: str, statistic: str, function_name: str) -> Metric:
    return Metric("AWS/Lambda", name, statistic, {"FunctionName": function_name})


def _count_alarms(name: str, log_group: Input[str], counted: Metric) -> None:
    """The lines of shared/alarm.py: what the platform itself has noticed."""
    aws.cloudwatch.LogMetricFilter(
        name,
        name=name,
        log_group_name=log_group,
        pattern='{ $.message = "alarm" }',
        metric_transformation={"namespace": counted.namespace, "name": counted.name, "value": "1"},
    )


def _alarm(
    topic: Input[str],
    name: str,
    metric: Metric,
    comparison: str,
    limit: float,
    *,
    period: int = MINUTE,
    periods: int = 1,
    silence: str = "notBreaching",
) -> None:
    """In each of so many periods one after another."""
    percentile = metric.statistic.startswith("p")
    aws.cloudwatch.MetricAlarm(
        name,
        name=name,
        namespace=metric.namespace,
        metric_name=metric.name,
        dimensions=metric.of,
        statistic=None if percentile else metric.statistic,
        extended_statistic=metric.statistic if percentile else None,
        comparison_operator=comparison,
        threshold=limit,
        period=period,
        evaluation_periods=periods,
        treat_missing_data=silence,
        alarm_actions=[topic],
    )


def _open_to_cloudwatch() -> Output[str]:
    owner = f"arn:aws:iam::{aws.get_caller_identity().account_id}:root"
    told = {"AWS": owner}, ["kms:*"]
    tells = {"Service": "cloudwatch.amazonaws.com"}, ["kms:Decrypt", "kms:GenerateDataKey*"]
    statements = [
        {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*"}
        for principal, actions in (told, tells)
    ]
    return Output.json_dumps({"Version": "2012-10-17", "Statement": statements})
