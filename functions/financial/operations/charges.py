"""What became of a payment, by the processor's own word: it is booked once the processor has the money."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from functions.financial import ledger, processor
from functions.financial.events import DepositFailed, DepositSucceeded
from functions.financial.facts import Charge, Checkout
from functions.financial.jobs import RefreshPayment
from functions.financial.ledger import credit, debit, house
from functions.financial.operations import customers
from functions.financial.operations.bookings import book, lock
from functions.financial.tables import Payment
from functions.financial.tables.payments import FETCHES
from shared import audit
from shared.db import work
from shared.outbox import publish

GIVEN_UP = timedelta(hours=1)  # of what the processor has never heard


@dataclass(frozen=True)
class Asked:
    """A payment to be looked up, and the number of the look."""

    payment_id: UUID
    fetch: int
    intent_id: str | None
    session_id: str | None
    customer: str | None


@dataclass(frozen=True)
class Told:
    asked: Asked
    charge: Charge | None
    checkout: Checkout | None


def next_fetch(db: Db) -> int:
    """Fetches are numbered as they begin: an earlier one changes nothing that a later one has said."""
    return int(db.scalars(select(FETCHES.next_value())).one())


# The job


def load(job: RefreshPayment, db: Db) -> Asked | None:
    payment = db.get(Payment, job.payment_id)
    if payment is None or payment.status == "succeeded":
        return None
    return Asked(
        payment_id=payment.id,
        fetch=next_fetch(db),
        intent_id=payment.stripe_payment_intent_id,
        session_id=payment.stripe_session_id,
        customer=customers.known(db, user_id=payment.user_id),
    )


def ask(asked: Asked) -> Told:
    """By what we know of it; where an answer was lost, by what the processor keeps of the customer."""
    checkout = processor.checkout_by_id(asked.session_id) if asked.session_id else None
    intent_id = asked.intent_id or (checkout.intent_id if checkout else None)
    if intent_id:
        return Told(asked, processor.charge_by_id(intent_id), checkout)
    if checkout or asked.customer is None:
        return Told(asked, None, checkout)
    made = processor.charge_of(payment_id=asked.payment_id, customer=asked.customer)
    opened = processor.checkout_of(payment_id=asked.payment_id, customer=asked.customer)
    return Told(asked, made, opened)


def store(told: Told, db: Db) -> None:
    if told.charge:
        apply(db, told.charge, fetch=told.asked.fetch)
    elif told.checkout:
        apply_checkout(db, told.checkout, fetch=told.asked.fetch)
    else:
        _give_up(db, told.asked)


# What is found


def apply(db: Db, charge: Charge, *, fetch: int) -> None:
    """What is not ours says nothing; what has succeeded stays so."""
    payment = _locked(db, payment_id=charge.payment_id, user_id=charge.user_id)
    if payment is None:
        return
    if payment.stripe_payment_intent_id not in (None, charge.id):
        raise ValueError(f"{payment.id} is charged as {payment.stripe_payment_intent_id} and as {charge.id}")
    if payment.currency != charge.amount.currency.code:
        raise ValueError(f"{payment.id} is in {payment.currency}, and charged in {charge.amount}")
    if fetch <= payment.fetched or payment.status == "succeeded":
        return
    payment.fetched = fetch
    payment.stripe_payment_intent_id = charge.id
    if charge.status == "succeeded":
        _succeed(db, payment, charge)
    elif charge.status == "failed" and payment.method == "card":
        _fail(db, payment, reason=charge.failure_code)
    else:  # on the processor's own page another card may be tried
        payment.status = "pending" if charge.status == "failed" else charge.status


def apply_checkout(db: Db, checkout: Checkout, *, fetch: int) -> None:
    """A page that nobody has paid on yet."""
    payment = _locked(db, payment_id=checkout.payment_id, user_id=checkout.user_id)
    if payment is None or fetch <= payment.fetched or payment.status == "succeeded":
        return
    payment.fetched = fetch
    payment.stripe_session_id = checkout.id
    if checkout.is_expired:
        payment.status = "canceled"


def _locked(db: Db, *, payment_id: UUID | None, user_id: UUID | None) -> Payment | None:
    found = select(Payment).where(Payment.id == payment_id, Payment.user_id == user_id)
    return db.scalar(found.with_for_update(key_share=True))


def _succeed(db: Db, payment: Payment, charge: Charge) -> None:
    """For what the processor has received, whatever was asked for."""
    wallet_id = ledger.wallet_id(payment.user_id, payment.currency)
    amount = charge.amount.amount
    payment.amount, payment.status, payment.failure_code = amount, "succeeded", None
    payment.processed_at = work(db).now
    lock(db, wallet_id=wallet_id, currency=payment.currency)
    cash = house("cash", payment.currency, beside=wallet_id)
    book(
        db,
        kind="deposit",
        key=f"payment:{payment.id}",
        reference=("payment", payment.id),
        legs=[debit(cash, amount), credit(wallet_id, amount)],
    )
    publish(
        db,
        DepositSucceeded(
            user_id=payment.user_id,
            payment_id=payment.id,
            wallet_id=wallet_id,
            currency=payment.currency,
            amount=amount,
        ),
    )
    _record(db, payment, new={"status": "succeeded", "amount": f"{amount:f}", "currency": payment.currency})


def _fail(db: Db, payment: Payment, *, reason: str | None) -> None:
    if payment.status == "failed":
        return
    payment.status, payment.failure_code, payment.processed_at = "failed", reason, work(db).now
    publish(db, DepositFailed(user_id=payment.user_id, payment_id=payment.id, reason=reason))
    _record(db, payment, new={"status": "failed", "reason": reason})


def _give_up(db: Db, asked: Asked) -> None:
    """Nobody has charged anything. Should somebody go on with it after all, its success counts."""
    payment = db.get_one(Payment, asked.payment_id, with_for_update={"key_share": True})
    is_old: bool = payment.created_at < work(db).now - GIVEN_UP
    if is_old and asked.fetch > payment.fetched and payment.status == "pending":
        payment.fetched, payment.status = asked.fetch, "canceled"
        _record(db, payment, new={"status": "canceled"})


def _record(db: Db, payment: Payment, *, new: dict[str, str | None]) -> None:
    audit.record(
        db,
        action=f"financial.deposit_{payment.status}",
        resource=("payment", payment.id),
        actor=None,
        tenant=payment.user_id,
        new=new,
    )
