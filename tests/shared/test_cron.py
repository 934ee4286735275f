"""Schedules: every due time is worked off once, whoever is late, and a failed one is tried again."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy.orm import Session

from shared.cron import CatchUp, cron
from shared.handler import Handler
from shared.settings import settings
from tests.calls import Context
from tests.conftest import Database
from tests.shared import notes
from tests.shared.notes import ADA, change, stored

HOUR = timedelta(hours=1)
LAST_HOUR = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)  # the newest due time of the tests
Handle = Callable[[datetime, Session], None]


class Clock:
    """Half past the hour, and so many hours on."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set(0)

    def set(self, hours: int) -> None:
        at = LAST_HOUR + HOUR / 2 + hours * HOUR
        self._file.write_text(str((at - datetime.now(UTC)).total_seconds()))


@pytest.fixture(autouse=True)
def clock(database: Database, tmp_path: Path) -> Clock:
    notes.add_tables(database)
    os.environ["CLOCK_FILE"] = str(tmp_path / "clock")
    settings.cache_clear()
    return Clock(tmp_path / "clock")


def hourly(handle: Handle, *, catch_up: CatchUp) -> Handler:
    return cron("rate(1 hour)", handle, catch_up=catch_up)


def note_it(now: datetime, db: Session) -> None:
    notes.write(db, user_id=ADA, text=hours(now))


def hours(due: datetime) -> str:
    return f"{(due - LAST_HOUR) / HOUR:+.0f}"


def tick(handler: Handler) -> None:
    handler({"time": "1999-12-31T23:59:59Z"}, Context("notes-cron"))  # when it fired is not when it was due


def runs(database: Database) -> list[tuple[str, str]]:
    found = stored(database, "due_at, status from platform.scheduled_runs order by due_at")
    return [(hours(due), status) for due, status in found]


@pytest.mark.parametrize(("catch_up", "expected"), [("all", ["+1", "+2", "+3"]), ("last", ["+3"])])
def test_what_was_missed_is_caught_up_or_let_go(
    catch_up: CatchUp, expected: list[str], clock: Clock, database: Database
) -> None:
    handler = hourly(note_it, catch_up=catch_up)
    tick(handler)
    assert stored(database) == ["+0"]  # it never ran before: the newest due time alone
    clock.set(3)
    tick(handler)
    assert stored(database) == ["+0", *expected]
    assert runs(database) == [(text, "done") for text in ["+0", *expected]]


@pytest.mark.parametrize(("catch_up", "expected"), [("all", ["+0", "+1", "+2"]), ("last", ["+0", "+2"])])
def test_what_ran_while_the_clock_was_ahead_stops_nothing_once_it_is_set_right(
    catch_up: CatchUp, expected: list[str], clock: Clock, database: Database
) -> None:
    ahead, handler = hourly(note_it, catch_up="last"), hourly(note_it, catch_up=catch_up)
    tick(ahead)
    clock.set(9)
    tick(ahead)
    clock.set(2)
    tick(handler)
    assert runs(database) == [(text, "done") for text in [*expected, "+9"]]
    clock.set(9)
    tick(ahead)
    assert len(stored(database)) == len(runs(database)) == len(expected) + 1


def test_between_two_due_times_a_tick_does_nothing(database: Database) -> None:
    handler = hourly(note_it, catch_up="all")
    for _ in range(3):
        tick(handler)
    assert stored(database) == ["+0"]


def test_two_who_tick_at_once_run_it_once(clock: Clock, database: Database) -> None:
    at_once, handler = Barrier(2, timeout=10), hourly(note_it, catch_up="all")
    tick(handler)
    clock.set(3)

    def run(_: int) -> None:
        at_once.wait()
        tick(handler)

    with ThreadPoolExecutor(2) as two:
        list(two.map(run, range(2)))
    assert stored(database) == ["+0", "+1", "+2", "+3"]
    assert runs(database) == [("+0", "done"), ("+1", "done"), ("+2", "done"), ("+3", "done")]


def test_one_that_failed_is_recorded_and_runs_again(clock: Clock, database: Database) -> None:
    faults = [ConnectionError("away")]

    def fail_once(now: datetime, db: Session) -> None:
        notes.write(db, user_id=ADA, text=hours(now))
        if hours(now) == "+1" and faults:
            raise faults.pop()

    handler = hourly(fail_once, catch_up="all")
    tick(handler)
    clock.set(2)
    with pytest.raises(ConnectionError):
        tick(handler)
    assert stored(database) == ["+0"]
    told = (
        "status, error, started_at <= finished_at from platform.scheduled_runs order by due_at desc limit 1"
    )
    assert stored(database, told) == [("failed", "ConnectionError('away')", True)]
    tick(handler)
    assert stored(database) == ["+0", "+1", "+2"]
    assert runs(database) == [("+0", "done"), ("+1", "done"), ("+2", "done")]
    assert stored(database, "error from platform.scheduled_runs order by due_at") == [None, None, None]


def test_a_commit_that_the_database_refuses_is_a_failed_run(database: Database) -> None:
    def answer_nothing(now: datetime, db: Session) -> None:
        notes.write(db, user_id=ADA, text=hours(now), answers=ADA)

    with pytest.raises(Exception, match="notes_answers_fkey"):
        tick(hourly(answer_nothing, catch_up="last"))
    assert stored(database) == []
    assert runs(database) == [("+0", "failed")]


def test_one_that_failed_is_let_go_where_the_newest_alone_counts(clock: Clock, database: Database) -> None:
    change(database, "revoke insert on notes.notes from app_system")
    handler = hourly(note_it, catch_up="last")
    with pytest.raises(Exception, match="42501"):
        tick(handler)
    change(database, "grant insert on notes.notes to app_system")
    clock.set(1)
    tick(handler)
    assert stored(database) == ["+1"]
    assert runs(database) == [("+0", "failed"), ("+1", "done")]


def test_each_schedule_has_marks_of_its_own(database: Database) -> None:
    def under(name: str) -> Handler:
        def handle(now: datetime, db: Session) -> None:
            notes.write(db, user_id=ADA, text=name)

        handle.__module__ = f"functions.{name}"
        return hourly(handle, catch_up="last")

    tick(under("notes.cron_one"))
    tick(under("notes.cron_two"))
    assert stored(database) == ["notes.cron_one", "notes.cron_two"]
    assert stored(database, "name from platform.scheduled_runs order by name") == [
        "notes.cron_one",
        "notes.cron_two",
    ]


def test_the_trigger_says_when() -> None:
    trigger = hourly(note_it, catch_up="last").trigger
    assert (trigger.kind, trigger.schedule, trigger.system) == ("cron", "rate(1 hour)", True)
