"""News of the payment processor in the book: each transfer is posted once, by a key of its own."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session as Db

from functions.financial import ledger
from functions.financial.ledger import Leg, Transfer, house
from shared.ids import new_id

TOUCHED = ("cash", "clearing", "disputed", "loss", "payouts_pending")  # accounts of the house, by such news


def lock(db: Db, *, wallet_id: UUID, currency: str) -> Decimal:
    """Before the first posting of such news: all that it may touch, in the order in which everybody locks.

    What of the wallet may be spent.
    """
    others = [house(kind, currency, beside=wallet_id) for kind in TOUCHED]
    return Decimal(db.scalar(func.financial.free(wallet_id, others)) or 0)


def book(
    db: Db, *, kind: str, key: str, reference: tuple[str, UUID], legs: list[Leg], hold_id: UUID | None = None
) -> None:
    """Legs of nothing are left out."""
    what, row_id = reference
    moved = [leg for leg in legs if leg.amount]
    transfer = Transfer(new_id(), kind, key, moved, reference=(what, str(row_id)))
    ledger.post(db, transfer, hold_id=hold_id)
