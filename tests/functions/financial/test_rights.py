"""What app_user may do with money, tried by SQL as that role: its own, by named functions, and no more."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from functions.financial import ledger
from functions.financial.tables import Entry, Hold, Payout, Quote, Wallet
from shared.ids import new_id
from tests.conftest import NOON
from tests.functions.financial import make

DENIED = "42501"  # SQLSTATE
BOOK = ("ledger_accounts", "ledger_transfers", "ledger_entries")
OWN = ("wallets", "wallet_transactions", "holds", "wallet_limits", "quotes", "payments", "refunds", "payouts")
UNREAL = ("NaN", "Infinity", "-Infinity", "-5", "-0.01", "0", "0.001", "1e12", "1e30", "1e-9")


@pytest.fixture
def ada(db: Session) -> UUID:
    return make.person(db)


@pytest.fixture
def bob(db: Session) -> UUID:
    return make.person(db)


@pytest.fixture
def adas(db: Session, ada: UUID) -> UUID:
    """Ada's wallet with 100 dollars."""
    make.rates(db)
    return make.wallet(db, ada, balance=100)


@pytest.fixture
def bobs(db: Session, bob: UUID) -> UUID:
    return make.wallet(db, bob, balance=100)


def refused(db: Session, user_id: UUID, statement: str) -> str:
    """The SQLSTATE that a person's own SQL ends with."""
    with pytest.raises(DBAPIError) as error, db.begin_nested(), make.acting_as(db, user_id):
        db.execute(text(statement))
    assert error.value.orig
    return str(error.value.orig.args[0]["C"])


def balances(db: Session, *wallets: UUID) -> list[Decimal]:
    return [make.balance(db, wallet) for wallet in wallets]


@pytest.mark.parametrize("table", BOOK)
@pytest.mark.parametrize(
    "statement",
    [
        "select from {}",
        "insert into {} default values",
        "delete from {}",
        "truncate {}",
        "select from {} for update",
    ],
)
def test_the_book_is_closed_to_a_person(db: Session, ada: UUID, table: str, statement: str) -> None:
    assert refused(db, ada, statement.format(f"financial.{table}")) == DENIED


@pytest.mark.parametrize(
    "change",
    [
        "update financial.ledger_accounts set balance = 1000000",
        "update financial.ledger_transfers set kind = 'gift'",
        "update financial.ledger_entries set amount = 1",
        "update financial.wallets set balance = balance + 1",
        "update financial.wallets set held = 0",
        "update financial.wallets set status = 'active'",
        "update financial.holds set status = 'released'",
        "update financial.quotes set amount_to = 1000000",
        "update financial.wallet_limits set daily_limit = 1000000",
        "update financial.payments set status = 'succeeded'",
        "update financial.payments set amount = 1000000",
        "update financial.payouts set status = 'paid'",
        "update financial.currencies set decimals = 8",
        "update financial.currency_exchange_rates set rate = 1000000",
        "insert into financial.currency_exchange_rates values ('EUR', 'USD', 9, 'me', now(), now())",
        "insert into financial.payments (id, user_id, amount, currency, method, status, created_at)"
        " select gen_random_uuid(), user_id, 9, 'USD', 'card', 'succeeded', now() from financial.wallets",
    ],
)
def test_a_person_changes_no_amount_and_no_state(db: Session, ada: UUID, adas: UUID, change: str) -> None:
    assert refused(db, ada, change) == DENIED


@pytest.mark.parametrize("table", OWN)
@pytest.mark.parametrize("statement", ["insert into {} default values", "delete from {}", "truncate {}"])
def test_a_person_writes_none_of_its_own_rows(db: Session, ada: UUID, table: str, statement: str) -> None:
    assert refused(db, ada, statement.format(f"financial.{table}")) == DENIED


@pytest.mark.parametrize("table", OWN)
def test_a_person_sees_its_own_rows_alone(db: Session, ada: UUID, adas: UUID, bobs: UUID, table: str) -> None:
    with make.acting_as(db, ada):
        owners = db.scalars(text(f"select distinct user_id from financial.{table}")).all()
    assert owners in ([ada], [])


@pytest.mark.parametrize(
    "call",
    [
        "post(gen_random_uuid(), 'gift', 'k', null, null, null, null, null, '{}', '{}', now())",
        "post_all('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', now())",
        "place_hold(gen_random_uuid(), gen_random_uuid(), 1, 'own', null, null, null, null, now())",
        "end_hold(gen_random_uuid(), 'released', now())",
        "open_books('USD', now())",
        "wallet_of(gen_random_uuid(), 'USD', now())",
        "lock('{}')",
        "house_account('cash', 'USD', gen_random_uuid())",
        "new_id(now())",
        "spent(gen_random_uuid(), now(), now())",
        "breach(gen_random_uuid(), 'USD', 1, now())",
        "me()",
    ],
)
def test_what_moves_money_freely_is_denied(db: Session, ada: UUID, call: str) -> None:
    assert refused(db, ada, f"select financial.{call}") == DENIED


def test_nobody_debits_another_s_wallet(db: Session, bob: UUID, ada: UUID, adas: UUID, bobs: UUID) -> None:
    paid = make.payment(db, ada)
    calls: Sequence[tuple[Any, ...]] = [
        ("transfer", new_id(), adas, bob, Decimal(5), None, NOON),
        ("quote", new_id(), adas, "JPY", Decimal(5), NOON),
        ("hold", new_id(), adas, Decimal(5), None, None, NOON),
        ("request_payout", new_id(), adas, Decimal(5), "sealed", NOON),
        ("begin_refund", new_id(), paid, Decimal(5), NOON),
    ]
    answers = [make.asks(db, bob, *call) for call in calls]
    assert answers == ["no_wallet", "no_wallet", "no_wallet", "no_wallet", "no_payment"]
    assert balances(db, adas, bobs) == [100, 100]
    assert make.spendable(db, adas) == 100


def test_nobody_ends_what_another_has_begun(db: Session, ada: UUID, bob: UUID, adas: UUID) -> None:
    quote, hold, payout = new_id(), new_id(), new_id()
    assert make.asks(db, ada, "quote", quote, adas, "JPY", Decimal(5), NOON) == "done"
    assert make.asks(db, ada, "hold", hold, adas, Decimal(5), None, None, NOON) == "done"
    assert make.asks(db, ada, "request_payout", payout, adas, Decimal(5), "sealed", NOON) == "done"
    assert make.asks(db, bob, "exchange", quote, NOON) == "no_quote"
    assert make.asks(db, bob, "release", hold, NOON) is False
    assert make.asks(db, bob, "cancel_payout", payout, NOON) is False
    assert make.spendable(db, adas) == 90
    assert make.asks(db, ada, "exchange", quote, NOON) == "done"
    assert make.asks(db, ada, "release", hold, NOON) is True
    assert make.asks(db, ada, "cancel_payout", payout, NOON) is True
    assert make.spendable(db, adas) == 95


def test_without_an_identity_nothing_moves(db: Session, ada: UUID, adas: UUID) -> None:
    db.execute(text("select set_config('app.user_id', '', true), set_config('role', 'app_user', true)"))
    transfer = func.financial.transfer(new_id(), adas, ada, Decimal(5), None, NOON)
    assert db.scalar(transfer) == "no_wallet"
    assert db.scalar(func.financial.open_wallet("USD", NOON)) is None
    assert db.scalars(select(Wallet.id)).all() == []
    db.execute(make.SYSTEM)
    assert balances(db, adas) == [100]


@pytest.mark.parametrize("amount", [*UNREAL, None])
def test_an_amount_that_is_none_moves_nothing(
    db: Session, ada: UUID, adas: UUID, bob: UUID, amount: str | None
) -> None:
    unreal = None if amount is None else Decimal(amount)
    paid = make.payment(db, ada)
    calls: Sequence[tuple[Any, ...]] = [
        ("transfer", new_id(), adas, bob, unreal, None, NOON),
        ("quote", new_id(), adas, "JPY", unreal, NOON),
        ("hold", new_id(), adas, unreal, None, None, NOON),
        ("request_payout", new_id(), adas, unreal, "sealed", NOON),
        ("begin_refund", new_id(), paid, unreal, NOON),
    ]
    before = db.scalar(select(func.count()).select_from(Entry))
    assert [make.asks(db, ada, *call) for call in calls] == ["bad_amount"] * len(calls)
    assert (balances(db, adas), make.spendable(db, adas)) == ([100], 100)
    assert db.scalar(select(func.count()).select_from(Entry)) == before
    for table in (Hold, Quote, Payout):
        assert db.scalar(select(func.count()).select_from(table)) == 0


@pytest.mark.parametrize("amount", ["999999999999", "999999999999.99"])
def test_the_largest_amount_is_more_than_a_wallet_has(
    db: Session, ada: UUID, adas: UUID, bob: UUID, amount: str
) -> None:
    large = Decimal(amount)
    assert make.asks(db, ada, "transfer", new_id(), adas, bob, large, None, NOON) == "insufficient_funds"
    assert make.asks(db, ada, "hold", new_id(), adas, large, None, None, NOON) == "insufficient_funds"
    assert make.asks(db, ada, "request_payout", new_id(), adas, large, "s", NOON) == "insufficient_funds"


def test_a_quote_is_for_no_more_than_the_book_can_hold(db: Session, ada: UUID, adas: UUID) -> None:
    """999,999,999,999 yen less half a percent: before it, they are more than an entry holds."""
    dollars = Decimal(999_999_999_999) / Decimal("0.995") / (Decimal("161.37") / Decimal("1.0812"))
    amount = dollars.quantize(Decimal("0.01")) - 1
    assert make.asks(db, ada, "quote", new_id(), adas, "JPY", amount, NOON) == "bad_amount"


def test_a_payout_s_hold_is_not_its_owner_s_to_release(db: Session, ada: UUID, adas: UUID) -> None:
    payout = new_id()
    assert make.asks(db, ada, "request_payout", payout, adas, Decimal(60), "sealed", NOON) == "done"
    hold = db.get_one(Payout, payout).hold_id
    ordered = new_id()
    ledger.place_hold(
        db, hold_id=ordered, wallet_id=adas, amount=Decimal(10), reason="order", reference=("order", "1")
    )
    assert [make.asks(db, ada, "release", each, NOON) for each in (hold, ordered)] == [False, False]
    assert make.spendable(db, adas) == 30


def test_what_is_set_aside_is_not_sent_exchanged_or_set_aside_again(
    db: Session, ada: UUID, adas: UUID, bob: UUID
) -> None:
    assert make.asks(db, ada, "hold", new_id(), adas, Decimal(60), None, None, NOON) == "done"
    quote = new_id()
    assert make.asks(db, ada, "quote", quote, adas, "JPY", Decimal("40.01"), NOON) == "done"
    calls: Sequence[tuple[Any, ...]] = [
        ("transfer", new_id(), adas, bob, Decimal("40.01"), None, NOON),
        ("exchange", quote, NOON),
        ("hold", new_id(), adas, Decimal("40.01"), None, None, NOON),
        ("request_payout", new_id(), adas, Decimal("40.01"), "sealed", NOON),
        ("begin_refund", new_id(), make.payment(db, ada), Decimal("40.01"), NOON),
    ]
    assert [make.asks(db, ada, *call) for call in calls] == ["insufficient_funds"] * len(calls)
    assert balances(db, adas) == [100]


def test_a_payment_gives_back_what_was_paid_and_no_more(db: Session, ada: UUID, adas: UUID) -> None:
    paid, pending = make.payment(db, ada, 70), make.payment(db, ada, 70, status="pending")
    asks = [
        make.asks(db, ada, "begin_refund", new_id(), paid, Decimal(amount), NOON) for amount in (40, 40, 30)
    ]
    assert asks == ["done", "not_refundable", "done"]
    assert make.asks(db, ada, "begin_refund", new_id(), pending, Decimal(5), NOON) == "not_refundable"
    assert balances(db, adas) == [30]


def test_a_frozen_wallet_gives_and_takes_nothing(
    db: Session, ada: UUID, adas: UUID, bob: UUID, bobs: UUID
) -> None:
    quote = new_id()
    make.asks(db, ada, "quote", quote, adas, "JPY", Decimal(5), NOON)
    db.execute(text("update financial.wallets set status = 'frozen' where id = :id"), {"id": adas})
    calls: Sequence[tuple[Any, ...]] = [
        ("transfer", new_id(), adas, bob, Decimal(5), None, NOON),
        ("exchange", quote, NOON),
        ("hold", new_id(), adas, Decimal(5), None, None, NOON),
        ("request_payout", new_id(), adas, Decimal(5), "sealed", NOON),
        ("begin_refund", new_id(), make.payment(db, ada), Decimal(5), NOON),
    ]
    answers = [make.asks(db, ada, *call) for call in calls]
    assert answers == ["frozen", "frozen", "no_wallet", "frozen", "frozen"]
    assert make.asks(db, bob, "transfer", new_id(), bobs, ada, Decimal(5), None, NOON) == "frozen"
    assert balances(db, adas, bobs) == [100, 100]


def test_nobody_pays_oneself_or_nobody(db: Session, ada: UUID, adas: UUID) -> None:
    assert make.asks(db, ada, "transfer", new_id(), adas, ada, Decimal(5), None, NOON) == "to_oneself"
    with pytest.raises(DBAPIError, match="wallets_user_id_fkey"):
        make.asks(db, ada, "transfer", new_id(), adas, new_id(), Decimal(5), None, NOON)
    assert balances(db, adas) == [100]
