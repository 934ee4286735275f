"""Money that comes in: asked for, charged, and booked once the processor says that it has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
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
from shared.db import affected, work
from shared.errors import Refused
from shared.money import Money, in_currency, to_minor
from shared.outbox import enqueue
from shared.settings import settings

Method = Literal["card", "checkout"]
GIVEN_UP = timedelta(hours=1)  # of what the processor has never heard


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
    next_url: str | None = None
    failure_code: str | None = None
    refunded: Decimal = Decimal(0)


# The request


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


def charge(begun: Begun, *, customer: str, payment_method: str) -> Charge | Refused:
    """Whoever goes on where another try broke off asks first what that has done."""
    if begun.is_resumed:
        earlier = processor.charge_of(payment_id=begun.payment_id, customer=customer)
        if earlier:
            return earlier
    return processor.charge(
        payment_id=begun.payment_id,
        user_id=begun.user_id,
        customer=customer,
        amount=begun.amount,
        payment_method=payment_method,
    )


def check_out(begun: Begun, *, customer: str) -> Checkout:
    if begun.is_resumed:
        earlier = processor.checkout_of(payment_id=begun.payment_id, customer=customer)
        if earlier:
            return earlier
    home = settings().public_url
    return processor.check_out(
        payment_id=begun.payment_id,
        user_id=begun.user_id,
        customer=customer,
        amount=begun.amount,
        success_url=f"{home}/?deposit={begun.payment_id}",
        cancel_url=f"{home}/",
    )


def settle(db: Db, *, begun: Begun, told: Charge | Checkout | Refused) -> Deposit | Refused:
    """The answer. What it means for the book is asked anew, by a job: a person writes no status."""
    payment = update(Payment).where(Payment.id == begun.payment_id)
    match told:
        case Charge():
            db.execute(payment.values(stripe_payment_intent_id=told.id))
        case Checkout():
            db.execute(payment.values(stripe_session_id=told.id))
    enqueue(db, RefreshPayment(payment_id=begun.payment_id))
    asked = {"currency": begun.amount.currency.code, "amount": f"{begun.amount.amount:f}"}
    is_refused = isinstance(told, Refused) or (isinstance(told, Charge) and told.status == "failed")
    _record(db, "deposit_asked", begun.payment_id, begun.user_id, actor=begun.user_id, new=asked)
    if isinstance(told, Refused):
        return told
    if is_refused:
        return CardDeclined(decline_code=told.failure_code)
    return _shown(db, begun, told)
