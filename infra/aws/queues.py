"""What brings work to a function: for each consumer a queue, its DLQ, and the rule that fills it."""

from collections.abc import Iterable
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from infra.aws.functions import Deployed
from infra.aws.house import House
from infra.discover import Function

DAYS = 24 * 3600
KEPT = 4 * DAYS  # a consumer that is down over a weekend loses nothing
DEAD_KEPT = 14 * DAYS  # SQS's longest; inbox rows outlive it
UNDERTAKER = 30  # seconds that the function which drains DLQs may take
PATIENCE = 6  # times the function's timeout, as AWS asks: a throttled batch waits in the pollers' hands


@dataclass(frozen=True)
class Line:
    """A consumer's way in, and out."""

    function: Function
    queue: aws.sqs.Queue
    dead: aws.sqs.Queue

    @property
    def consumer(self) -> str:
        return self.function.trigger.consumer


def line(prefix: str, function: Function) -> Line:
    trigger = function.trigger
    name = f"{prefix}-{trigger.consumer}"
    dead = _queue(f"{name}-dlq", kept=DEAD_KEPT, seconds=PATIENCE * UNDERTAKER)
    redrive = Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": trigger.attempts})
    queue = _queue(name, kept=KEPT, seconds=PATIENCE * trigger.timeout, redrive=redrive)
    sources = Output.json_dumps({"redrivePermission": "byQueue", "sourceQueueArns": [queue.arn]})
    aws.sqs.RedriveAllowPolicy(name, queue_url=dead.url, redrive_allow_policy=sources)
    return Line(function, queue, dead)


def url_prefix(lines: Iterable[Line]) -> Output[str]:
    """What stands in front of a consumer's name in the address of its queue."""
    first = next(iter(lines))
    return first.queue.url.apply(lambda url: url.removesuffix(first.consumer))


def subscribe(house: House, bus: aws.cloudwatch.EventBus, line: Line) -> None:
    """The bus to the queue, by a rule of its own, which alone may send there."""
    source, detail_type = line.function.trigger.topic.split(".")
    name = house.name(line.consumer)
    rule = aws.cloudwatch.EventRule(
        name,
        name=name,
        event_bus_name=bus.name,
        event_pattern=Output.json_dumps({"source": [source], "detail-type": [detail_type]}),
    )
    policy = aws.sqs.QueuePolicy(name, queue_url=line.queue.url, policy=_from_rule(line.queue.arn, rule.arn))
    aws.cloudwatch.EventTarget(
        name,
        rule=rule.name,
        event_bus_name=bus.name,
        target_id="queue",
        arn=line.queue.arn,
        opts=ResourceOptions(depends_on=[policy]),  # what comes before it would be dropped
    )


def feed(name: str, queue: aws.sqs.Queue, function: Deployed) -> None:
    """Lambda takes batches off the queue; what the function gives back comes again, alone."""
    trigger = function.trigger
    aws.lambda_.EventSourceMapping(
        name,
        event_source_arn=queue.arn,
        function_name=function.arn,
        batch_size=trigger.batch,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config={"maximum_concurrency": max(2, trigger.concurrency)},  # AWS takes no less than two
    )


def _queue(name: str, *, kept: int, seconds: int, redrive: Output[str] | None = None) -> aws.sqs.Queue:
    return aws.sqs.Queue(
        name,
        name=name,
        message_retention_seconds=kept,
        visibility_timeout_seconds=seconds,
        receive_wait_time_seconds=20,
        sqs_managed_sse_enabled=True,
        redrive_policy=redrive,
    )


def _from_rule(queue: Input[str], rule: Input[str]) -> Output[str]:
    return Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": queue,
                    "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
                }
            ],
        }
    )
