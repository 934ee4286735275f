"""Money that leaves for a bank account: asked for by its owner, and over a limit looked at by a person first.

It is set aside until it is sent. Then it waits in `payouts_pending` for the bank to have it, or to refuse it.
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session as Db

from functions.auth.queries import data_key
from functions.financial import ledger
from functions.financial.errors import Decided, NoWallet, OverLimit, SamePerson
from functions.financial.events import PayoutRejected, PayoutRequested
from functions.financial.jobs import SendPayout
from functions.financial.operations import limits, traces
from functions.financial.operations.refusals import refuse
from functions.financial.tables import Payout, Wallet
from shared.db import work
from shared.device import Device
from shared.errors import NotFound
from shared.money import Money, in_currency, to_minor, written
from shared.outbox import enqueue, publish
from shared.wrapped_key import WrappedKey


@dataclass(frozen=True)
class Wish:
    payout_id: UUID
    user_id: UUID
    wallet_id: UUID
    amount: Decimal


def seal_by(db: Db, *, wish: Wish) -> WrappedKey:
    """What seals the destination; a wallet that is not there, or an amount that the processor cannot send, is
    told before."""
    wallet = db.get(Wallet, wish.wallet_id)
    if wallet is None:
        raise NoWallet
    to_minor(in_currency(wish.amount, wallet.currency))
    return data_key(db, user_id=wish.user_id)


def request(db: Db, *, wish: Wish, destination_enc: str, device: Device) -> Payout | OverLimit:
    asked = func.financial.request_payout(
        wish.payout_id, wish.wallet_id, wish.amount, destination_enc, work(db).now
    )
    word = db.scalar(asked) or ""
    if word in limits.BREACHES:
        wanted = in_currency(wish.amount, db.get_one(Wallet, wish.wallet_id).currency)
        return limits.breached(db, user_id=wish.user_id, word=word, wanted=wanted, device=device)
    refuse(word)
    payout = db.get_one(Payout, wish.payout_id)
    if payout.status == "approved":
        enqueue(db, SendPayout(payout_id=payout.id))
    publish(
        db,
        PayoutRequested(
            user_id=payout.user_id,
            payout_id=payout.id,
            currency=payout.currency,
            amount=Money.of(payout.amount, payout.currency).amount,
            status=payout.status,
        ),
    )
    new = {
        "amount": written(payout.amount, payout.currency),
        "currency": payout.currency,
        "status": payout.status,
    }
    traces.leave(db, payout, "requested", actor=payout.user_id, new=new)
    return payout


def cancel(db: Db, *, user_id: UUID, payout_id: UUID) -> None:
    """As long as nothing has been sent."""
    payout = db.get(Payout, payout_id)
    if payout is None:
        raise NotFound
    if not db.scalar(func.financial.cancel_payout(payout_id, work(db).now)):
        raise Decided
    traces.leave(db, payout, "canceled", actor=user_id)


# The second look


def approve(db: Db, *, payout_id: UUID, actor: UUID) -> Payout:
    payout = _in_review(db, payout_id, actor)
    payout.status, payout.reviewed_by = "approved", actor
    enqueue(db, SendPayout(payout_id=payout.id))
    traces.leave(db, payout, "approved", actor=actor)
    return payout


def reject(db: Db, *, payout_id: UUID, reason: str, actor: UUID) -> Payout:
    payout = _in_review(db, payout_id, actor)
    payout.status, payout.reviewed_by, payout.failure_reason = "rejected", actor, reason
    payout.processed_at = work(db).now
    ledger.release_hold(db, hold_id=payout.hold_id)
    publish(db, PayoutRejected(user_id=payout.user_id, payout_id=payout.id, reason=reason))
    traces.leave(db, payout, "rejected", actor=actor)
    return payout


def _in_review(db: Db, payout_id: UUID, actor: UUID) -> Payout:
    payout = db.get(Payout, payout_id, with_for_update={"key_share": True})
    if payout is None:
        raise NotFound
    if payout.status != "in_review":
        raise Decided
    if payout.user_id == actor:
        raise SamePerson
    return payout
