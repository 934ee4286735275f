"""Partitions ahead, rows that leave in time, and what the status tells of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from functions.platform import cron_make_partitions, cron_purge_expired, queries
from functions.platform.tables import DeadLetter, Delivery, RateLimit
from shared import settings
from shared.db import house, work
from shared.db.session import engine
from shared.ids import new_id
from tests.calls import Api
from tests.conftest import Database
from tests.functions import staff

NOON = datetime(2027, 11, 30, 12, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def months(db: Session, parent: str) -> list[str]:
    names = text(
        "select inhrelid::regclass::text from pg_inherits where inhparent = cast(:parent as regclass)"
    )
    return sorted(name.removeprefix(f"{parent}_") for name in db.scalars(names, {"parent": parent}))


def log_request(db: Session, *, at: datetime) -> None:
    row = {"id": new_id(), "created_at": at, "endpoint": "/", "method": "GET"}
    db.execute(insert(house.api_request_logs).values(row | {"status_code": 200, "response_time_ms": 1}))


def test_three_months_of_every_partitioned_table_are_there_ahead(db: Session) -> None:
    for _ in range(2):
        cron_make_partitions.handle(NOON, db)
    tables = [table.name for table in queries.partitioned_tables(db)]
    assert {"audit.api_request_logs", "audit.audit_logs"} <= set(tables)
    for table in tables:
        assert {"2027_11", "2027_12", "2028_01"} <= set(months(db, table))
        assert "2028_02" not in months(db, table)
    assert work(db).closing == {}


def test_a_row_whose_month_nobody_made_is_an_alarm_until_it_has_one(db: Session) -> None:
    log_request(db, at=NOON - 3 * 365 * DAY)
    cron_make_partitions.handle(NOON, db)
    ((table, alarms),) = work(db).closing.items()
    assert (table.name, [alarm["severity"] for alarm in alarms]) == ("system_events", ["critical"])
    assert alarms[0]["details"] == {"table": "audit.api_request_logs"}


def test_a_row_that_came_before_its_month_moves_into_it(db: Session) -> None:
    log_request(db, at=NOON)
    cron_make_partitions.handle(NOON, db)
    where = select(text("tableoid::regclass::text")).select_from(house.api_request_logs)
    assert db.scalars(where).all() == ["audit.api_request_logs_2027_11"]
    assert work(db).closing == {}


def test_rows_leave_after_their_time_but_never_what_is_still_to_be_done(db: Session) -> None:
    cases: dict[str, tuple[Any, dict[str, Any], str, int]] = {
        "outbox": (house.outbox, {"topic": "x.Y", "payload": {}, "created_at": NOON}, "published_at", 7),
        "deliveries": (Delivery, {"consumer": "c", "message": {}, "created_at": NOON}, "done_at", 7),
        "dead_letters": (DeadLetter, {"consumer": "c", "payload": {}, "attempts": 5}, "failed_at", 14),
        "inbox": (house.inbox, {"consumer": "c"}, "processed_at", 30),
        "rate_limits": (RateLimit, {"used": 1}, "window_start", 1),
    }
    keys = {"outbox": ["id", "event_id"], "deliveries": ["id", "outbox_id"], "inbox": ["event_id"]}
    kept: dict[str, Any] = {}
    for name, (rows, facts, column, days) in cases.items():
        for at in (NOON - days * DAY - MINUTE, NOON - days * DAY + MINUTE):
            row = facts | {column: at} | {key: new_id() for key in keys.get(name, ["id"])}
            if name == "deliveries":
                row["visible_at"] = NOON
            if name == "dead_letters":
                row["event_id"] = new_id()
            if name == "rate_limits":
                row["bucket"] = str(row.pop("id"))
            db.execute(insert(rows).values(row))
            kept[name] = at
    undone = {"id": new_id(), "consumer": "c", "message": {}, "created_at": NOON - 99 * DAY}
    db.execute(insert(Delivery).values(undone | {"outbox_id": new_id(), "visible_at": NOON}))
    unsent = {"id": new_id(), "event_id": new_id(), "topic": "x.Y", "payload": {}}
    db.execute(insert(house.outbox).values(unsent | {"created_at": NOON - 99 * DAY}))
    cron_purge_expired.handle(NOON, db)
    for name, (_, _, column, _) in cases.items():
        found = set(db.scalars(text(f"select {column} from platform.{name}")))
        assert found == {kept[name]} | ({None} if name in ("outbox", "deliveries") else set())


def test_the_last_run_of_a_rare_schedule_stays(db: Session) -> None:
    def ran(name: str, days_ago: int, status: str = "done") -> None:
        row = {"name": name, "due_at": NOON - days_ago * DAY, "started_at": NOON, "status": status}
        db.execute(insert(house.scheduled_runs).values(row))

    ran("x.yearly", 500)
    ran("x.yearly", 200)
    ran("x.broken", 300)
    ran("x.broken", 200, "failed")
    ran("x.hourly", 91)
    ran("x.hourly", 89)
    cron_purge_expired.handle(NOON, db)
    runs = house.scheduled_runs.c
    left = db.execute(select(runs.name, runs.due_at).order_by(runs.name, runs.due_at)).all()
    assert [(name, (NOON - due).days) for name, due in left] == [
        ("x.broken", 300),
        ("x.broken", 200),
        ("x.hourly", 89),
        ("x.yearly", 200),
    ]


def test_the_status_tells_of_each_schedule_its_last_run_and_of_each_queue_its_oldest(db: Session) -> None:
    runs = [("a.x", 3, "done"), ("a.x", 2, "failed"), ("b.y", 9, "done")]
    for name, minutes, status in runs:
        row = {"name": name, "due_at": NOON - minutes * MINUTE, "started_at": NOON, "status": status}
        db.execute(insert(house.scheduled_runs).values(row))
    for minutes, done_at in ((5, None), (2, None), (60, NOON)):
        row = {"id": new_id(), "outbox_id": new_id(), "consumer": "c", "message": {}, "visible_at": NOON}
        db.execute(insert(Delivery).values(row | {"created_at": NOON - minutes * MINUTE, "done_at": done_at}))
    for minutes, parked_at in ((4, None), (1, None), (90, NOON)):
        row = {"id": new_id(), "event_id": new_id(), "topic": "x.Y", "payload": {}, "parked_at": parked_at}
        db.execute(insert(house.outbox).values(row | {"created_at": NOON - minutes * MINUTE}))
    told = queries.status(db, now=NOON)
    assert [(s.name, s.last_due_at, s.last_status) for s in told.schedules] == [
        ("a.x", NOON - 2 * MINUTE, "failed"),
        ("b.y", NOON - 9 * MINUTE, "done"),
    ]
    assert told.queues == [queries.Queue("c", 2, NOON - 5 * MINUTE, 300.0)]
    assert told.outbox == queries.Outbox(waiting=2, parked=1, lag_seconds=240.0)
    assert told.dead_letters == 0


def test_staff_read_the_status_and_nobody_else(api: Api, database: Database) -> None:
    support, user = (staff.signed_in(api, database, role) for role in ("support", "user"))
    assert [api.get("/v1/status").status, user.get("/v1/status").status] == [401, 403]
    answer = support.get("/v1/status")
    assert (answer.status, answer.json()["queues"], answer.json()["dead_letters"]) == (200, [], 0)
    assert answer.json()["outbox"]["waiting"] > 0  # the letters of the two who registered


def test_health_is_for_everybody_and_says_no_when_the_database_is_gone(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = api.get("/v1/health")
    assert (answer.status, answer.json()) == (200, {"status": "ok"})
    engine("fn_http").dispose()
    engine.cache_clear()
    monkeypatch.setenv("DATABASE_URL_HTTP", database.url("fn_http").replace(".s.PGSQL", ".gone"))
    settings.settings.cache_clear()
    answer = api.get("/v1/health")
    assert (answer.status, answer.json()["code"]) == (503, "unavailable")
