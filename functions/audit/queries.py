"""What was changed, by whom, and whether the record of it can be believed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, tuple_
from sqlalchemy.orm import Session

from functions.audit.rules import LATE, Fault, Head, Link, faults_of
from functions.audit.tables import ApiRequestLog, AuditLog, ChainHead, SecurityEvent
from shared.audit import row_hash
from shared.db import house
from shared.pagination import Page, page

PAGE = 1_000  # rows that a verifier holds at a time

Watch = Callable[[Iterable[Link]], Iterable[Link]]


@dataclass(frozen=True)
class Report:
    chains: int
    rows: int
    faults: list[Fault]


@dataclass(frozen=True)
class Overdue:
    rows: int
    oldest_at: datetime


def logs(db: Session, *, tenant: str, limit: int, cursor: str | None) -> Page[AuditLog]:
    rows = select(AuditLog).where(AuditLog.tenant == tenant)
    return page(db, rows, by=AuditLog.created_at, id=AuditLog.id, limit=limit, cursor=cursor)


def security_events(
    db: Session, *, requires_review: bool | None, limit: int, cursor: str | None
) -> Page[SecurityEvent]:
    rows = select(SecurityEvent)
    if requires_review is not None:
        rows = rows.where(SecurityEvent.requires_review.is_(requires_review))
    return page(db, rows, by=SecurityEvent.created_at, id=SecurityEvent.id, limit=limit, cursor=cursor)


def request_logs(db: Session, *, user_id: UUID | None, limit: int, cursor: str | None) -> Page[ApiRequestLog]:
    rows = select(ApiRequestLog)
    if user_id is not None:
        rows = rows.where(ApiRequestLog.user_id == user_id)
    return page(db, rows, by=ApiRequestLog.created_at, id=ApiRequestLog.id, limit=limit, cursor=cursor)


def key_uses(db: Session, *, since: datetime) -> list[tuple[UUID, datetime]]:
    """Each API key that was used, and when last."""
    request = house.api_request_logs.c
    used = (
        select(request.api_key_id, func.max(request.created_at))
        .where(request.created_at >= since, request.api_key_id.is_not(None))
        .group_by(request.api_key_id)
        .order_by(request.api_key_id)
    )
    return [(key_id, used_at) for key_id, used_at in db.execute(used)]


def overdue(db: Session, *, now: datetime) -> Overdue | None:
    """What the sealer should have come by for."""
    late = select(func.count(), func.min(AuditLog.created_at)).where(
        AuditLog.seq.is_(None), AuditLog.created_at < now - LATE
    )
    rows, oldest = db.execute(late).one()
    return Overdue(rows, oldest) if rows else None


def sealed_rows(db: Session) -> int:
    """By the heads: nearly true, and quick."""
    return int(db.scalar(select(func.coalesce(func.sum(ChainHead.seq), 0))) or 0)


def verify(db: Session, *, now: datetime, watch: Watch = iter) -> Report:
    """Walk every chain. Each page is a moment of its own: the sealer works on meanwhile."""
    seen: Counter[str] = Counter()
    faults: list[Fault] = []
    for _, chain in groupby(watch(_links(db)), key=lambda link: link.tenant):
        seen["chains"] += 1
        faults += faults_of(_counted(chain, seen))
    return Report(seen["chains"], seen["rows"], [*faults, *_emptied(db), *_unnumbered(db, now)])


def _links(db: Session) -> Iterator[Link]:
    logs, heads = house.audit_logs, ChainHead.__table__.c
    order = (logs.c.tenant, logs.c.seq, logs.c.id)
    query = (
        select(logs, heads.seq.label("head_seq"), heads.last_hash)
        .join_from(logs, ChainHead, heads.tenant == logs.c.tenant, isouter=True)
        .where(logs.c.seq.is_not(None))
        .order_by(*order)
        .limit(PAGE)
    )
    following = query
    while rows := db.execute(following).all():
        yield from (_link(row) for row in rows)
        following = query.where(tuple_(*order) > (rows[-1].tenant, rows[-1].seq, rows[-1].id))


def _link(row: Row[Any]) -> Link:
    return Link(
        tenant=row.tenant,
        seq=row.seq,
        id=row.id,
        created_at=row.created_at,
        previous_hash=row.previous_hash or b"",
        row_hash=row.row_hash,
        hash_of_fields=row_hash(row._asdict()),
        head=Head(row.head_seq, row.last_hash) if row.last_hash else None,
    )


def _counted(chain: Iterable[Link], seen: Counter[str]) -> Iterator[Link]:
    for link in chain:
        seen["rows"] += 1
        yield link


def _emptied(db: Session) -> Iterator[Fault]:
    has_rows = select(1).where(AuditLog.tenant == ChainHead.tenant, AuditLog.seq.is_not(None)).exists()
    for head in db.scalars(select(ChainHead).where(~has_rows).order_by(ChainHead.tenant)):
        yield Fault("deleted", head.tenant, head.seq, f"all {head.seq} rows are missing")


def _unnumbered(db: Session, now: datetime) -> Iterator[Fault]:
    """Rows that wait too long: for the sealer, or because they were not there when it passed."""
    late = (
        select(AuditLog.id, AuditLog.tenant, AuditLog.created_at, ChainHead.updated_at)
        .join(ChainHead, ChainHead.tenant == AuditLog.tenant, isouter=True)
        .where(AuditLog.seq.is_(None), AuditLog.created_at < now - LATE)
        .order_by(AuditLog.id)
    )
    for row_id, tenant, created_at, sealed_at in db.execute(late):
        if sealed_at and sealed_at > created_at + LATE:
            yield Fault(
                "inserted", tenant, None, f"row {row_id} is older than the last sealing, which missed it"
            )
        else:
            yield Fault("unsealed", tenant, None, f"row {row_id} has waited for its seal since {created_at}")
