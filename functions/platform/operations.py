"""What sends the outbox, keeps and replays dead letters, and makes partitions ahead."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from functions.platform import queries
from functions.platform.errors import NoSuchDeadLetter, Unreadable
from functions.platform.rules import (
    CLAIM,
    QUEUE,
    Failure,
    Letter,
    Outgoing,
    bus_event,
    compact,
    envelope_of,
    is_hopeless,
    months_from,
    wait_after,
)
from functions.platform.tables import DeadLetter, Delivery, Rows, outbox, scheduled_runs
from shared import audit
from shared.alarm import alarm
from shared.db import retention, travel
from shared.errors import Refused, Unavailable
from shared.ids import new_id
from shared.outbox import first_time
from shared.steps import Steps

BATCH = 100  # rows a turn
UNDERTAKER = "platform-on-dead-letters"
ENSURE_PARTITION = text("select platform.ensure_partition(cast(:parent as regclass), :month)")


def claim(db: Session, *, now: datetime) -> list[Outgoing]:
    """The oldest rows that nobody sends at the moment. A claim ends by itself: its holder may have died."""
    row = outbox.c
    due = (
        select(row.id)
        .where(row.published_at.is_(None), row.parked_at.is_(None))
        .where(or_(row.claimed_until.is_(None), row.claimed_until < now))
        .order_by(row.created_at)
        .limit(BATCH)
        .with_for_update(key_share=True, skip_locked=True)
        .cte("due")
    )
    claimed = (
        update(outbox)
        .where(row.id == due.c.id)
        .values(claimed_until=now + CLAIM)
        .returning(row.created_at, row.id, row.topic, row.event_id, row.payload, row.attempts)
    )
    return [Outgoing(*rest) for _, *rest in sorted(db.execute(claimed), key=lambda found: found[:2])]


def deliver(
    db: Session, rows: Sequence[Outgoing], *, routes: Mapping[str, Sequence[str]], now: datetime
) -> None:
    """On one machine the queues are rows: they are filled in the transaction that marks what was sent."""
    messages = [message for row in rows for message in _messages(row, routes, now)]
    if messages:
        db.execute(
            insert(Delivery).on_conflict_do_nothing(index_elements=["outbox_id", "consumer"]), messages
        )
    _mark_sent(db, [row.id for row in rows], now=now)


def settle(
    db: Session, rows: Sequence[Outgoing], *, outcome: Mapping[UUID, Failure | None], now: datetime
) -> None:
    _mark_sent(db, [row.id for row in rows if outcome[row.id] is None], now=now)
    for row in rows:
        if failure := outcome[row.id]:
            _mark_failed(db, row, failure, now=now)


def _messages(row: Outgoing, routes: Mapping[str, Sequence[str]], now: datetime) -> Iterator[dict[str, Any]]:
    sent = {"outbox_id": row.id, "created_at": now, "visible_at": now}
    if row.consumer:
        yield sent | {"id": new_id(), "consumer": row.consumer, "message": row.envelope}
    for consumer in routes.get(row.topic, ()):
        yield sent | {"id": new_id(), "consumer": consumer, "message": bus_event(row, now=now)}


def _mark_sent(db: Session, ids: Sequence[UUID], *, now: datetime) -> None:
    if ids:
        mark = {"published_at": now, "claimed_until": None, "error": None}
        db.execute(update(outbox).where(outbox.c.id.in_(ids)).values(mark))


def _mark_failed(db: Session, row: Outgoing, failure: Failure, *, now: datetime) -> None:
    mark: dict[str, Any] = {"error": failure.error}
    if failure.refused:
        refusals = row.attempts + 1
        mark |= {"attempts": refusals, "claimed_until": now + wait_after(refusals)}
        if is_hopeless(refusals):
            mark["parked_at"] = now
            details = {"outbox_id": str(row.id), "topic": row.topic, "error": failure.error}
            alarm(db, source="platform.loop_relay", event_type="outbox_row_parked", details=details)
    db.execute(update(outbox).where(outbox.c.id == row.id, outbox.c.published_at.is_(None)).values(mark))


def keep_dead_letter(db: Session, letter: Letter, *, now: datetime) -> None:
    """One row for each consumer and event: what died again after a replay can be replayed again."""
    if not first_time(db, consumer=UNDERTAKER, event_id=letter.message_id, now=now):
        return
    told = {
        "payload": letter.payload,
        "error": letter.error,
        "attempts": letter.attempts,
        "failed_at": now,
        "replayed_at": None,
    }
    key = {"id": new_id(), "consumer": letter.consumer, "event_id": letter.event_id}
    kept = insert(DeadLetter).values(key | told)
    db.execute(kept.on_conflict_do_update(index_elements=["consumer", "event_id"], set_=told))


def replay(db: Session, *, dead_letter_id: UUID, actor: UUID | None, now: datetime) -> DeadLetter:
    """Back to its consumer alone, as the same event. Asked twice, it is sent once, until it dies again."""
    letter = db.get(DeadLetter, dead_letter_id, with_for_update={"key_share": True})
    if letter is None:
        raise NoSuchDeadLetter
    envelope = envelope_of(letter.payload)
    if envelope is None:
        raise Unreadable
    if letter.replayed_at is None:
        letter.replayed_at = now
        row = {"topic": f"{QUEUE}{letter.consumer}", "event_id": envelope[0], "payload": compact(envelope[1])}
        travel(db, outbox, row | {"id": new_id(), "key": None, "created_at": now})
        resource = ("dead_letter", letter.id)
        audit.record(db, action="platform.dead_letter_replayed", resource=resource, actor=actor)
    return letter


def make_partitions(db: Session, *, now: datetime) -> None:
    for table in queries.partitioned_tables(db):
        for month in months_from(now):
            db.execute(ENSURE_PARTITION, {"parent": table.name, "month": month})
    for table in queries.partitioned_tables(db):
        if queries.has_strays(db, table):
            details = {"table": table.name}
            alarm(
                db,
                source="platform.cron_make_partitions",
                event_type="rows_in_default_partition",
                details=details,
            )


def purge_expired(db: Session, *, now: datetime) -> None:
    """A schedule's last run stays: it says from when on it is due, and a yearly one would run twice."""
    run, later = scheduled_runs.c, scheduled_runs.alias().c
    is_later = (later.name == run.name) & (later.due_at > run.due_at) & (later.status == "done")
    retention.purge(db, Rows.metadata, now=now, but={scheduled_runs: ~select(1).where(is_later).exists()})


def check_health(steps: Steps) -> None:
    """Whatever keeps the database from answering, a caller learns that it does."""
    try:
        steps(queries.is_answering)
    except Refused:
        raise
    except Exception as error:
        raise Unavailable("The database does not answer.") from error
