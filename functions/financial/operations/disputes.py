"""A cardholder's bank has taken money back: what is free in the wallet waits there until somebody has won."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from functions.financial import ledger
from functions.financial.events import DisputeClosed, DisputeOpened
from functions.financial.facts import Disputing
from functions.financial.ledger import credit, debit, house
from functions.financial.operations.bookings import book, lock
from functions.financial.tables import Dispute, Hold, Payment
from shared import audit
from shared.db import work
from shared.ids import new_id
from shared.outbox import publish


def apply(db: Db, fact: Disputing, *, fetch: int) -> None:
    """After its charge. An inquiry, which has no status here, takes nothing. No intent is nobody's: a payment
    that has none yet is another one."""
    if fact.status is None or fact.intent_id is None:
        return
    disputed = select(Payment).where(Payment.stripe_payment_intent_id == fact.intent_id)
    payment = db.scalar(disputed.with_for_update(key_share=True))
    if payment is None:
        return
    known = select(Dispute).where(Dispute.stripe_dispute_id == fact.id)
    dispute = db.scalar(known.with_for_update(key_share=True)) or _opened(db, payment, fact)
    if fetch <= dispute.fetched:
        return
    dispute.fetched = fetch
    if dispute.status == "open" and fact.status != "open":
        _close(db, payment, dispute, outcome=fact.status)
    elif dispute.status != fact.status:
        raise ValueError(f"{dispute.id} was {dispute.status}, and is {fact.status}")


def _opened(db: Db, payment: Payment, fact: Disputing) -> Dispute:
    """The bank has the whole at once."""
    wallet_id, amount = ledger.wallet_id(payment.user_id, payment.currency), fact.amount.amount
    free = lock(db, wallet_id=wallet_id, currency=payment.currency)
    dispute_id = new_id()
    hold_id = _set_aside(db, wallet_id=wallet_id, amount=min(free, amount), dispute_id=dispute_id)
    dispute = Dispute(
        id=dispute_id,
        user_id=payment.user_id,
        payment_id=payment.id,
        amount=amount,
        status="open",
        hold_id=hold_id,
        stripe_dispute_id=fact.id,
        fetched=0,
        created_at=work(db).now,
    )
    db.add(dispute)
    at_bank = house("disputed", payment.currency, beside=wallet_id)
    cash = house("cash", payment.currency, beside=wallet_id)
    book(
        db,
        kind="dispute",
        key=f"dispute:{dispute_id}",
        reference=("dispute", dispute_id),
        legs=[debit(at_bank, amount), credit(cash, amount)],
    )
    _announce(db, payment, dispute)
    return dispute


def _announce(db: Db, payment: Payment, dispute: Dispute) -> None:
    publish(
        db,
        DisputeOpened(
            user_id=dispute.user_id,
            dispute_id=dispute.id,
            payment_id=payment.id,
            currency=payment.currency,
            amount=dispute.amount,
        ),
    )
    _record(db, dispute, new={"payment": str(payment.id), "amount": f"{dispute.amount:f}"})


def _set_aside(db: Db, *, wallet_id: UUID, amount: Decimal, dispute_id: UUID) -> UUID | None:
    if not amount:
        return None
    hold_id = new_id()
    ledger.place_hold(
        db,
        hold_id=hold_id,
        wallet_id=wallet_id,
        amount=amount,
        reason="dispute",
        reference=("dispute", str(dispute_id)),
    )
    return hold_id


def _close(db: Db, payment: Payment, dispute: Dispute, *, outcome: str) -> None:
    """Lost: the wallet pays what was set aside and, as far as that is too little, what is free by now."""
    wallet_id, amount = ledger.wallet_id(payment.user_id, payment.currency), dispute.amount
    free = lock(db, wallet_id=wallet_id, currency=payment.currency)
    at_bank = house("disputed", payment.currency, beside=wallet_id)
    if outcome == "won":
        bearers, captured = [debit(house("cash", payment.currency, beside=wallet_id), amount)], None
        if dispute.hold_id:
            ledger.release_hold(db, hold_id=dispute.hold_id)
    else:
        captured = dispute.hold_id
        held = db.get_one(Hold, captured).amount if captured else Decimal(0)
        paid = min(amount, held + free)  # or a hold of one's own, over the opening, would shelter the money
        loss = house("loss", payment.currency, beside=wallet_id)
        bearers = [debit(wallet_id, paid), debit(loss, amount - paid)]
    dispute.status = outcome
    book(
        db,
        kind=f"dispute_{outcome}",
        key=f"dispute:{dispute.id}:{outcome}",
        reference=("dispute", dispute.id),
        legs=[*bearers, credit(at_bank, amount)],
        hold_id=captured,
    )
    publish(
        db,
        DisputeClosed(user_id=dispute.user_id, dispute_id=dispute.id, payment_id=payment.id, outcome=outcome),
    )
    _record(db, dispute, new={"status": outcome})


def _record(db: Db, dispute: Dispute, *, new: dict[str, str]) -> None:
    audit.record(
        db,
        action=f"financial.dispute_{dispute.status}",
        resource=("dispute", dispute.id),
        actor=None,
        tenant=dispute.user_id,
        new=new,
    )
