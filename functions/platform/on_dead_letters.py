"""Every consumer's DLQ ends here: what was given up on is kept where a person sees it, and can replay it."""

from typing import Any

from sqlalchemy.orm import Session

from functions.platform import operations
from functions.platform.rules import letter_of
from shared import clock, log
from shared.db import system, transaction
from shared.handler import Context, Event, Handler, Trigger
from shared.settings import settings


def handle(record: Event, db: Session) -> None:
    operations.keep_dead_letter(db, letter_of(record, queue_prefix=settings().queue_prefix), now=clock.now())


def drain(call: Event, context: Context) -> dict[str, Any]:
    failed = [record["messageId"] for record in call["Records"] if not _kept(record, context)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _kept(record: Event, context: Context) -> bool:
    try:
        with (
            log.call(
                context.function_name, request_id=context.aws_request_id, message_id=record["messageId"]
            ),
            transaction("fn_system", system()) as db,
        ):
            handle(record, db)
    except Exception:  # logged by the call; the queue brings it again
        return False
    return True


handler = Handler(Trigger(kind="dead_letters", consumer=operations.UNDERTAKER, system=True), drain)
