"""What nobody has told us about is asked about: a lost answer or webhook costs minutes, and no money."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from functions.financial.jobs import RefreshPayment, SendPayout, SendRefund
from functions.financial.tables import Payment, Payout, Refund
from shared.outbox import enqueue

BATCH = 200  # of each kind a run
PATIENCE = timedelta(minutes=15)  # news comes within seconds, mostly
OPEN = ("pending", "requires_action", "processing")


def settle(db: Db, *, now: datetime) -> None:
    """Each of these jobs looks first at what there is: too many do no harm.

    Whose last look is longest ago comes first: a page is open for a day, a payout for several, and where more
    of them wait than a run takes, the oldest would keep out the rest.
    """
    late = now - PATIENCE
    approved = select(Payout.id).where(Payout.status == "approved")
    for payout_id in db.scalars(approved.order_by(Payout.requested_at).limit(BATCH)):
        enqueue(db, SendPayout(payout_id=payout_id))
    sent = select(Payout.id).where(Payout.status == "sent", Payout.requested_at < late)
    for payout_id in db.scalars(sent.order_by(Payout.fetched, Payout.requested_at).limit(BATCH)):
        enqueue(db, SendPayout(payout_id=payout_id))
    under_way = select(Payment.id).where(Payment.status.in_(OPEN), Payment.created_at < late)
    for payment_id in db.scalars(under_way.order_by(Payment.fetched, Payment.created_at).limit(BATCH)):
        enqueue(db, RefreshPayment(payment_id=payment_id))
    pending = select(Refund.id).where(Refund.status == "pending", Refund.created_at < late)
    for refund_id in db.scalars(pending.order_by(Refund.fetched, Refund.created_at).limit(BATCH)):
        enqueue(db, SendRefund(refund_id=refund_id))
