"""What becomes of a payout on its way: until the bank has it, or will not."""

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from functions.financial.events import PayoutFailed, PayoutPaid
from functions.financial.facts import Sending
from functions.financial.ledger import credit, debit, house
from functions.financial.operations import traces
from functions.financial.operations.bookings import book, lock
from functions.financial.tables import Payout
from shared.db import work
from shared.outbox import publish


def apply(db: Db, fact: Sending, *, fetch: int) -> None:
    """What failed stays so; what was paid may still come back, days later."""
    mine = select(Payout).where(Payout.id == fact.payout_id)
    payout = db.scalar(mine.with_for_update(key_share=True))
    if payout is None:
        return
    if (payout.amount, payout.currency) != (fact.amount.amount, fact.amount.currency.code):
        raise ValueError(
            f"{payout.id} is about {payout.amount} {payout.currency}, and {fact.id} {fact.amount}"
        )
    if fetch <= payout.fetched:
        return
    payout.fetched, payout.stripe_payout_id = fetch, fact.id
    move(db, payout, to=fact.status, reason=fact.failure_reason)


def move(db: Db, payout: Payout, *, to: str, reason: str | None) -> None:
    """sent → paid → failed, or at once to the end."""
    if payout.status == to or payout.status == "failed" or to == "sent":
        return
    lock(db, wallet_id=payout.wallet_id, currency=payout.currency)
    pending = house("payouts_pending", payout.currency, beside=payout.wallet_id)
    cash = house("cash", payout.currency, beside=payout.wallet_id)
    if to == "paid":
        giver, taker = pending, cash
        publish(db, PayoutPaid(user_id=payout.user_id, payout_id=payout.id))
    else:
        giver, taker = (cash if payout.status == "paid" else pending), payout.wallet_id
        publish(db, PayoutFailed(user_id=payout.user_id, payout_id=payout.id, reason=reason))
    payout.status, payout.failure_reason, payout.processed_at = to, reason, work(db).now
    book(
        db,
        kind=f"payout_{to}",
        key=f"payout:{payout.id}:{to}",
        reference=("payout", payout.id),
        legs=[debit(giver, payout.amount), credit(taker, payout.amount)],
    )
    traces.leave(db, payout, to, actor=None, new={"reason": reason})
