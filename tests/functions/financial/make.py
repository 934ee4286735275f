"""Builders of this domain: people, wallets with money in them, rates; and what somebody asks the database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.orm import Session

from functions.auth.tables import User
from functions.financial import ledger
from functions.financial.ledger import Leg, Transfer, credit, debit, house
from functions.financial.tables import Account, Dispute, Entry, ExchangeRate, Payment, Wallet
from shared.ids import new_id
from tests.conftest import NOON

EUROS = {"USD": "1.0812", "GBP": "0.8391", "JPY": "161.37", "KWD": "0.33254"}  # what one costs
PERSON = text("select set_config('app.user_id', :id, true), set_config('role', 'app_user', true)")
SYSTEM = text("select set_config('role', 'app_system', true)")


def person(db: Session) -> UUID:
    user_id = new_id()
    row = {"id": user_id, "email": f"{user_id}@example.com", "username": str(user_id), "status": "active"}
    db.execute(insert(User).values(row | {"created_at": NOON, "updated_at": NOON}))
    return user_id


@contextmanager
def acting_as(db: Session, user_id: UUID) -> Iterator[None]:
    """As app_user for a while, in the same transaction."""
    db.execute(PERSON, {"id": str(user_id)})
    yield
    db.execute(SYSTEM)


def asks(db: Session, user_id: UUID, function: str, *given: Any) -> Any:
    """What one of the money functions answers a person; what it refuses stays undone."""
    with db.begin_nested(), acting_as(db, user_id):
        return db.scalar(getattr(func.financial, function)(*given))


def wallet(db: Session, owner: UUID, currency: str = "USD", *, balance: Decimal | int = 0) -> UUID:
    opened: UUID = asks(db, owner, "open_wallet", currency, NOON)
    if balance:
        deposit(db, opened, balance, currency=currency)
    return opened


def transfer(*legs: Leg, kind: str = "deposit", key: str = "", reverses: UUID | None = None) -> Transfer:
    transfer_id = new_id()
    return Transfer(transfer_id, kind, key or f"test:{transfer_id}", legs, reverses=reverses)


def deposited(
    wallet_id: UUID, amount: Decimal | int | str, *, currency: str = "USD", key: str = ""
) -> Transfer:
    """Cash of the house against a wallet: the legs of money that came in."""
    cash = house("cash", currency, beside=wallet_id)
    return transfer(debit(cash, Decimal(amount)), credit(wallet_id, Decimal(amount)), key=key)


def deposit(db: Session, wallet_id: UUID, amount: Decimal | int | str, *, currency: str = "USD") -> Transfer:
    made = deposited(wallet_id, amount, currency=currency)
    ledger.post(db, made)
    return made


def sent(giver: UUID, taker: UUID, amount: Decimal | int | str, *, key: str = "") -> Transfer:
    legs = debit(giver, Decimal(amount)), credit(taker, Decimal(amount))
    return transfer(*legs, kind="transfer", key=key)


def rates(db: Session, *, as_of: datetime = NOON - timedelta(hours=3), **euros: str) -> None:
    rows = [
        {"from_currency": "EUR", "to_currency": code, "rate": Decimal(price), "source": "test"}
        | {"as_of": as_of, "updated_at": as_of}
        for code, price in (euros or EUROS).items()
    ]
    db.execute(insert(ExchangeRate), rows)


def payment(
    db: Session,
    user_id: UUID,
    amount: Decimal | int = 100,
    *,
    currency: str = "USD",
    status: str = "succeeded",
) -> UUID:
    payment_id = new_id()
    row = {"id": payment_id, "user_id": user_id, "amount": amount, "currency": currency, "method": "card"}
    db.execute(insert(Payment).values(row | {"status": status, "created_at": NOON}))
    return payment_id


def dispute(db: Session, user_id: UUID, payment_id: UUID, amount: Decimal) -> None:
    row = {"id": new_id(), "user_id": user_id, "payment_id": payment_id, "amount": amount, "status": "open"}
    db.execute(insert(Dispute).values(row | {"stripe_dispute_id": str(payment_id), "created_at": NOON}))


def book(db: Session) -> None:
    """Deposits, a transfer, an exchange with its roundings, a hold, a reversal."""
    rates(db)
    ada = person(db)
    adas, bobs = wallet(db, ada, balance=100), wallet(db, person(db), balance=20)
    ledger.post(db, sent(adas, bobs, 30))
    quote = new_id()
    asks(db, ada, "quote", quote, adas, "JPY", Decimal("33.33"), NOON)
    asks(db, ada, "exchange", quote, NOON)
    asks(db, ada, "hold", new_id(), adas, Decimal(5), None, None, NOON)
    wrong = deposit(db, bobs, 7)
    ledger.post(db, transfer(*mirrored(wrong), kind="reversal", reverses=wrong.id))


def mirrored(made: Transfer) -> list[Leg]:
    return [Leg(leg.account_id, -leg.amount) for leg in made.legs]


def plant(owner: Connection, statement: str) -> None:
    """With the owner's hand, who can stop the triggers that keep everybody else from it."""
    for table in ("ledger_entries", "ledger_transfers"):
        owner.execute(text(f"alter table financial.{table} disable trigger user"))
    owner.execute(text(statement))


def balance(db: Session, account_id: UUID) -> Decimal:
    return db.scalars(select(Account.balance).where(Account.id == account_id)).one()


def spendable(db: Session, wallet_id: UUID) -> Decimal:
    return db.scalars(select(Wallet.balance - Wallet.held).where(Wallet.id == wallet_id)).one()


def chain(db: Session, account_id: UUID) -> Sequence[tuple[int, str, Decimal, Decimal]]:
    """An account's entries: number, side, amount, balance after it."""
    entry = select(Entry.account_seq, Entry.direction, Entry.amount, Entry.balance_after)
    rows = db.execute(entry.where(Entry.account_id == account_id).order_by(Entry.account_seq))
    return [tuple(row) for row in rows]
