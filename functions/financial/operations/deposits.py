"""Money that is to come in: asked for by its owner, and charged. Whether it came is for charges.py."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Db

from functions.financial import processor
from functions.financial.errors import CardDeclined
from functions.financial.facts import Charge, Checkout
from functions.financial.jobs import RefreshPayment
from functions.financial.operations import customers, wallets
from functions.financial.tables import Payment
from shared import audit
from shared.db import affected, work
from shared.errors import Refused
from shared.money import Money, in_currency, to_minor
from shared.outbox import enqueue
from shared.settings import settings

Method = Literal["card", "checkout"]


@dataclass(frozen=True)
class Begun:
    payment_id: UUID
    user_id: UUID
    amount: Money
    customer: str | None
    is_resumed: bool  # an earlier try may have charged already


@dataclass(frozen=True)
class Deposit:
    """As it stands when it is asked for: the money is there once its status is `succeeded`."""

    id: UUID
    status: str
    method: Method
    currency: str
    amount: Decimal
    created_at: datetime
    next_url: str | None
    failure_code: None = None
    refunded: Decimal = Decimal(0)


def begin(
    db: Db, *, payment_id: UUID, user_id: UUID, amount: Decimal, currency: str, method: Method
) -> Begun:
    money = in_currency(amount, currency)
    to_minor(money)
    wallets.open_wallet(db, user_id=user_id, currency=currency)
    row = {"id": payment_id, "user_id": user_id, "amount": amount, "currency": currency, "method": method}
    row["created_at"] = work(db).now
    made = db.execute(insert(Payment).values(row).on_conflict_do_nothing(index_elements=["id"]))
    customer = customers.known(db, user_id=user_id)
    return Begun(payment_id, user_id, money, customer, is_resumed=not affected(made))


def charge(begun: Begun, *, customer: str, payment_method: str | None) -> Charge | Checkout | Refused:
    """Whoever goes on where another try broke off asks first what that has done."""
    if payment_method is None:
        return (_earlier_page(begun, customer) if begun.is_resumed else None) or _page(begun, customer)
    earlier = _earlier_charge(begun, customer) if begun.is_resumed else None
    return earlier or processor.charge(
        payment_id=begun.payment_id,
        user_id=begun.user_id,
        customer=customer,
        amount=begun.amount,
        payment_method=payment_method,
        return_url=_page_of(begun),
    )


def _earlier_charge(begun: Begun, customer: str) -> Charge | None:
    return processor.charge_of(payment_id=begun.payment_id, customer=customer)


def _earlier_page(begun: Begun, customer: str) -> Checkout | None:
    return processor.checkout_of(payment_id=begun.payment_id, customer=customer)


def _page(begun: Begun, customer: str) -> Checkout | Refused:
    """Where the person pays, and from where they come back here."""
    return processor.check_out(
        payment_id=begun.payment_id,
        user_id=begun.user_id,
        customer=customer,
        amount=begun.amount,
        success_url=_page_of(begun),
        cancel_url=settings().public_url,
    )


def _page_of(begun: Begun) -> str:
    return f"{settings().public_url}/?deposit={begun.payment_id}"


def settle(db: Db, *, begun: Begun, told: Charge | Checkout | Refused) -> Deposit | Refused:
    """The answer. What it means for the book is asked anew, by a job: a person writes no status."""
    payment = update(Payment).where(Payment.id == begun.payment_id)
    match told:
        case Charge():
            db.execute(payment.values(stripe_payment_intent_id=told.id))
        case Checkout():
            db.execute(payment.values(stripe_session_id=told.id))
    enqueue(db, RefreshPayment(payment_id=begun.payment_id))
    audit.record(
        db,
        action="financial.deposit_asked",
        resource=("payment", begun.payment_id),
        actor=begun.user_id,
        tenant=begun.user_id,
        new={"currency": begun.amount.currency.code, "amount": f"{begun.amount.amount:f}"},
    )
    match told:
        case Refused():
            return told
        case Charge(status="failed"):
            return CardDeclined(decline_code=told.failure_code)
        case Charge():
            return _deposit(db, begun, method="card", status=told.status, next_url=told.next_url)
        case Checkout():
            return _deposit(db, begun, method="checkout", status="pending", next_url=told.url)


def _deposit(db: Db, begun: Begun, *, method: Method, status: str, next_url: str | None) -> Deposit:
    return Deposit(
        id=begun.payment_id,
        status="processing" if status == "succeeded" else status,  # there, but not yet in the book
        method=method,
        currency=begun.amount.currency.code,
        amount=begun.amount.amount,
        created_at=work(db).now,
        next_url=next_url,
    )
