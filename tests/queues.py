"""What the queues would do, in process: hand the outbox's rows to a consumer, as the very SQS events."""

import json
from typing import Any

from sqlalchemy import select

from shared.db import house, system, transaction
from shared.handler import Handler
from tests.calls import Context


def waiting(handler: Handler) -> list[dict[str, Any]]:
    """The messages in the outbox that this consumer would get, oldest first."""
    trigger = handler.trigger
    topic = trigger.topic or f"queue:{trigger.consumer}"
    outbox = house.outbox.c
    with transaction("fn_system", system()) as db:
        rows = db.execute(
            select(outbox.event_id, outbox.payload).where(outbox.topic == topic).order_by(outbox.created_at)
        )
        return [{"id": str(row.event_id), "body": row.payload} for row in rows]


def deliver(handler: Handler, *messages: dict[str, Any]) -> list[str]:
    """Call a consumer with these messages, or with all that wait for it; the ids of those that failed."""
    call = {"Records": [_record(message) for message in messages or waiting(handler)]}
    answer = handler(call, Context(handler.trigger.consumer))
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def _record(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["id"],
        "body": json.dumps({"detail": message}),
        "attributes": {"ApproximateReceiveCount": "1"},
    }
