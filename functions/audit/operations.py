"""What seals the audit log, raises alarms about it, and reviews security events."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from functions.audit import queries
from functions.audit.errors import NoSuchEvent
from functions.audit.rules import Head, Unsealed, seal
from functions.audit.tables import ChainHead, Rows, SecurityEvent, SystemEvent
from shared import audit
from shared.alarm import alarm
from shared.db import house, retention

BATCH = 1_000  # rows a turn
SEALER = text("select pg_try_advisory_xact_lock(hashtextextended('audit.seal', 0))")
DROP_PARTITIONS = text("select platform.drop_partitions(cast(:parent as regclass), :before)")
QUIET = timedelta(hours=1)  # one alarm about the same thing


def seal_rows(db: Session, *, now: datetime) -> int:
    """Number what was committed since the last turn, in id order. One sealer at a time."""
    if not db.scalar(SEALER):
        return 0
    row = house.audit_logs.c
    found = select(row.id, row.created_at, row.tenant, row.row_hash).where(row.seq.is_(None))
    rows = [Unsealed(*values) for values in db.execute(found.order_by(row.id).limit(BATCH))]
    if rows:
        seals, moved = seal(rows, _heads(db, {row.tenant for row in rows}))
        mark = (
            update(house.audit_logs)
            .where(row.id == bindparam("row"), row.created_at == bindparam("made_at"))
            .values(seq=bindparam("number"), previous_hash=bindparam("follows"))
        )
        marks = [
            {"row": s.id, "made_at": s.created_at, "number": s.seq, "follows": s.previous_hash} for s in seals
        ]
        db.connection().execute(mark, marks)
        _move_heads(db, moved, now=now)
    return len(rows)


def _heads(db: Session, tenants: set[str]) -> dict[str, Head]:
    heads = select(ChainHead.tenant, ChainHead.seq, ChainHead.last_hash).where(ChainHead.tenant.in_(tenants))
    return {tenant: Head(seq, last_hash) for tenant, seq, last_hash in db.execute(heads)}


def _move_heads(db: Session, moved: dict[str, Head], *, now: datetime) -> None:
    new = insert(ChainHead)
    told = {name: new.excluded[name] for name in ("seq", "last_hash", "updated_at")}
    rows = [
        {"tenant": tenant, "seq": head.seq, "last_hash": head.last_hash, "updated_at": now}
        for tenant, head in sorted(moved.items())
    ]
    db.execute(new.on_conflict_do_update(index_elements=["tenant"], set_=told), rows)


def watch_seal(db: Session, *, now: datetime) -> None:
    late = queries.overdue(db, now=now)
    if late and not _was_raised(db, "rows_unsealed", since=now - QUIET):
        details = {"rows": late.rows, "oldest_at": late.oldest_at.isoformat()}
        alarm(db, source="audit.cron_watch_seal", event_type="rows_unsealed", details=details)


def _was_raised(db: Session, event_type: str, *, since: datetime) -> bool:
    raised = select(1).where(SystemEvent.event_type == event_type, SystemEvent.created_at > since)
    return bool(db.scalar(select(raised.exists())))


def check_chains(db: Session, *, now: datetime) -> None:
    report = queries.verify(db, now=now)
    if report.faults:
        details = {
            "faults": dict(Counter(fault.verdict for fault in report.faults)),
            "first": f"{report.faults[0].tenant}: {report.faults[0].sentence}",
        }
        alarm(db, source="audit.cron_verify_chains", event_type="chain_broken", details=details)


def review(db: Session, *, event_id: UUID, actor: UUID) -> SecurityEvent:
    """Somebody has looked at it: who and when stands in the audit log."""
    event = db.get(SecurityEvent, event_id, with_for_update={"key_share": True})
    if event is None:
        raise NoSuchEvent
    if event.requires_review:
        event.requires_review = False
        audit.record(
            db,
            action="audit.security_event_reviewed",
            resource=("security_event", event_id),
            actor=actor,
            old={"requires_review": True},
            new={"requires_review": False},
        )
    return event


def purge_expired(db: Session, *, now: datetime) -> None:
    retention.purge(db, Rows.metadata, now=now)
    days = int(house.api_request_logs.info["retention"].split()[0])
    before = (now - timedelta(days=days)).date()
    db.execute(DROP_PARTITIONS, {"parent": house.api_request_logs.fullname, "before": before})
