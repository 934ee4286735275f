"""Money that goes back to the card it came from: out of the wallet first, then out of the processor's hands.

`clearing` holds what has left the wallet and not yet the processor. Most refunds are asked for here; one that
somebody began in the processor's dashboard takes from the wallet what is free in it, and the rest is a loss.
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session as Db

from functions.financial import ledger, processor
from functions.financial.errors import NotRefundable
from functions.financial.events import RefundFailed, RefundSucceeded
from functions.financial.facts import Refunding
from functions.financial.jobs import SendRefund
from functions.financial.ledger import Leg, credit, debit, house
from functions.financial.operations.bookings import book, lock
from functions.financial.operations.charges import next_fetch
from functions.financial.operations.refusals import refuse
from functions.financial.payment_queries import Refunded, deposit, refunded
from functions.financial.tables import Entry, Payment, Refund, Transfer
from shared import audit
from shared.db import work
from shared.errors import Refused
from shared.ids import new_id
from shared.money import Money, in_currency, to_minor, written
from shared.outbox import enqueue, publish


@dataclass(frozen=True)
class Begun:
    refund_id: UUID
    fetch: int
    intent_id: str
    amount: Money
    stripe_id: str | None


@dataclass(frozen=True)
class Told:
    begun: Begun
    answer: Refunding | Refused | None


# The request


def begin(db: Db, *, user_id: UUID, payment_id: UUID, amount: Decimal | None) -> Refunded:
    """All that is left of the payment, unless another amount is asked for."""
    payment = deposit(db, payment_id=payment_id)
    refund_id, wanted = new_id(), amount or payment.amount - payment.refunded
    if not wanted:
        raise NotRefundable
    to_minor(in_currency(wanted, payment.currency))  # what the processor cannot take never leaves the wallet
    refuse(db.scalar(func.financial.begin_refund(refund_id, payment_id, wanted, work(db).now)) or "")
    enqueue(db, SendRefund(refund_id=refund_id))
    refund = db.get_one(Refund, refund_id)
    _record(
        db,
        refund,
        actor=user_id,
        new={"payment": str(payment_id), "amount": written(wanted, payment.currency)},
    )
    return refunded(refund, payment.currency)


# The job


def load(job: SendRefund, db: Db) -> Begun | None:
    refund = db.get(Refund, job.refund_id)
    if refund is None or refund.status != "pending":
        return None
    payment = db.get_one(Payment, refund.payment_id)
    assert payment.stripe_payment_intent_id  # it has succeeded
    amount = Money.of(refund.amount, payment.currency)
    return Begun(refund.id, next_fetch(db), payment.stripe_payment_intent_id, amount, refund.stripe_refund_id)


def send(begun: Begun) -> Told:
    """Ask first: an earlier try may have done it, and its answer was lost."""
    if begun.stripe_id:
        return Told(begun, processor.refund_by_id(begun.stripe_id))
    for made in processor.refunds_of(begun.intent_id):
        if made.refund_id == begun.refund_id:
            return Told(begun, made)
    made_now = processor.refund(refund_id=begun.refund_id, intent_id=begun.intent_id, amount=begun.amount)
    return Told(begun, made_now)


def store(told: Told, db: Db) -> None:
    match told.answer:
        case Refunding():
            apply(db, told.answer, fetch=told.begun.fetch)
        case Refused():
            payment = _payment(db, told.begun.intent_id)
            refund = db.get_one(Refund, told.begun.refund_id, with_for_update={"key_share": True})
            if payment and refund.stripe_refund_id is None:
                _move(db, payment, refund, to="failed")


# What is found


def apply(db: Db, fact: Refunding, *, fetch: int) -> None:
    """After its charge. What failed stays so; what succeeded may still fail, days later."""
    payment = _payment(db, fact.intent_id)
    if payment is None:
        return
    known = or_(Refund.id == fact.refund_id, Refund.stripe_refund_id == fact.id)
    mine = select(Refund).where(Refund.payment_id == payment.id, known)
    refund = db.scalar(mine.with_for_update(key_share=True)) or _begun_elsewhere(db, payment, fact)
    if refund.amount != fact.amount.amount or payment.currency != fact.amount.currency.code:
        raise ValueError(
            f"{refund.id} is about {refund.amount} {payment.currency}, and {fact.id} {fact.amount}"
        )
    if fetch <= refund.fetched:
        return
    refund.fetched, refund.stripe_refund_id = fetch, fact.id
    _move(db, payment, refund, to=fact.status)


def _payment(db: Db, intent_id: str | None) -> Payment | None:
    """No intent is nobody's: a payment that has none yet is another one."""
    if intent_id is None:
        return None
    found = select(Payment).where(Payment.stripe_payment_intent_id == intent_id)
    return db.scalar(found.with_for_update(key_share=True))


def _begun_elsewhere(db: Db, payment: Payment, fact: Refunding) -> Refund:
    wallet_id, amount = ledger.wallet_id(payment.user_id, payment.currency), fact.amount.amount
    taken = min(lock(db, wallet_id=wallet_id, currency=payment.currency), amount)
    refund = Refund(
        id=new_id(),
        user_id=payment.user_id,
        payment_id=payment.id,
        amount=amount,
        status="pending",
        stripe_refund_id=fact.id,
        fetched=0,
        created_at=work(db).now,
    )
    db.add(refund)
    payment.refunded += amount
    book(
        db,
        kind="refund",
        key=f"refund:{refund.id}",
        reference=("refund", refund.id),
        legs=[
            debit(wallet_id, taken),
            debit(house("loss", payment.currency, beside=wallet_id), amount - taken),
            credit(house("clearing", payment.currency, beside=wallet_id), amount),
        ],
    )
    _record(db, refund, actor=None, new={"payment": str(payment.id), "amount": f"{amount:f}"})
    return refund


def _move(db: Db, payment: Payment, refund: Refund, *, to: str) -> None:
    """pending → succeeded → failed, or at once to the end."""
    if refund.status == to or refund.status == "failed" or to == "pending":
        return
    wallet_id, amount = ledger.wallet_id(payment.user_id, payment.currency), refund.amount
    lock(db, wallet_id=wallet_id, currency=payment.currency)
    clearing = house("clearing", payment.currency, beside=wallet_id)
    cash = house("cash", payment.currency, beside=wallet_id)
    if to == "succeeded":
        key, legs = "paid", [debit(clearing, amount), credit(cash, amount)]
    else:
        holder = cash if refund.status == "succeeded" else clearing
        key, legs = "failed", [debit(holder, amount), *_given_back(db, refund, clearing)]
        payment.refunded -= amount
    refund.status = to
    book(
        db, kind=f"refund_{key}", key=f"refund:{refund.id}:{key}", reference=("refund", refund.id), legs=legs
    )
    kind = RefundSucceeded if to == "succeeded" else RefundFailed
    publish(
        db,
        kind(
            user_id=refund.user_id,
            refund_id=refund.id,
            payment_id=payment.id,
            currency=payment.currency,
            amount=Money.of(amount, payment.currency).amount,
        ),
    )
    _record(db, refund, actor=None, new={"status": to})


def _given_back(db: Db, refund: Refund, clearing: UUID) -> list[Leg]:
    """To whoever bore it when it began."""
    bore = (
        select(Entry.account_id, Entry.amount)
        .join(Transfer, Transfer.id == Entry.transfer_id)
        .where(Transfer.idempotency_key == f"refund:{refund.id}", Entry.account_id != clearing)
    )
    return [credit(account_id, amount) for account_id, amount in db.execute(bore)]


def _record(db: Db, refund: Refund, *, actor: UUID | None, new: dict[str, str]) -> None:
    audit.record(
        db,
        action=f"financial.refund_{refund.status}",
        resource=("refund", refund.id),
        actor=actor,
        tenant=refund.user_id,
        new=new,
    )
