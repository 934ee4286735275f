"""The sealer beside those who write, with real commits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from functions.audit import cron_verify_chains, cron_watch_seal, loop_seal, operations
from shared import clock
from shared.db import driver, session, system, transaction, work
from shared.db.house import system_events
from shared.handler import Login
from shared.secrets import database_url
from tests.conftest import Database
from tests.functions.audit import make

WRITERS = 50


def alarms() -> list[tuple[str, Any]]:
    with transaction("fn_system", system()) as db:
        return [tuple(row) for row in db.execute(select(system_events.c["event_type", "details"]))]


def test_rows_are_numbered_in_their_order_each_tenant_for_itself(database: Database) -> None:
    make.recorded(2)
    make.recorded(1, tenant=make.BOB)
    make.sealed()
    make.recorded(2)
    make.recorded(1, tenant=None)
    make.sealed()
    assert make.chain() == [(1, "1"), (2, "2"), (3, "1"), (4, "2")]
    assert (make.chain(make.BOB), make.chain("garden")) == ([(1, "1")], [(1, "1")])
    report = make.verify()
    assert (report.chains, report.rows, report.faults) == (3, 6, [])


def test_fifty_at_once_leave_one_valid_chain(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    @cache
    def wide(login: Login) -> Engine:
        def connect() -> driver.Connection:
            return driver.connect(database_url(login))

        return create_engine("postgresql+pg8000://", creator=connect, pool_size=52, pool_reset_on_return=None)

    monkeypatch.setattr(session, "engine", wide)
    everybody = Barrier(WRITERS)

    def write(lamp: int) -> None:
        with transaction("fn_system", system()) as db:
            db.connection()
            make.record(db, lamp=lamp)
            everybody.wait()

    with ThreadPoolExecutor(WRITERS) as threads:
        writing = [threads.submit(write, lamp) for lamp in range(WRITERS)]
        while not all(write.done() for write in writing):
            make.sealed()
        for done in writing:
            done.result()
    make.sealed()
    assert [number for number, _ in make.chain()] == list(range(1, WRITERS + 1))
    assert len({lamp for _, lamp in make.chain()}) == WRITERS
    assert (make.verify().rows, make.verify().faults) == (WRITERS, [])
    wide("fn_system").dispose()


def test_a_row_that_commits_late_comes_later_in_the_chain(database: Database) -> None:
    with transaction("fn_system", system()) as db:
        db.connection()
        make.record(db, lamp=1)
        make.recorded(1, tenant=make.ADA)
        make.steps()(make.record, lamp=2)
        make.sealed()
    make.sealed()
    assert make.chain() == [(1, "1"), (2, "2"), (3, "1")]
    assert make.verify().faults == []


def test_there_is_one_sealer_at_a_time(database: Database) -> None:
    make.recorded(1)
    with transaction("fn_system", system()) as db:
        assert operations.seal_rows(db, now=clock.now()) == 1
        assert make.steps()(operations.seal_rows, now=clock.now()) == 0
    assert make.steps()(operations.seal_rows, now=clock.now()) == 0
    assert make.chain() == [(1, "1")]


def test_a_full_turn_is_followed_by_the_next_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "BATCH", 2)
    make.recorded(3)
    assert [loop_seal.handle(make.steps()) for _ in range(3)] == [True, False, False]
    assert make.verify().rows == 3


@pytest.mark.parametrize(
    "new",
    [
        {"naïve ☃": {"b": [1, "x", None, True], "a": {}}, "10": 1, "9": 2},
        {"quote": '"\\\n\u2028', "large": 2**70, "negative": -1},
        {},
        None,
    ],
)
def test_a_row_reads_back_as_it_was_hashed(database: Database, new: dict[str, Any] | None) -> None:
    make.steps()(make.record, new=new)
    make.sealed()
    assert (make.verify().rows, make.verify().faults) == (1, [])


def test_a_row_that_nobody_sealed_for_a_minute_is_an_alarm_once_an_hour(database: Database) -> None:
    make.recorded(2)

    def watched(minutes: float) -> None:
        def watch(db: Session) -> None:
            now = began + timedelta(minutes=minutes)
            work(db).now = now
            cron_watch_seal.handle(now, db)

        make.steps()(watch)

    began: datetime = clock.now()
    watched(0.9)
    assert alarms() == []
    for minutes in (1.1, 2, 60):
        watched(minutes)
    ((event_type, details),) = alarms()
    assert (event_type, details["rows"]) == ("rows_unsealed", 2)
    watched(62)
    assert len(alarms()) == 2
    make.sealed()
    watched(200)
    assert len(alarms()) == 2


def test_a_broken_chain_is_an_alarm_in_the_night(database: Database) -> None:
    make.recorded(3)
    make.sealed()
    make.steps()(lambda db: cron_verify_chains.handle(clock.now(), db))
    assert alarms() == []
    make.tamper(database, ["delete from audit.audit_logs where seq = 2"])
    make.steps()(lambda db: cron_verify_chains.handle(clock.now(), db))
    ((event_type, details),) = alarms()
    assert (event_type, details["faults"]) == ("chain_broken", {"deleted": 1})
    assert details["first"].startswith(f"{make.ADA}: row 3 ")
