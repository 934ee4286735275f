"""The edge of schedules: every due time is worked off once, in one transaction with the mark that says so."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared import clock, log
from shared.db import affected, house, system, transaction
from shared.handler import Context, Event, Handler, Trigger
from shared.schedule import due_times

CatchUp = Literal["all", "last"]
Handle = Callable[[datetime, Session], None]


def cron(schedule: str, handle: Handle, *, catch_up: CatchUp, **needs: Any) -> Handler:
    """`catch_up` says what a missed hour means: every due time since the last one, or only the newest."""
    name = _name(handle)

    def tick(_: Event, context: Context) -> None:
        with transaction("fn_system", system()) as db:
            due = _due(db, name=name, schedule=schedule, catch_up=catch_up)
        for at in due:
            _run(name, at, handle, context)

    return Handler(Trigger(kind="cron", schedule=schedule, concurrency=1, system=True, **needs), tick)


def last_done(db: Session, handle: Handle, *, before: datetime) -> datetime | None:
    """The due time that was worked off before this one: who catches up only the newest goes on from it."""
    runs = house.scheduled_runs.c
    done = (runs.name == _name(handle), runs.status == "done", runs.due_at < before)
    last: datetime | None = db.scalar(select(func.max(runs.due_at)).where(*done))
    return last


def _name(handle: Handle) -> str:
    return handle.__module__.removeprefix("functions.")


def _due(db: Session, *, name: str, schedule: str, catch_up: CatchUp) -> list[datetime]:
    """The firing time in an event is not the due time: that is computed, from the last one worked off.

    Of a clock that was ahead and set right, there are later ones: they stop nothing.
    """
    runs, now = house.scheduled_runs.c, clock.now()
    done = (runs.name == name, runs.status == "done", runs.due_at <= now)
    last = db.scalar(select(func.max(runs.due_at)).where(*done))
    if catch_up == "all":
        return due_times(schedule, after=last, until=now)
    newest = due_times(schedule, after=None, until=now)
    return [at for at in newest if last is None or at > last]


def _run(name: str, at: datetime, handle: Handle, context: Context) -> None:
    began = clock.now()
    try:
        logged = log.call(context.function_name, request_id=context.aws_request_id, due_at=at.isoformat())
        with logged, transaction("fn_system", system()) as db:
            if _claimed(db, name=name, at=at, began=began):
                handle(at, db)
    except Exception as error:
        with transaction("fn_system", system()) as db:
            _note_failure(db, name=name, at=at, began=began, error=repr(error))
        raise


def _claimed(db: Session, *, name: str, at: datetime, began: datetime) -> bool:
    """Unique by name and due time, so no lease: a second runner waits for the first's commit, and leaves."""
    row = {"name": name, "due_at": at, "started_at": began, "finished_at": clock.now(), "status": "done"}
    runs = house.scheduled_runs
    claim = (
        insert(runs)
        .values(row)
        .on_conflict_do_update(
            index_elements=["name", "due_at"], set_=row | {"error": None}, where=runs.c.status == "failed"
        )
    )
    return affected(db.execute(claim)) == 1


def _note_failure(db: Session, *, name: str, at: datetime, began: datetime, error: str) -> None:
    row = {"name": name, "due_at": at, "started_at": began, "finished_at": clock.now(), "status": "failed"}
    runs = house.scheduled_runs
    note = (
        insert(runs)
        .values(row | {"error": error})
        .on_conflict_do_update(
            index_elements=["name", "due_at"], set_=row | {"error": error}, where=runs.c.status == "failed"
        )
    )
    db.execute(note)
