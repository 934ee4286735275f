"""The edge of what hears events: a transaction a message, which claims it in the inbox with its effect."""

import json
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock, log
from shared.db import identity, transaction
from shared.db.driver import Statement
from shared.events import Event, Message, about
from shared.handler import Context, Handler, Trigger
from shared.handler import Event as Call
from shared.outbox import first_time

Heard = TypeVar("Heard", bound=Event)
Deliver = Callable[[UUID, Any], None]  # a message's id and its body


def on(
    event: type[Heard],
    handle: Callable[[Heard, Session], None],
    *,
    consumer: str,
    system: bool = False,
    **needs: Any,
) -> Handler:
    """`consumer` names the queue and the claim: what is in flight carries it, so it outlives file names."""
    trigger = Trigger(kind="event", topic=event.topic, consumer=consumer, system=system, **needs)

    def deliver(event_id: UUID, body: Any) -> None:
        message = event.model_validate(body)
        with transaction("fn_system", works_for(message, system=system)) as db:
            if first_time(db, consumer=consumer, event_id=event_id, now=clock.now()):
                handle(message, db)

    return Handler(trigger, lambda call, context: each_record(call, context, deliver))


def works_for(message: Message, *, system: bool) -> Statement:
    """A consumer whose message names a user works as that user, and may touch nobody else's rows."""
    return identity.system() if system else identity.user(_named(message))


def each_record(call: Call, context: Context, deliver: Deliver) -> dict[str, Any]:
    """Work off a batch: only what failed comes again."""
    failed = [record["messageId"] for record in call["Records"] if not _delivered(record, context, deliver)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _delivered(record: Call, context: Context, deliver: Deliver) -> bool:
    message_id = record["messageId"]
    try:
        with log.call(context.function_name, request_id=context.aws_request_id, message_id=message_id):
            message = json.loads(record["body"])
            envelope = message.get("detail", message)  # by the bus, or straight from the relay
            deliver(UUID(envelope["id"]), envelope["body"])
    except Exception:  # logged by the call; the queue brings it again, and tells when it gives up
        return False
    return True


def _named(message: Message) -> UUID:
    user_id = about(message)
    if user_id is None:
        raise LookupError(f"{message.topic} names no user: its consumer must say system=True")
    return user_id
