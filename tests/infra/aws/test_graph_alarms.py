"""Whatever may fail by itself wakes a person, who is not woken by what is as it should be."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from infra.aws.alarms import longest_pause, watched
from infra.discover import functions
from infra.localstack.engine import Resource
from tests.infra.aws.graph import Fault, Graph, arn, statements

PREFIX = "astrolabe-prod"
DOOR, MAIL, RELAY = (
    f"{PREFIX}-{name}" for name in ("auth-api", "auth-job-send-account-mail", "platform-loop-relay")
)
HOUR = 3600
WEEK = 7 * 24 * HOUR


def alarms(graph: Graph, namespace: str, metric: str, **of: str) -> list[Resource]:
    wanted = (namespace, metric, of)
    return [
        one
        for one in graph.of("cloudwatch/metricAlarm")
        if (one.inputs["namespace"], one.inputs["metricName"], one.inputs.get("dimensions", {})) == wanted
    ]


def unwatched(graph: Graph) -> Iterator[Fault]:
    """What has no alarm of its own."""
    yield from unwatched_functions(graph)
    dead = {
        json.loads(one.inputs["redrivePolicy"])["deadLetterTargetArn"]
        for one in graph.of("sqs/queue")
        if "redrivePolicy" in one.inputs
    }
    for queue in graph.of("sqs/queue"):
        visible, age = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"
        metric = visible if arn(queue) in dead else age
        if not alarms(graph, "AWS/SQS", metric, QueueName=queue.inputs["name"]):
            yield f"{queue.name}: {metric}"
    for cluster in graph.of("rds/cluster"):
        for metric in ("CPUUtilization", "ACUUtilization", "DatabaseConnections"):
            if not alarms(graph, "AWS/RDS", metric, DBClusterIdentifier=cluster.inputs["clusterIdentifier"]):
                yield f"{cluster.name}: {metric}"
    for stage in graph.of("apigateway/stage"):
        [api] = graph.of("apigateway/restApi")
        for metric in ("5XXError", "Latency"):
            of = {"ApiName": api.inputs["name"], "Stage": stage.inputs["stageName"]}
            if not alarms(graph, "AWS/ApiGateway", metric, **of):
                yield f"{stage.name}: {metric}"
    if not alarms(graph, "AWS/SES", "Reputation.BounceRate"):
        yield "bounces"


def unwatched_functions(graph: Graph) -> Iterator[Fault]:
    for function in graph.of("lambda/function"):
        name = function.inputs["name"]
        wanted = ["Errors", *([] if "-loop-" in name else ["Throttles", "Duration"])]
        wanted += ["Invocations"] if "-cron-" in name or "-loop-" in name else []
        for metric in wanted:
            if not alarms(graph, "AWS/Lambda", metric, FunctionName=name):
                yield f"{name}: {metric}"


def unnoted(graph: Graph) -> Iterator[Fault]:
    """Functions whose log may say that the platform found something, and nobody reads it."""
    counted = {
        (one.inputs["logGroupName"], one.inputs["pattern"]): one.inputs["metricTransformation"]
        for one in graph.of("cloudwatch/logMetricFilter")
    }
    for function in graph.of("lambda/function"):
        log = f"/aws/lambda/{function.inputs['name']}"
        metric = counted.get((log, '{ $.message = "alarm" }'))
        if not metric or not alarms(graph, metric["namespace"], metric["name"]):
            yield function.name


def unsent(graph: Graph) -> list[Fault]:
    """Alarms that go nowhere, or to another place than all."""
    topics = [arn(one) for one in graph.of("sns/topic")]
    heard = {one.inputs["topic"] for one in graph.of("sns/topicSubscription")}
    return [
        one.name
        for one in graph.of("cloudwatch/metricAlarm")
        if one.inputs.get("alarmActions") != topics or not heard >= {*topics}
    ]


def locked_topics(graph: Graph) -> Iterator[Fault]:
    """CloudWatch, which writes to them, must be able to use their key; nobody may read them on their way."""
    keys = {arn(key): key for key in graph.of("kms/key")}
    for topic in graph.of("sns/topic"):
        key = keys.get(topic.inputs.get("kmsMasterKeyId", ""))
        told = statements(key.inputs["policy"]) if key else []
        writers = [
            one["Action"] for one in told if one["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        ]
        if writers != [["kms:Decrypt", "kms:GenerateDataKey*"]]:
            yield topic.name


def beyond_cloudwatch(graph: Graph) -> list[Fault]:
    """It looks back for a day, or over periods of an hour and more for a week: else it refuses the alarm."""
    spans = {
        one.name: (one.inputs["period"], one.inputs["period"] * one.inputs["evaluationPeriods"])
        for one in graph.of("cloudwatch/metricAlarm")
    }
    return [name for name, (period, span) in spans.items() if span > (WEEK if period >= HOUR else 24 * HOUR)]


Check = Callable[[Graph], list[Fault] | Iterator[Fault]]
CHECKS: tuple[Check, ...] = (unwatched, unnoted, unsent, locked_topics, beyond_cloudwatch)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_stack_has_no_fault_in_its_alarms(check: Check, prod: Graph, dev: Graph) -> None:
    assert (list(check(prod)), list(check(dev))) == ([], [])


def says(graph: Graph, name: str) -> tuple[Any, ...]:
    given = graph.one("cloudwatch/metricAlarm", f"{PREFIX}-{name}").inputs
    statistic = given.get("statistic", given.get("extendedStatistic"))
    window = given["period"], given["evaluationPeriods"], given["treatMissingData"]
    return statistic, given["comparisonOperator"], given["threshold"], *window


AT_LEAST, ABOVE, BELOW = "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("auth-api-errors", ("Sum", ABOVE, 0, 60, 1, "notBreaching")),
        ("auth-api-slow", ("p99", AT_LEAST, 23_200, 300, 1, "notBreaching")),
        ("auth-api-noted", ("Sum", ABOVE, 0, 60, 1, "notBreaching")),
        ("audit-cron-verify-chains-slow", ("Maximum", AT_LEAST, 720_000, 300, 1, "notBreaching")),
        ("audit-cron-verify-chains-silent", ("Sum", BELOW, 1, HOUR, 25, "breaching")),
        ("platform-loop-relay-silent", ("Sum", BELOW, 1, 60, 5, "breaching")),
        ("auth-job-send-account-mail-waits", ("Maximum", AT_LEAST, 900, 300, 1, "notBreaching")),
        ("auth-job-send-account-mail-dlq-lies", ("Minimum", ABOVE, 0, 300, 3, "notBreaching")),
        ("database-connections", ("Maximum", AT_LEAST, 640, 300, 3, "notBreaching")),
        ("database-units", ("Maximum", AT_LEAST, 90, 300, 3, "notBreaching")),
        ("mail-bounces", ("Maximum", AT_LEAST, 0.05, HOUR, 1, "notBreaching")),
    ],
)
def test_an_alarm_goes_off_when_it_must(name: str, expected: tuple[Any, ...], prod: Graph) -> None:
    assert says(prod, name) == expected


@pytest.mark.parametrize(
    ("schedule", "pause", "expected"),
    [
        ("rate(1 minute)", timedelta(minutes=1), (60, 5)),
        ("rate(5 minutes)", timedelta(minutes=5), (60, 9)),
        ("rate(1 hour)", timedelta(hours=1), (60, 64)),
        ("rate(6 hours)", timedelta(hours=6), (HOUR, 7)),
        ("cron(0 3 * * ? *)", timedelta(days=1), (HOUR, 25)),
        ("cron(0/5 8-17 ? * MON-FRI *)", timedelta(days=2, hours=14, minutes=5), (HOUR, 64)),
        ("rate(6 days)", timedelta(days=6), (HOUR, 145)),
        ("rate(7 days)", timedelta(days=7), None),
        ("cron(0 0 1 * ? *)", timedelta(days=31), None),
        ("cron(0 0 1 1 ? *)", timedelta.max, None),
    ],
)
def test_a_schedule_is_missed_when_it_pauses_for_longer_than_it_ever_does(
    schedule: str, pause: timedelta, expected: tuple[int, int] | None
) -> None:
    assert (longest_pause(schedule), watched(schedule)) == (pause, expected)


def test_every_schedule_of_ours_can_be_watched() -> None:
    """Whoever adds one that pauses for a week says here how a missed run is noticed."""
    schedules = {one.name: one.trigger.schedule for one in functions() if one.trigger.kind == "cron"}
    assert [name for name, schedule in schedules.items() if watched(schedule) is None] == []


def test_the_dashboard_shows_every_function_and_queue_and_the_database(prod: Graph) -> None:
    [page] = prod.of("cloudwatch/dashboard")
    widgets = json.loads(page.inputs["dashboardBody"])["widgets"]
    lines = [line for one in widgets for line in one["properties"]["metrics"]]
    shown = {part for line in lines for part in line if isinstance(part, str)}
    names = {one.inputs["name"] for kind in ("lambda/function", "sqs/queue") for one in prod.of(kind)}
    assert names | {PREFIX, f"{PREFIX}-database"} <= shown
    places = {(one["x"], one["y"]) for one in widgets}
    assert len(places) == len(widgets)
    assert max(one["x"] + one["width"] for one in widgets) == 24


Plant = Callable[[Graph], Graph]
ERRORS = "cloudwatch/metricAlarm", f"{DOOR}-errors"
FAULTS: list[tuple[Check, Plant, str]] = [
    (unwatched, lambda g: g.without(*ERRORS), f"{DOOR}: Errors"),
    (unwatched, lambda g: g.with_(*ERRORS, dimensions={"FunctionName": "other"}), f"{DOOR}: Errors"),
    (unwatched, lambda g: g.without("cloudwatch/metricAlarm", f"{RELAY}-silent"), f"{RELAY}: Invocations"),
    (unwatched, lambda g: g.without("cloudwatch/metricAlarm", f"{MAIL}-waits"), f"{MAIL}: ApproximateAge"),
    (
        unwatched,
        lambda g: g.without("cloudwatch/metricAlarm", f"{MAIL}-dlq-lies"),
        f"{MAIL}-dlq: ApproximateNumber",
    ),
    (
        unwatched,
        lambda g: g.without("cloudwatch/metricAlarm", f"{PREFIX}-database-units"),
        "database: ACUUtilization",
    ),
    (unwatched, lambda g: g.without("cloudwatch/metricAlarm", f"{PREFIX}-api-5xx"), "api: 5XXError"),
    (unwatched, lambda g: g.without("cloudwatch/metricAlarm", f"{PREFIX}-mail-bounces"), "bounces"),
    (unnoted, lambda g: g.without("cloudwatch/logMetricFilter", DOOR), DOOR),
    (unnoted, lambda g: g.with_("cloudwatch/logMetricFilter", DOOR, pattern="alarm"), DOOR),
    (unnoted, lambda g: g.without("cloudwatch/metricAlarm", f"{DOOR}-noted"), DOOR),
    (unsent, lambda g: g.with_(*ERRORS, alarmActions=[]), f"{DOOR}-errors"),
    (unsent, lambda g: g.without("sns/topicSubscription", f"{PREFIX}-alarms"), f"{DOOR}-errors"),
    (
        locked_topics,
        lambda g: g.with_("sns/topic", f"{PREFIX}-alarms", kmsMasterKeyId="alias/aws/sns"),
        f"{PREFIX}-alarms",
    ),
    (beyond_cloudwatch, lambda g: g.with_(*ERRORS, evaluationPeriods=1441), f"{DOOR}-errors"),
    (beyond_cloudwatch, lambda g: g.with_(*ERRORS, period=HOUR, evaluationPeriods=169), f"{DOOR}-errors"),
]


@pytest.mark.parametrize(("check", "plant", "told"), FAULTS)
def test_a_planted_fault_in_an_alarm_is_found(check: Check, plant: Plant, told: str, prod: Graph) -> None:
    assert told not in "\n".join(check(prod))
    assert told in "\n".join(check(plant(prod)))
