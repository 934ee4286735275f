"""The one module that moves money, and the one module of writes that other domains may call.

In the caller's transaction, as its last statement: accounts are locked until the commit. Whoever has several
transfers to post gives them to `post_all` at once, or two callers may wait for each other.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Function, func
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from functions.financial.errors import InsufficientFunds
from shared.db import violated, work

SHARDS = 16  # of each account of the house, so that no row is touched by everybody
OVERDRAWN = {"ledger_accounts_balance_check", "wallets_balance_check", "wallets_left_check"}


@dataclass(frozen=True)
class Leg:
    account_id: UUID
    amount: Decimal  # a debit; a credit is negative


def debit(account_id: UUID, amount: Decimal) -> Leg:
    return Leg(account_id, amount)


def credit(account_id: UUID, amount: Decimal) -> Leg:
    return Leg(account_id, -amount)


@dataclass(frozen=True)
class Transfer:
    """Debits equal credits in each currency. The same key again does nothing; with other legs: refused."""

    id: UUID
    kind: str
    key: str
    legs: Sequence[Leg]
    reference: tuple[str, str] | tuple[None, None] = (None, None)
    description: str | None = None
    reverses: UUID | None = None


def account_id(code: str) -> UUID:
    """An account's id is the hash of its code, so that nobody has to look it up."""
    return UUID(bytes=hashlib.md5(code.encode(), usedforsecurity=False).digest())


def wallet_id(user_id: UUID, currency: str) -> UUID:
    return account_id(f"wallet:{currency}:{user_id}")


def house(kind: str, currency: str, *, beside: UUID) -> UUID:
    """The shard of a house account that goes with the other account of a transfer."""
    return account_id(f"{kind}:{currency}:{beside.bytes[-1] % SHARDS:02}")


def post(db: Session, transfer: Transfer, *, hold_id: UUID | None = None) -> bool:
    """False: it was posted before. `hold_id`: what was set aside in a wallet for it, and ends with it."""
    question = func.financial.post(
        transfer.id,
        transfer.kind,
        transfer.key,
        *transfer.reference,
        transfer.description,
        transfer.reverses,
        hold_id,
        [leg.account_id for leg in transfer.legs],
        [leg.amount for leg in transfer.legs],
        work(db).now,
    )
    return _asked(db, question) == 1


def post_all(db: Session, transfers: Sequence[Transfer]) -> int:
    """All or none; how many were not posted before."""
    legs = [(transfer.id, leg) for transfer in transfers for leg in transfer.legs]
    question = func.financial.post_all(
        [transfer.id for transfer in transfers],
        [transfer.kind for transfer in transfers],
        [transfer.key for transfer in transfers],
        [transfer.reference[0] for transfer in transfers],
        [transfer.reference[1] for transfer in transfers],
        [transfer.description for transfer in transfers],
        [transfer.reverses for transfer in transfers],
        [_fingerprint(transfer) for transfer in transfers],
        [transfer_id for transfer_id, _ in legs],
        [leg.account_id for _, leg in legs],
        [leg.amount for _, leg in legs],
        work(db).now,
    )
    return _asked(db, question)


def place_hold(
    db: Session,
    *,
    hold_id: UUID,
    wallet_id: UUID,
    amount: Decimal,
    reason: str,
    reference: tuple[str, str],
) -> str:
    """Set money aside: "done", or why not."""
    asked = func.financial.place_hold(
        hold_id, wallet_id, amount, reason, *reference, None, None, work(db).now
    )
    return str(db.scalar(asked))


def release_hold(db: Session, *, hold_id: UUID) -> bool:
    return bool(db.scalar(func.financial.end_hold(hold_id, "released", work(db).now)))


def _asked(db: Session, question: Function[Any]) -> int:
    try:
        return int(db.scalar(question))
    except DBAPIError as error:
        if violated(error) in OVERDRAWN:
            raise InsufficientFunds from None
        raise


def _fingerprint(transfer: Transfer) -> str:
    """As the database makes it of a single one, so that either way a key means the same transfer."""
    accounts = ",".join(str(leg.account_id) for leg in transfer.legs)
    amounts = ",".join(format(leg.amount, "f") for leg in transfer.legs)
    return hashlib.sha256(f"{transfer.kind}{{{accounts}}}{{{amounts}}}".encode()).hexdigest()
