"""What is on its way, what was given up on, and what ran when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnClause, column, func, lateral, select, table, text, true
from sqlalchemy.orm import Session

from functions.platform.errors import NoSuchDeadLetter
from functions.platform.tables import DeadLetter, Delivery, outbox, scheduled_runs
from shared.pagination import Page, page
from shared.schedule import next_due


@dataclass(frozen=True)
class Schedule:
    name: str
    last_due_at: datetime
    last_status: str
    last_error: str | None
    last_finished_at: datetime | None
    next_due_at: datetime | None  # None: nobody told what its expression is


@dataclass(frozen=True)
class Queue:
    """On one machine. In AWS the depths are SQS's to tell."""

    consumer: str
    depth: int
    oldest_at: datetime
    lag_seconds: float


@dataclass(frozen=True)
class Outbox:
    waiting: int
    parked: int
    lag_seconds: float  # age of the oldest row that waits


@dataclass(frozen=True)
class Status:
    schedules: list[Schedule]
    queues: list[Queue]
    dead_letters: int  # not replayed
    outbox: Outbox


@dataclass(frozen=True)
class Partitioned:
    """A table of monthly partitions, which reach from `begins` to `ends` without a gap."""

    schema: str
    table: str
    key: str
    begins: datetime
    ends: datetime

    @property
    def name(self) -> str:
        return f"{self.schema}.{self.table}"


PARTITIONED = text(
    r"""
    select parent.relnamespace::regnamespace::text, parent.relname, key.attname,
        min(bound[1]::timestamptz), max(bound[2]::timestamptz)
    from pg_partitioned_table
    join pg_class parent on parent.oid = partrelid
    join pg_attribute key on key.attrelid = partrelid and key.attnum = partattrs[0]
    join pg_inherits on inhparent = partrelid
    join pg_class part on part.oid = inhrelid
    cross join regexp_match(pg_get_expr(part.relpartbound, part.oid), $$FROM \('(.+)'\) TO \('(.+)'\)$$) bound
    where partstrat = 'r' and bound is not null
    group by 1, 2, 3 order by 1, 2
    """
)


def is_answering(db: Session) -> bool:
    return db.scalar(select(1)) == 1


def dead_letters(db: Session, *, limit: int, cursor: str | None) -> Page[DeadLetter]:
    return page(db, select(DeadLetter), by=DeadLetter.failed_at, id=DeadLetter.id, limit=limit, cursor=cursor)


def dead_letter(db: Session, *, dead_letter_id: UUID) -> DeadLetter:
    letter = db.get(DeadLetter, dead_letter_id)
    if letter is None:
        raise NoSuchDeadLetter
    return letter


def status(db: Session, *, now: datetime, schedules: Mapping[str, str] = {}) -> Status:
    """`schedules`: the expression of each, by name."""
    unreplayed = select(func.count()).where(DeadLetter.replayed_at.is_(None))
    return Status(
        schedules=_schedules(db, schedules, now=now),
        queues=_queues(db, now=now),
        dead_letters=db.scalar(unreplayed) or 0,
        outbox=_outbox(db, now=now),
    )


def partitioned_tables(db: Session) -> list[Partitioned]:
    return [Partitioned(*row) for row in db.execute(PARTITIONED)]


def has_strays(db: Session, partitioned: Partitioned) -> bool:
    """Whether rows lie outside its months: in its default partition, the only one that this looks into."""
    key: ColumnClause[datetime] = column(partitioned.key)
    rows = table(partitioned.table, schema=partitioned.schema)
    outside = (key < partitioned.begins) | (key >= partitioned.ends)
    return bool(db.scalar(select(select(1).select_from(rows).where(outside).exists())))


def _schedules(db: Session, expressions: Mapping[str, str], *, now: datetime) -> list[Schedule]:
    """The last run of each. From one name to the next by the index: the runs of 90 days are many."""
    run = scheduled_runs.c
    names = select(func.min(run.name).label("name")).cte("names", recursive=True)
    following = select(func.min(run.name)).where(run.name > names.c.name).scalar_subquery()
    names = names.union_all(select(following).where(names.c.name.is_not(None)))
    last = lateral(
        select(scheduled_runs).where(run.name == names.c.name).order_by(run.due_at.desc()).limit(1)
    )
    found = select(last.c.name, last.c.due_at, last.c.status, last.c.error, last.c.finished_at)
    rows = db.execute(found.select_from(names.join(last, true())).order_by(last.c.name))
    return [
        Schedule(*run, next_due(expression, now) if (expression := expressions.get(run.name)) else None)
        for run in rows
    ]


def _queues(db: Session, *, now: datetime) -> list[Queue]:
    waiting = (
        select(Delivery.consumer, func.count(), func.min(Delivery.created_at))
        .where(Delivery.done_at.is_(None))
        .group_by(Delivery.consumer)
        .order_by(Delivery.consumer)
    )
    return [
        Queue(consumer, depth, oldest, (now - oldest).total_seconds())
        for consumer, depth, oldest in db.execute(waiting)
    ]


def _outbox(db: Session, *, now: datetime) -> Outbox:
    unsent, parked = outbox.c.published_at.is_(None), outbox.c.parked_at.is_not(None)
    counted = select(
        func.count().filter(~parked),
        func.count().filter(parked),
        func.min(outbox.c.created_at).filter(~parked),
    ).where(unsent)
    waiting, given_up, oldest = db.execute(counted).one()
    return Outbox(waiting, given_up, (now - oldest).total_seconds() if oldest else 0.0)
