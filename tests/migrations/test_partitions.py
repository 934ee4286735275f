"""Months are there before their rows, a late one takes in what came before it, an old one goes as a whole."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic

import pytest
from sqlalchemy import Connection, text

from shared.db.house import audit_logs
from tests.migrations.conftest import Login

OCTOBER = "platform.ensure_partition('audit.api_request_logs', '2031-10-17')"
PARTITIONS = text("""
    select c.oid::regclass::text as name, pg_get_expr(c.relpartbound, c.oid) as bound from pg_inherits
    join pg_class c on c.oid = inhrelid where inhparent = cast(:parent as regclass)
""")
ASKED = text("""
    insert into audit.api_request_logs (id, created_at, endpoint, method, status_code, response_time_ms)
    values (gen_random_uuid(), cast(:at as timestamptz), '/', 'GET', 200, 1)
""")
DID = text("""
    insert into audit.audit_logs
        (id, created_at, event_type, event_status, severity, resource_type, action, tenant, row_hash)
    values (gen_random_uuid(), cast(:at as timestamptz), 'auth', 'succeeded', 'info', 'user', 'x', 'auth', '')
""")


def as_system(db: Connection) -> Connection:
    db.execute(text("set role app_system"))
    db.commit()
    return db


def partitions(db: Connection, parent: str) -> dict[str, str]:
    return {row.name: row.bound for row in db.execute(PARTITIONS, {"parent": parent})}


@pytest.mark.parametrize("parent", ["audit.api_request_logs", "audit.audit_logs"])
def test_a_log_table_begins_with_three_months_and_a_default(login: Login, parent: str) -> None:
    db = login("app_owner")
    months = db.scalars(
        text("""
        select to_char(date_trunc('month', now() at time zone 'utc') + make_interval(months => n), 'YYYY_MM')
        from generate_series(0, 2) n
    """)
    )
    found = partitions(db, parent)
    assert set(found) == {f"{parent}_{month}" for month in months} | {f"{parent}_default"}
    assert found[f"{parent}_default"] == "DEFAULT"


def test_a_month_is_made_once_in_universal_time_by_whatever_clock_the_session_has(login: Login) -> None:
    db = as_system(login("fn_system"))
    db.execute(text("set timezone = 'America/New_York'"))
    for _ in range(2):
        db.execute(text(f"select {OCTOBER}"))
        db.commit()
    db.execute(text("set timezone = 'UTC'"))
    assert partitions(db, "audit.api_request_logs")["audit.api_request_logs_2031_10"] == (
        "FOR VALUES FROM ('2031-10-01 00:00:00+00') TO ('2031-11-01 00:00:00+00')"
    )


def test_a_row_finds_its_month_and_a_missing_month_fails_nobody(login: Login) -> None:
    db = as_system(login("fn_system"))
    db.execute(text(f"select {OCTOBER}"))
    for at in ("2031-09-30 23:59:59.999999+00", "2031-10-01 00:00+00", "2031-10-31 23:59:59.999999+00"):
        db.execute(ASKED, {"at": at})
    rows = db.execute(text("select tableoid::regclass::text, created_at::text from audit.api_request_logs"))
    assert sorted(tuple(row) for row in rows) == [
        ("audit.api_request_logs_2031_10", "2031-10-01 00:00:00+00"),
        ("audit.api_request_logs_2031_10", "2031-10-31 23:59:59.999999+00"),
        ("audit.api_request_logs_default", "2031-09-30 23:59:59.999999+00"),
    ]


def test_a_month_that_comes_late_takes_its_rows_in_even_where_none_is_ever_deleted(login: Login) -> None:
    db = as_system(login("fn_system"))
    for at in ("2031-09-30 23:59:59.999999+00", "2031-10-01 00:00+00", "2031-11-01 00:00+00"):
        db.execute(DID, {"at": at})
    db.execute(text("select platform.ensure_partition('audit.audit_logs', '2031-10-01')"))
    db.commit()
    rows = db.execute(text("select tableoid::regclass::text, created_at::text from audit.audit_logs"))
    assert sorted(tuple(row) for row in rows) == [
        ("audit.audit_logs_2031_10", "2031-10-01 00:00:00+00"),
        ("audit.audit_logs_default", "2031-09-30 23:59:59.999999+00"),
        ("audit.audit_logs_default", "2031-11-01 00:00:00+00"),
    ]
    owner = login("app_owner")
    for month in ("2031-10-01", "2031-11-01"):
        with pytest.raises(Exception, match="append-only"):
            owner.execute(text(f"delete from audit.audit_logs where created_at = '{month} 00:00+00'"))
        owner.rollback()


def test_two_makers_of_one_month_do_not_meet(login: Login) -> None:
    makers, start = [as_system(login("fn_system")) for _ in range(8)], Barrier(8)

    def make(db: Connection) -> None:
        start.wait()
        db.execute(text(f"select {OCTOBER}"))
        db.execute(ASKED, {"at": "2031-10-02 00:00+00"})
        db.commit()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(make, makers))
    counted = text("select tableoid::regclass::text, count(*) from audit.api_request_logs group by 1")
    assert makers[0].execute(counted).all() == [("audit.api_request_logs_2031_10", 8)]


def test_a_table_without_partitions_gets_none(login: Login) -> None:
    db = as_system(login("fn_system"))
    with pytest.raises(Exception, match="P0002"):
        db.execute(text("select platform.ensure_partition('platform.outbox', '2031-10-01')"))


def test_months_that_ended_before_a_day_are_dropped_and_no_other(login: Login) -> None:
    db = as_system(login("fn_system"))
    for month in ("2031-09-01", "2031-10-01", "2031-11-01"):
        db.execute(text(f"select platform.ensure_partition('audit.api_request_logs', '{month}')"))
    before = set(partitions(db, "audit.api_request_logs"))
    db.execute(text("select platform.drop_partitions('audit.api_request_logs', '2031-10-31')"))
    gone = before - set(partitions(db, "audit.api_request_logs"))
    assert gone >= {"audit.api_request_logs_2031_09"}
    assert before - gone == {
        "audit.api_request_logs_2031_10",
        "audit.api_request_logs_2031_11",
        "audit.api_request_logs_default",
    }
    db.execute(text("set local timezone = 'Asia/Tokyo'"))
    db.execute(text("select platform.drop_partitions('audit.api_request_logs', '2031-11-01')"))
    assert set(partitions(db, "audit.api_request_logs")) == {
        "audit.api_request_logs_2031_11",
        "audit.api_request_logs_default",
    }


def test_no_month_of_what_may_never_be_deleted_is_dropped(login: Login) -> None:
    db = as_system(login("fn_system"))
    with pytest.raises(Exception, match="audit_logs keeps its rows"):
        db.execute(text("select platform.drop_partitions('audit.audit_logs', '2091-10-31')"))
    db.rollback()
    assert len(partitions(db, "audit.audit_logs")) == 4


def test_dropping_months_does_not_make_writers_wait(login: Login) -> None:
    writer, db = as_system(login("fn_system")), as_system(login("fn_system"))
    db.execute(text(f"select {OCTOBER}"))
    db.commit()
    writer.execute(ASKED, {"at": "2031-10-02 00:00+00"})
    started = monotonic()
    with pytest.raises(Exception, match="55P03"):
        db.execute(text("select platform.drop_partitions('audit.api_request_logs', '2091-11-01')"))
    assert 0.9 < monotonic() - started < 10


def test_a_month_has_its_parent_s_indexes_once(login: Login) -> None:
    db = as_system(login("fn_system"))
    db.execute(text("select platform.ensure_partition('audit.audit_logs', '2031-10-01')"))
    count = text("select count(*) from pg_index where indrelid = cast(:table as regclass)")
    declared = len(audit_logs.indexes) + 1  # and the primary key
    for table in ("audit.audit_logs", "audit.audit_logs_2031_10"):
        assert db.scalar(count, {"table": table}) == declared
