"""What travels together, when it is tried again, and when it is given up. Values in, values out."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

Item = TypeVar("Item")

CLAIM = timedelta(seconds=30)  # longer than a send takes; a row sent twice is worked off once
MOST_REFUSALS = 10
LONGEST_WAIT = timedelta(minutes=5)
MOST_ENTRIES = 10  # of one PutEvents or SendMessageBatch
MOST_BYTES = 256_000  # of all of them together
DEAD = "-dlq"  # at the end of a DLQ's name, behind its consumer's
QUEUE = "queue:"  # a topic that names one consumer


@dataclass(frozen=True)
class Outgoing:
    """An outbox row on its way."""

    id: UUID
    topic: str
    event_id: UUID
    payload: Any
    attempts: int  # times it was refused

    @property
    def consumer(self) -> str | None:
        return self.topic.removeprefix(QUEUE) if self.topic.startswith(QUEUE) else None

    @property
    def envelope(self) -> dict[str, Any]:
        """What a consumer reads. The id inside is ours: EventBridge gives a resent event another."""
        return {"id": str(self.event_id), "body": self.payload}


@dataclass(frozen=True)
class Failure:
    error: str
    refused: bool = True  # False: nobody answered, or asked for patience, which says nothing about the row


@dataclass(frozen=True)
class Letter:
    """A message of a DLQ."""

    message_id: UUID
    consumer: str
    event_id: UUID
    payload: Any
    error: str | None
    attempts: int


def wait_after(refusals: int) -> timedelta:
    return min(timedelta(seconds=2**refusals), LONGEST_WAIT)


def is_hopeless(refusals: int) -> bool:
    return refusals >= MOST_REFUSALS


def batches(items: Sequence[Item], *, size: Callable[[Item], int]) -> Iterator[list[Item]]:
    """In their order, as few as AWS's limits of one call allow."""
    batch: list[Item] = []
    weight = 0
    for item in items:
        if batch and (len(batch) == MOST_ENTRIES or weight + size(item) > MOST_BYTES):
            yield batch
            batch, weight = [], 0
        batch.append(item)
        weight += size(item)
    if batch:
        yield batch


def bus_event(row: Outgoing, *, now: datetime) -> dict[str, Any]:
    """What EventBridge would put into a consumer's queue."""
    source, detail_type = row.topic.split(".")
    return {
        "version": "0",
        "id": str(row.id),
        "detail-type": detail_type,
        "source": source,
        "account": "000000000000",
        "time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "region": "local",
        "resources": [],
        "detail": row.envelope,
    }


def compact(value: Any) -> str:
    """JSON in as few bytes as it can be: they are counted."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def letter_of(record: Mapping[str, Any], *, queue_prefix: str) -> Letter:
    message_id, queue = UUID(record["messageId"]), record["eventSourceARN"].rsplit(":", 1)[-1]
    error = record.get("messageAttributes", {}).get("error", {})
    payload = _read(record["body"])
    envelope = envelope_of(payload)
    return Letter(
        message_id=message_id,
        consumer=queue.removeprefix(queue_prefix).removesuffix(DEAD),
        event_id=envelope[0] if envelope else message_id,
        payload=payload,
        error=error.get("stringValue"),
        attempts=int(record["attributes"]["ApproximateReceiveCount"]),
    )


def envelope_of(payload: Any) -> tuple[UUID, Any] | None:
    """The id and body of a message, by the bus or straight from the relay; None where it is none of ours."""
    try:
        envelope = payload.get("detail", payload)
        return UUID(envelope["id"]), envelope["body"]
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _read(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body


def months_from(now: datetime) -> list[date]:
    """The first of this month and of the two that follow."""
    first = now.date().replace(day=1)
    second = (first + timedelta(days=31)).replace(day=1)
    return [first, second, (second + timedelta(days=31)).replace(day=1)]
