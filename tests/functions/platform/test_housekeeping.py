"""Partitions ahead, rows that leave in time, and what the status tells of it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import DateTime, Double, Integer, Table, Text, Uuid, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from functions.platform import cron_make_partitions, cron_purge_expired, queries
from functions.platform.tables import Delivery
from shared import settings
from shared.db import house, work
from shared.ids import new_id
from tests.calls import Api
from tests.conftest import Database, forget
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


def row(table: Table, **given: object) -> dict[str, object]:
    """With something in every column that must have something."""
    filling = {Uuid: new_id(), Text: str(new_id()), Integer: 0, Double: 0.0, JSONB: {}, DateTime: NOON}
    must = (column for column in table.columns if not column.nullable and not column.server_default)
    return {column.name: filling[type(column.type)] for column in must} | given


@pytest.mark.parametrize(
    ("name", "column", "days"),
    [
        ("outbox", "published_at", 7),
        ("deliveries", "done_at", 7),
        ("dead_letters", "failed_at", 14),
        ("inbox", "processed_at", 30),
        ("rate_limits", "window_start", 1),
    ],
)
def test_a_row_leaves_when_its_time_is_over(db: Session, name: str, column: str, days: int) -> None:
    table = house.platform.tables[f"platform.{name}"]
    begins = NOON - timedelta(days=days)
    for at in (begins - MINUTE, begins + MINUTE):
        db.execute(insert(table).values(row(table, **{column: at})))
    cron_purge_expired.handle(NOON, db)
    assert db.scalars(select(table.c[column])).all() == [begins + MINUTE]


@pytest.mark.parametrize("name", ["outbox", "deliveries"])
def test_what_is_still_to_be_done_never_leaves(db: Session, name: str) -> None:
    table = house.platform.tables[f"platform.{name}"]
    db.execute(insert(table).values(row(table, created_at=NOON - 999 * DAY)))
    cron_purge_expired.handle(NOON, db)
    assert db.scalars(select(table.c.created_at)).all() == [NOON - 999 * DAY]


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
    told = queries.status(db, now=NOON, schedules={"a.x": "rate(1 hour)"})
    assert [(s.name, s.last_due_at, s.last_status, s.next_due_at) for s in told.schedules] == [
        ("a.x", NOON - 2 * MINUTE, "failed", NOON + 60 * MINUTE),
        ("b.y", NOON - 9 * MINUTE, "done", None),
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
    forget()
    monkeypatch.setenv("DATABASE_URL_HTTP", database.url("fn_http").replace(".s.PGSQL", ".gone"))
    settings.settings.cache_clear()
    answer = api.get("/v1/health")
    assert (answer.status, answer.json()["code"]) == (503, "unavailable")
