"""Payouts that leave: out of the wallet first, then handed to the processor once, or looked at again."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session as Db

from functions.auth.queries import data_key
from functions.financial import destinations, processor
from functions.financial.facts import Sending
from functions.financial.jobs import SendPayout
from functions.financial.ledger import credit, debit, house
from functions.financial.operations import arrivals, traces
from functions.financial.operations.bookings import book, lock
from functions.financial.operations.charges import next_fetch
from functions.financial.tables import Payout, Wallet
from shared.envelope import unwrap
from shared.errors import Refused
from shared.money import Money
from shared.wrapped_key import WrappedKey

APART = timedelta(days=2)  # two clocks, at most


@dataclass(frozen=True)
class Leaving:
    payout: Payout
    fetch: int
    key: WrappedKey
    is_resumed: bool


@dataclass(frozen=True)
class Told:
    payout_id: UUID
    fetch: int
    answer: Sending | Refused | None


def load(job: SendPayout, db: Db) -> Leaving | None:
    """The money leaves the wallet before the processor is asked: from here on nobody cancels it."""
    payout = db.get(Payout, job.payout_id, with_for_update={"key_share": True})
    if payout is None or payout.status not in ("approved", "sent"):
        return None
    is_resumed = payout.status == "sent"
    if not is_resumed:
        if db.get_one(Wallet, payout.wallet_id).status != "active":
            return None
        _depart(db, payout)
    return Leaving(payout, next_fetch(db), data_key(db, user_id=payout.user_id), is_resumed)


def send(leaving: Leaving) -> Told:
    """Ask first: an earlier try may have sent it, and its answer was lost."""
    payout = leaving.payout
    if payout.stripe_payout_id:
        return Told(payout.id, leaving.fetch, processor.payout_by_id(payout.stripe_payout_id))
    answer: Sending | Refused | None = None
    if leaving.is_resumed:
        answer = processor.payout_of(payout_id=payout.id, since=payout.requested_at - APART)
    if answer is None:
        data_key = unwrap(leaving.key, owner=payout.user_id)
        to = destinations.opened(payout.destination_enc, data_key=data_key)
        amount = Money.of(payout.amount, payout.currency)
        answer = processor.pay_out(payout_id=payout.id, amount=amount, destination=to.iban)
    return Told(payout.id, leaving.fetch, answer)


def store(told: Told, db: Db) -> None:
    match told.answer:
        case Sending():
            arrivals.apply(db, told.answer, fetch=told.fetch)
        case Refused():
            payout = db.get_one(Payout, told.payout_id, with_for_update={"key_share": True})
            if payout.stripe_payout_id is None:
                arrivals.move(db, payout, to="failed", reason=told.answer.facts.get("reason"))


def _depart(db: Db, payout: Payout) -> None:
    lock(db, wallet_id=payout.wallet_id, currency=payout.currency)
    pending = house("payouts_pending", payout.currency, beside=payout.wallet_id)
    payout.status = "sent"
    book(
        db,
        kind="payout",
        key=f"payout:{payout.id}",
        reference=("payout", payout.id),
        legs=[debit(payout.wallet_id, payout.amount), credit(pending, payout.amount)],
        hold_id=payout.hold_id,
    )
    traces.leave(db, payout, "sent", actor=None)
