"""How long rows stay: to the moment that their table names, and not a batch fewer."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, DateTime, Integer, MetaData, Table

from shared.db import retention, system, transaction
from shared.db.schema import rights
from tests.conftest import NOON, Database
from tests.shared.notes import change, stored

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)


def table(name: str, *, rule: str, **options: Any) -> Table:
    """With a key of two columns, as partitioned tables and the inbox have."""
    columns = [Column(column, Integer, primary_key=True) for column in ("id", "part")]
    times = [Column(column, DateTime(timezone=True)) for column in ("created_at", "done_at")]
    return Table(name, METADATA, *columns, *times, info=rights(retention=rule), **options)


METADATA = MetaData(schema="kept")
A_WEEK = table("a_week", rule="7 days after created_at")
A_DAY = table("a_day", rule="1 day after done_at")
FOR_EVER = table("for_ever", rule="")
BY_MONTHS = table("by_months", rule="90 days", postgresql_partition_by="range (created_at)")
TABLES = (A_WEEK, A_DAY, FOR_EVER, BY_MONTHS)


@pytest.fixture(autouse=True)
def _with_tables(database: Database) -> None:
    made = [
        f"create table {t.fullname} (id int, part int, created_at timestamptz, done_at timestamptz)"
        for t in TABLES
    ]
    change(database, "; ".join(["create schema kept", *made, "grant usage on schema kept to app_system"]))
    change(database, "grant select, delete on all tables in schema kept to app_system")


def fill(database: Database, where: Table, *times: datetime | None) -> None:
    values = ", ".join(f"({n}, 1, {quoted(at)}, {quoted(at)})" for n, at in enumerate(times))
    change(database, f"insert into {where.fullname} values {values}")


def quoted(at: datetime | None) -> str:
    return f"'{at.isoformat()}'" if at else "null"


def left(database: Database, where: Table) -> list[int]:
    return stored(database, f"id from {where.fullname} order by id")


def purge(**given: Any) -> None:
    with transaction("fn_system", system()) as db:
        retention.purge(db, METADATA, now=NOON, **given)


def test_a_row_goes_when_its_time_is_over_and_not_before(database: Database) -> None:
    fill(database, A_WEEK, NOON - 7 * DAY - MICROSECOND, NOON - 7 * DAY, NOON)
    fill(database, A_DAY, NOON - DAY - MICROSECOND, NOON - DAY, None)
    purge()
    assert left(database, A_WEEK) == [1, 2]
    assert left(database, A_DAY) == [1, 2]  # what is not done yet stays, however old


def test_a_table_that_names_no_time_and_one_that_loses_months_keep_their_rows(database: Database) -> None:
    for where in (FOR_EVER, BY_MONTHS):
        fill(database, where, NOON - 10_000 * DAY)
    purge()
    assert left(database, FOR_EVER) + left(database, BY_MONTHS) == [0, 0]


def test_rows_that_are_still_needed_stay(database: Database) -> None:
    fill(database, A_WEEK, *[NOON - 8 * DAY] * 4)
    purge(but={A_WEEK: A_WEEK.c.id > 1})
    assert left(database, A_WEEK) == [2, 3]


def test_a_purge_goes_on_until_the_last_batch(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for rows in range(1, 6):
        fill(database, A_WEEK, *[NOON - 8 * DAY] * rows)
        purge()
        assert left(database, A_WEEK) == []


@pytest.mark.parametrize(
    "rule", ["7 days", "a week after created_at", "7 days after created at", "-7 days after x"]
)
def test_a_rule_that_nobody_can_read_is_a_fault(rule: str) -> None:
    metadata = MetaData()
    Table("ill", metadata, Column("created_at", DateTime), info=rights(retention=rule))
    with (
        pytest.raises(ValueError, match="reads 'N days after COLUMN'"),
        transaction("fn_system", system()) as db,
    ):
        retention.purge(db, metadata, now=NOON)
