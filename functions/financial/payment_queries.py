"""What came in through the payment processor, and what went back by it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from functions.financial.tables import Payment, PaymentMethod, Refund, Reversal
from shared.errors import NotFound
from shared.pagination import Page, page


@dataclass(frozen=True)
class Refunded:
    id: UUID
    deposit_id: UUID
    status: str
    currency: str
    amount: Decimal
    created_at: datetime


def deposits(db: Db, *, limit: int, cursor: str | None) -> Page[Payment]:
    return page(db, select(Payment), by=Payment.created_at, id=Payment.id, limit=limit, cursor=cursor)


def deposit(db: Db, *, payment_id: UUID) -> Payment:
    found = db.get(Payment, payment_id)
    if found is None:
        raise NotFound
    return found


def refunds(db: Db, *, payment_id: UUID, limit: int, cursor: str | None) -> Page[Refunded]:
    currency = deposit(db, payment_id=payment_id).currency
    own = select(Refund).where(Refund.payment_id == payment_id)
    found = page(db, own, by=Refund.created_at, id=Refund.id, limit=limit, cursor=cursor)
    return Page([refunded(row, currency) for row in found.items], found.next_cursor)


def refunded(row: Refund, currency: str) -> Refunded:
    return Refunded(row.id, row.payment_id, row.status, currency, row.amount, row.created_at)


def methods(db: Db, *, limit: int, cursor: str | None) -> Page[PaymentMethod]:
    kept = select(PaymentMethod).where(PaymentMethod.detached_at.is_(None))
    return page(db, kept, by=PaymentMethod.created_at, id=PaymentMethod.id, limit=limit, cursor=cursor)


def reversals(db: Db, *, limit: int, cursor: str | None) -> Page[Reversal]:
    return page(db, select(Reversal), by=Reversal.asked_at, id=Reversal.id, limit=limit, cursor=cursor)
