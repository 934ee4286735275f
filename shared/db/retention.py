"""How long rows stay: each table says so in its `info`; a schedule of its domain comes by and deletes."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, MetaData, Table, delete, select, tuple_
from sqlalchemy.orm import Session

from shared.db.outcome import affected

RULE = re.compile(r"(\d+) days? after (\w+)")
BATCH = 5_000  # rows a statement: a purge holds few locks, and may be cut off anywhere


def purge(
    db: Session, metadata: MetaData, *, now: datetime, but: Mapping[Table, ColumnElement[bool]] | None = None
) -> None:
    """Delete what is past its time. `but` keeps rows of a table that are still needed."""
    kept = but or {}
    for table, expired in _expired(metadata, now):
        drop(db, table, expired & ~kept[table] if table in kept else expired)


def drop(db: Session, table: Table, which: ColumnElement[bool]) -> None:
    key = tuple_(*table.primary_key.columns)
    batch = delete(table).where(key.in_(select(*table.primary_key.columns).where(which).limit(BATCH)))
    while affected(db.execute(batch)) == BATCH:
        pass


def _expired(metadata: MetaData, now: datetime) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Partitioned tables lose whole months instead."""
    for table in metadata.sorted_tables:
        rule = table.info.get("retention")
        if rule and not table.dialect_options["postgresql"]["partition_by"]:
            days, column = _parsed(rule)
            yield table, table.c[column] < now - timedelta(days=days)


def _parsed(rule: str) -> tuple[int, str]:
    found = RULE.fullmatch(rule)
    if found is None:
        raise ValueError(f"a retention reads 'N days after COLUMN', not {rule!r}")
    return int(found[1]), found[2]
