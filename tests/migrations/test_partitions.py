"""platform.ensure_partition: months are there before their rows; a late one takes in what came before it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Connection, text

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
    db.execute(text("select set_config('role', 'app_system', false)"))
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
    for db in makers:
        db.commit()

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
