"""What the queues hold: rows of platform.deliveries, claimed and settled as SQS does with its messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

MOST = 256 * 1024  # bytes of one message
UNKNOWN = "no word came back from its function"  # the platform was killed with it


@dataclass(frozen=True)
class Message:
    id: UUID
    sent_at: datetime
    body: str
    attempts: int  # receives, this one included
    dead: bool  # it has had all its receives, or is more than a queue carries
    error: str | None


@dataclass(frozen=True)
class Failure:
    message: Message
    error: str | None
    visible_at: datetime


LONGEST_WAITING = text(
    """
    select queue.consumer
    from unnest(cast(:consumers as text[])) as queue (consumer)
    cross join lateral (
        select visible_at from platform.deliveries d
        where d.consumer = queue.consumer and d.done_at is null and d.visible_at <= :now
        order by d.visible_at limit 1
    ) as oldest
    order by oldest.visible_at limit 1
    """
)
CLAIM = text(
    """
    with due as materialized (
        select id, attempts, visible_at from platform.deliveries
        where consumer = :consumer and done_at is null and visible_at <= :now
        order by visible_at, id limit :batch
        for no key update skip locked
    ), claimed as (
        update platform.deliveries d
        set visible_at = :until, attempts = least(due.attempts + 1, :attempts)
        from due where d.id = due.id
        returning d.id, d.created_at, cast(d.message as text) as body, d.attempts, d.error,
            due.attempts as before, due.visible_at
    )
    select id, created_at, body, attempts, before >= :attempts or octet_length(body) > :most,
        case when octet_length(body) > :most then 'it weighs more than 256 kB' else error end
    from claimed order by visible_at, id
    """
)
DONE = text(
    """
    update platform.deliveries set done_at = :now
    where id = any(cast(:ids as uuid[]))
    """
)
AGAIN = text(
    """
    update platform.deliveries d set visible_at = failed.visible_at, error = failed.error
    from unnest(cast(:ids as uuid[]), cast(:times as timestamptz[]), cast(:errors as text[]))
        as failed (id, visible_at, error)
    where d.id = failed.id
    """
)
RELEASE = text(
    """
    update platform.deliveries set visible_at = :now
    where done_at is null and attempts > 0 and visible_at > :now
    """
)


def longest_waiting(db: Session, consumers: Sequence[str], *, now: datetime) -> str | None:
    """Of those that have something to receive."""
    consumer: str | None = db.scalar(LONGEST_WAITING, {"consumers": list(consumers), "now": now})
    return consumer


def claim(
    db: Session, consumer: str, *, batch: int, attempts: int, now: datetime, until: datetime
) -> list[Message]:
    """Receive: nobody else sees these until then."""
    names = {
        "consumer": consumer,
        "batch": batch,
        "attempts": attempts,
        "most": MOST,
        "now": now,
        "until": until,
    }
    return [Message(*row) for row in db.execute(CLAIM, names)]


def settle(db: Session, *, done: Sequence[Message], failed: Sequence[Failure], now: datetime) -> None:
    if done:
        db.execute(DONE, {"ids": [message.id for message in done], "now": now})
    if failed:
        columns = {
            "ids": [failure.message.id for failure in failed],
            "times": [failure.visible_at for failure in failed],
            "errors": [failure.error for failure in failed],
        }
        db.execute(AGAIN, columns)


def release(db: Session, *, now: datetime) -> None:
    """At the start nothing is in anybody's hands: what the last run held comes again at once."""
    db.execute(RELEASE, {"now": now})


def sqs_event(consumer: str, messages: Sequence[Message]) -> dict[str, Any]:
    return {"Records": [_record(consumer, message) for message in messages]}


def _record(consumer: str, message: Message) -> dict[str, Any]:
    attributes = {
        "ApproximateReceiveCount": str(message.attempts),
        "SentTimestamp": str(int(message.sent_at.timestamp() * 1000)),
    }
    error: dict[str, Any] = {}
    if message.dead:
        attributes["DeadLetterQueueSourceArn"] = _arn(consumer)
        error = {"error": {"stringValue": message.error or UNKNOWN, "dataType": "String"}}
    return {
        "messageId": str(message.id),
        "receiptHandle": f"{message.id}:{message.attempts}",
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": error,
        "eventSource": "aws:sqs",
        "eventSourceARN": _arn(f"{consumer}-dlq" if message.dead else consumer),
        "awsRegion": "local",
    }


def _arn(queue: str) -> str:
    return f"arn:aws:sqs:local:000000000000:{queue}"
