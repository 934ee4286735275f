"""The edge of long work that a domain asks of itself: load, work with no transaction open, store."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.db import transaction
from shared.db.driver import Statement
from shared.events import Job
from shared.handler import Handler, Trigger
from shared.outbox import first_time
from shared.queue import each_record, works_for

Asked = TypeVar("Asked", bound=Job)
Loaded = TypeVar("Loaded")
Made = TypeVar("Made")


def job(
    command: type[Asked],
    *,
    load: Callable[[Asked, Session], Loaded | None],
    work: Callable[[Loaded], Made],
    store: Callable[[Made, Session], None],
    failed: Callable[[Asked, Exception, Session], None] | None = None,
    system: bool = False,
    **needs: Any,
) -> Handler:
    """Once `store` has happened, the same message does nothing; before, `work` must be harmless to repeat.

    `failed` is told of each try that came to no end, before the message comes again.
    """
    trigger = Trigger(kind="job", consumer=command.queue, system=system, **needs)

    def deliver(event_id: UUID, body: Any) -> None:
        message = command.model_validate(body)
        whom = works_for(message, system=system)
        try:
            attempt(event_id, message, whom)
        except Exception as error:
            if failed:
                with transaction("fn_system", whom) as db:
                    failed(message, error, db)
            raise

    def attempt(event_id: UUID, message: Asked, whom: Statement) -> None:
        with transaction("fn_system", whom) as db:
            if not first_time(db, consumer=command.queue, event_id=event_id, now=clock.now()):
                return
            db.rollback()  # only asked, as app_user may not read the inbox: the claim goes with the effect
        with transaction("fn_system", whom) as db:
            loaded = load(message, db)
        if loaded is None:
            return
        made = work(loaded)
        with transaction("fn_system", whom) as db:
            if first_time(db, consumer=command.queue, event_id=event_id, now=clock.now()):
                store(made, db)

    return Handler(trigger, lambda call, context: each_record(call, context, deliver))
