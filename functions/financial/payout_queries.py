"""What was paid out, and where to: shown masked, to those who may read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from functions.auth.queries import data_keys
from functions.financial import destinations
from functions.financial.destinations import Destination
from functions.financial.tables import Payout
from shared.envelope import unwrap
from shared.pagination import Page, page
from shared.wrapped_key import WrappedKey


@dataclass(frozen=True)
class Sealed:
    """Payouts, and the keys of those who may read where they go."""

    payouts: Page[Payout]
    keys: Mapping[UUID, WrappedKey]


@dataclass(frozen=True)
class Shown:
    """`holder` and `destination` are None once their owner was erased."""

    id: UUID
    user_id: UUID
    wallet_id: UUID
    status: str
    currency: str
    amount: Decimal
    holder: str | None
    destination: str | None
    reviewed_by: UUID | None
    failure_reason: str | None
    requested_at: datetime
    processed_at: datetime | None


def payouts(db: Db, *, limit: int, cursor: str | None, status: str | None = None) -> Sealed:
    found = select(Payout) if status is None else select(Payout).where(Payout.status == status)
    rows = page(db, found, by=Payout.requested_at, id=Payout.id, limit=limit, cursor=cursor)
    return Sealed(rows, data_keys(db, user_ids={row.user_id for row in rows.items}))


def shown(sealed: Sealed) -> Page[Shown]:
    """Asks the key service, once a person: no transaction is open."""
    keys = {user_id: unwrap(key, owner=user_id) for user_id, key in sealed.keys.items()}
    rows = [show(row, _opened(row, keys)) for row in sealed.payouts.items]
    return Page(rows, sealed.payouts.next_cursor)


def show(row: Payout, to: Destination | None) -> Shown:
    return Shown(
        id=row.id,
        user_id=row.user_id,
        wallet_id=row.wallet_id,
        status=row.status,
        currency=row.currency,
        amount=row.amount,
        holder=to.holder if to else None,
        destination=to.shown if to else None,
        reviewed_by=row.reviewed_by,
        failure_reason=row.failure_reason,
        requested_at=row.requested_at,
        processed_at=row.processed_at,
    )


def _opened(row: Payout, keys: Mapping[UUID, bytes]) -> Destination | None:
    key = keys.get(row.user_id)
    return destinations.opened(row.destination_enc, data_key=key) if key else None
