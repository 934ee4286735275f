"""Money that its owner sets aside: placed, released, and released by itself when its time is over."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db

from functions.financial import queries
from functions.financial.operations.refusals import ask
from functions.financial.tables import Hold
from shared import audit
from shared.db import work
from shared.errors import Invalid, NotFound
from shared.ids import new_id

BATCH = 500  # holds a run: their wallets are locked until it commits


def place(
    db: Db, *, user_id: UUID, wallet_id: UUID, amount: Decimal, note: str | None, expires_at: datetime | None
) -> queries.Held:
    now = work(db).now
    if expires_at is not None and expires_at <= now:
        raise Invalid.of("expires_at", "The hold would have expired already.")
    hold_id = new_id()
    ask(db, func.financial.hold(hold_id, wallet_id, amount, note, expires_at, now))
    held = queries.hold(db, hold_id=hold_id)
    new = {"wallet": str(wallet_id), "currency": held.currency, "amount": f"{amount:f}"}
    _record(db, "hold_placed", hold_id=hold_id, user_id=user_id, actor=user_id, new=new)
    return held


def release(db: Db, *, user_id: UUID, hold_id: UUID) -> None:
    """Only what one has set aside oneself, and only once."""
    if not db.scalar(func.financial.release(hold_id, work(db).now)):
        raise NotFound
    _record(db, "hold_released", hold_id=hold_id, user_id=user_id, actor=user_id)


def expire(db: Db, *, now: datetime) -> None:
    """In the order in which everybody locks wallets; what does not fit in waits for the next run."""
    lapsed = (
        select(Hold.id, Hold.user_id)
        .where(Hold.status == "held", Hold.expires_at <= now)
        .order_by(Hold.wallet_id, Hold.id)
        .limit(BATCH)
    )
    for hold_id, user_id in db.execute(lapsed).all():
        if db.scalar(func.financial.end_hold(hold_id, "released", work(db).now)):
            _record(db, "hold_expired", hold_id=hold_id, user_id=user_id, actor=None)


def _record(
    db: Db, what: str, *, hold_id: UUID, user_id: UUID, actor: UUID | None, new: dict[str, str] | None = None
) -> None:
    audit.record(
        db, action=f"financial.{what}", resource=("hold", hold_id), actor=actor, tenant=user_id, new=new
    )
