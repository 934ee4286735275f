"""What the database holds, as app_system sees it, and changes to it that no operation makes yet."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from functions.auth.tables import Rows
from shared import clock
from shared.db import house, system, transaction
from shared.events import Message


def rows(table: type[Rows] | Table, *where: Any) -> list[Any]:
    """Each as a tuple with names, in the order of their keys."""
    found = table if isinstance(table, Table) else table.__table__
    with transaction("fn_system", system()) as db:
        return list(db.execute(select(found).where(*where).order_by(*found.primary_key)))


def change(table: type[Rows], *where: Any, **values: Any) -> None:
    with transaction("fn_system", system()) as db:
        db.execute(update(table).where(*where).values(**values))


def sent(message: type[Message]) -> list[dict[str, Any]]:
    """What left by the outbox, oldest first."""
    outbox = house.outbox.c
    with transaction("fn_system", system()) as db:
        found = select(outbox.payload).where(outbox.topic == message.topic).order_by(outbox.created_at)
        return list(db.scalars(found))


def run(handle: Callable[[datetime, Session], None]) -> None:
    """A schedule's work, due now."""
    with transaction("fn_system", system()) as db:
        handle(clock.now(), db)
