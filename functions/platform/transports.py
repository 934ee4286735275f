"""Where what leaves goes: EventBridge for events, SQS for what names one consumer. Nothing else sends."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from functions.platform.rules import Failure, Outgoing, batches, compact
from shared import log
from shared.aws import client
from shared.settings import settings

Outcome = Mapping[UUID, Failure | None]  # by outbox row; None: it is on its way

TIME = 14  # bytes that EventBridge counts for an entry's time
ASKS_FOR_PATIENCE = {"InternalException", "InternalFailure", "ServiceUnavailable", "ThrottlingException"}


def send(rows: Sequence[Outgoing]) -> Outcome:
    """Every row has its own outcome: neither service raises when it refuses a part of a call."""
    events = [row for row in rows if row.consumer is None]
    by_queue: dict[str, list[Outgoing]] = defaultdict(list)
    for row in rows:
        if row.consumer:
            by_queue[row.consumer].append(row)

    outcome: dict[UUID, Failure | None] = {}
    for batch in batches(events, size=lambda row: _weight(_entry(row))):
        outcome |= _attempted(_put_events, batch)
    for queued in by_queue.values():
        for batch in batches(queued, size=lambda row: len(_body(row).encode())):
            outcome |= _attempted(_send_messages, batch)
    return outcome


def _attempted(call: Callable[[Sequence[Outgoing]], Outcome], batch: Sequence[Outgoing]) -> Outcome:
    try:
        return call(batch)
    except Exception as error:  # the other calls go on; these rows come again when their claim ends
        log.fact("nothing sent", call=call.__name__, rows=len(batch), error=repr(error))
        return dict.fromkeys((row.id for row in batch), Failure(repr(error), refused=False))


def _put_events(batch: Sequence[Outgoing]) -> Outcome:
    bus = {"EventBusName": settings().event_bus}
    entries = [{**bus, **_entry(row)} for row in batch]
    answer = client("events").put_events(Entries=entries)
    if answer["FailedEntryCount"] == 0:
        return dict.fromkeys(row.id for row in batch)
    return {row.id: _of_event(told) for row, told in zip(batch, answer["Entries"], strict=True)}


def _send_messages(batch: Sequence[Outgoing]) -> Outcome:
    entries = [{"Id": str(row.id), "MessageBody": _body(row)} for row in batch]
    queue = f"{settings().queue_url_prefix}{batch[0].consumer}"
    answer = client("sqs").send_message_batch(QueueUrl=queue, Entries=entries)
    failed = {told["Id"]: _of_message(told) for told in answer.get("Failed", [])}
    return {row.id: failed.get(str(row.id)) for row in batch}


def _of_event(told: Mapping[str, Any]) -> Failure | None:
    if code := told.get("ErrorCode"):
        return Failure(f"{code}: {told.get('ErrorMessage')}", refused=code not in ASKS_FOR_PATIENCE)
    return None


def _of_message(told: Mapping[str, Any]) -> Failure:
    return Failure(f"{told['Code']}: {told.get('Message')}", refused=told["SenderFault"])


def _entry(row: Outgoing) -> dict[str, str]:
    source, detail_type = row.topic.split(".")
    return {"Source": source, "DetailType": detail_type, "Detail": compact(row.envelope)}


def _weight(entry: Mapping[str, str]) -> int:
    return TIME + sum(len(value.encode()) for value in entry.values())


def _body(row: Outgoing) -> str:
    return compact(row.envelope)
