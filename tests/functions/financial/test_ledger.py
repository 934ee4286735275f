"""The book, as it is written: balanced, append-only, each account a chain without a gap."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from functions.financial import ledger
from functions.financial.errors import InsufficientFunds
from functions.financial.ledger import Transfer, credit, debit, house
from functions.financial.tables import Account, Entry, Hold, Movement, Wallet
from functions.financial.tables import Transfer as Written
from infra.local.postgres import Server
from shared.db import system, transaction, work
from shared.ids import new_id
from tests.conftest import Database
from tests.databases import connected
from tests.functions.financial import make

CENT = Decimal("0.01")


@pytest.fixture
def purse(db: Session) -> UUID:
    """A wallet with 100 dollars."""
    return make.wallet(db, make.person(db), balance=100)


def refusal(db: Session, transfer: Transfer, *, by: Any = ledger.post) -> str:
    """The SQLSTATE that it is refused with, and nothing of it stays."""
    given = [transfer] if by is ledger.post_all else transfer
    with pytest.raises(DBAPIError) as refused, db.begin_nested():
        by(db, given)
    assert db.get(Written, transfer.id) is None
    assert db.scalar(select(func.count()).where(Entry.transfer_id == transfer.id)) == 0
    return sqlstate(refused.value)


def sqlstate(error: DBAPIError) -> str:
    assert error.orig
    return str(error.orig.args[0]["C"])


def test_a_posting_moves_both_accounts_and_tells_the_wallet_s_owner(db: Session, purse: UUID) -> None:
    posted = make.deposited(purse, "20.50")
    assert ledger.post(db, posted) is True
    cash = house("cash", "USD", beside=purse)
    assert make.balance(db, purse) == make.balance(db, cash) == Decimal("120.5")
    assert make.chain(db, purse)[1] == (2, "credit", Decimal("20.5"), Decimal("120.5"))
    assert make.chain(db, cash)[-1][1:] == ("debit", Decimal("20.5"), Decimal("120.5"))
    movement = db.scalars(select(Movement).where(Movement.transfer_id == posted.id)).one()
    assert (movement.wallet_id, movement.type, movement.account_seq) == (purse, "deposit", 2)
    assert (movement.amount, movement.balance_after) == (Decimal("20.5"), Decimal("120.5"))
    assert db.scalars(select(Wallet.balance).where(Wallet.id == purse)).one() == Decimal("120.5")


def test_an_account_s_entries_are_numbered_without_a_gap(db: Session, purse: UUID) -> None:
    other = make.wallet(db, make.person(db))
    for amount in (30, 20, 5):
        ledger.post(db, make.sent(purse, other, amount))
    assert [(seq, after) for seq, _, _, after in make.chain(db, purse)] == [
        (1, 100),
        (2, 70),
        (3, 50),
        (4, 45),
    ]
    assert [(seq, after) for seq, _, _, after in make.chain(db, other)] == [(1, 30), (2, 50), (3, 55)]
    account = db.get_one(Account, purse)
    assert (account.entries, account.balance) == (4, 45)


@pytest.mark.parametrize("by", [ledger.post, ledger.post_all])
def test_debits_that_are_not_credits_are_refused(db: Session, purse: UUID, by: Any) -> None:
    cash = house("cash", "USD", beside=purse)
    lopsided = make.transfer(debit(cash, Decimal(5)), credit(purse, Decimal("4.99")))
    assert refusal(db, lopsided, by=by) == "LG001"
    assert make.balance(db, purse) == 100


@pytest.mark.parametrize("by", [ledger.post, ledger.post_all])
def test_a_transfer_balances_in_each_currency_by_itself(db: Session, purse: UUID, by: Any) -> None:
    euros = make.wallet(db, make.person(db), "EUR")
    mixed = make.transfer(debit(purse, Decimal(5)), credit(euros, Decimal(5)))
    assert refusal(db, mixed, by=by) == "LG001"


@pytest.mark.parametrize("by", [ledger.post, ledger.post_all])
def test_an_account_that_is_not_there_is_refused(db: Session, purse: UUID, by: Any) -> None:
    lost = make.transfer(debit(new_id(), Decimal(5)), credit(purse, Decimal(5)))
    assert refusal(db, lost, by=by) == ("LG002" if by is ledger.post else "LG003")


@pytest.mark.parametrize("by", [ledger.post, ledger.post_all])
def test_a_transfer_without_legs_is_refused(db: Session, by: Any) -> None:
    assert refusal(db, make.transfer(), by=by) == "LG002"


@pytest.mark.parametrize(
    ("amount", "sqlstate"),
    [("0.000000001", "LG002"), ("0", "23514"), ("NaN", "LG001"), ("1000000000000", "22003")],
)
@pytest.mark.parametrize("by", [ledger.post, ledger.post_all])
def test_an_amount_that_the_book_cannot_hold_is_refused(
    db: Session, purse: UUID, by: Any, amount: str, sqlstate: str
) -> None:
    assert refusal(db, make.deposited(purse, amount), by=by) == sqlstate
    assert make.balance(db, purse) == 100


def test_the_same_key_again_does_nothing(db: Session, purse: UUID) -> None:
    first = make.deposited(purse, 5, key="payment:1")
    again = replace(first, id=new_id())
    assert [ledger.post(db, first), ledger.post(db, again)] == [True, False]
    assert ledger.post_all(db, [again, make.deposited(purse, 1)]) == 1
    assert make.balance(db, purse) == 106
    assert db.get(Written, again.id) is None


@pytest.mark.parametrize("by", [ledger.post, ledger.post_all])
def test_the_same_key_with_other_legs_is_refused(db: Session, purse: UUID, by: Any) -> None:
    ledger.post(db, make.deposited(purse, 5, key="payment:1"))
    other = make.wallet(db, make.person(db))
    more, elsewhere = make.deposited(purse, 6, key="payment:1"), make.deposited(other, 5, key="payment:1")
    renamed = replace(make.deposited(purse, 5, key="payment:1"), kind="gift")
    assert [refusal(db, each, by=by) for each in (more, elsewhere, renamed)] == ["LG004"] * 3


@pytest.mark.parametrize("by", [ledger.post, ledger.post_all])
def test_a_wallet_is_not_overdrawn(db: Session, purse: UUID, by: Any) -> None:
    other = make.wallet(db, make.person(db))
    with pytest.raises(InsufficientFunds):
        refusal(db, make.sent(purse, other, 100 + CENT), by=by)
    assert (make.balance(db, purse), make.balance(db, other)) == (100, 0)
    ledger.post(db, make.sent(purse, other, 100))
    assert (make.balance(db, purse), make.balance(db, other)) == (0, 100)


def test_what_is_set_aside_is_not_spent_but_by_what_it_was_set_aside_for(db: Session, purse: UUID) -> None:
    hold_id, pending = new_id(), house("payouts_pending", "USD", beside=purse)
    aside = {"hold_id": hold_id, "wallet_id": purse, "reason": "payout", "reference": ("payout", "1")}
    assert ledger.place_hold(db, **aside, amount=Decimal(100) + CENT) == "insufficient_funds"
    assert ledger.place_hold(db, **aside, amount=Decimal(80)) == "done"
    leaving = make.transfer(debit(purse, Decimal(80)), credit(pending, Decimal(80)), kind="payout")
    with pytest.raises(InsufficientFunds), db.begin_nested():
        ledger.post(db, leaving)
    assert ledger.post(db, leaving, hold_id=hold_id) is True
    hold = db.get_one(Hold, hold_id)
    assert (hold.status, hold.ended_at) == ("captured", work(db).now)
    assert (make.balance(db, purse), make.spendable(db, purse)) == (20, 20)
    assert ledger.release_hold(db, hold_id=hold_id) is False


def test_a_hold_that_is_released_is_free_again_once(db: Session, purse: UUID) -> None:
    hold_id = new_id()
    ledger.place_hold(
        db, hold_id=hold_id, wallet_id=purse, amount=Decimal(80), reason="order", reference=("order", "1")
    )
    assert make.spendable(db, purse) == 20
    assert [ledger.release_hold(db, hold_id=hold_id) for _ in range(2)] == [True, False]
    assert make.spendable(db, purse) == 100


def test_what_was_set_aside_and_is_free_again_pays_for_nothing(db: Session, purse: UUID) -> None:
    """Else a payout that was canceled meanwhile would be paid out of the money that is left."""
    hold_id, pending = new_id(), house("payouts_pending", "USD", beside=purse)
    aside = {"hold_id": hold_id, "wallet_id": purse, "reason": "payout", "reference": ("payout", "1")}
    ledger.place_hold(db, **aside, amount=Decimal(80))
    ledger.release_hold(db, hold_id=hold_id)
    leaving = make.transfer(debit(purse, Decimal(80)), credit(pending, Decimal(80)), kind="payout")
    with pytest.raises(DBAPIError) as refused, db.begin_nested():
        ledger.post(db, leaving, hold_id=hold_id)
    assert (sqlstate(refused.value), make.balance(db, purse)) == ("LG005", 100)


def test_a_transfer_is_reversed_once(db: Session, purse: UUID) -> None:
    wrong = make.deposit(db, purse, 30)
    mirror = [ledger.Leg(leg.account_id, -leg.amount) for leg in wrong.legs]
    assert ledger.post(db, make.transfer(*mirror, kind="reversal", reverses=wrong.id)) is True
    assert make.balance(db, purse) == 100
    assert refusal(db, make.transfer(*mirror, kind="reversal", reverses=wrong.id)) == "23505"
    assert refusal(db, make.transfer(*mirror, kind="reversal", reverses=new_id())) == "23503"


@pytest.mark.parametrize("table", ["ledger_transfers", "ledger_entries"])
def test_not_even_the_owner_changes_what_was_posted(server: Server, still: str, table: str) -> None:
    changes = ("update {} set posted_at = posted_at", "delete from {}", "truncate {} cascade")
    with connected(server.url("app_owner", still)) as owner:
        for change in changes:
            with pytest.raises(DBAPIError, match="append-only"):
                owner.execute(text(change.format(f"financial.{table}")))


def test_an_account_that_may_not_is_never_below_zero(database: Database) -> None:
    """Of wallets their own rule would say the same first: so one of the house may not either."""
    with transaction("fn_system", system()) as db:
        wallet = make.wallet(db, make.person(db))
    cash = house("cash", "USD", beside=wallet)
    with connected(database.url("app_owner")) as owner:
        owner.execute(
            text("update financial.ledger_accounts set allow_negative = false where id = :id"), {"id": cash}
        )
    with transaction("fn_system", system()) as db:
        ledger.post(db, make.deposited(wallet, 5))
    lost = make.transfer(debit(house("loss", "USD", beside=wallet), Decimal(6)), credit(cash, Decimal(6)))
    with transaction("fn_system", system()) as db:
        with pytest.raises(InsufficientFunds), db.begin_nested():
            ledger.post(db, lost)
        assert make.balance(db, cash) == 5


def test_a_transfer_is_in_a_batch_once(db: Session, purse: UUID) -> None:
    twice = make.deposited(purse, 5)
    with pytest.raises(DBAPIError) as refused, db.begin_nested():
        ledger.post_all(db, [twice, twice])
    assert (sqlstate(refused.value), make.balance(db, purse)) == ("LG002", 100)


def test_a_batch_is_posted_whole_or_not_at_all(db: Session, purse: UUID) -> None:
    other = make.wallet(db, make.person(db))
    batch = [make.deposited(purse, 7), make.sent(purse, other, 108)]
    with pytest.raises(InsufficientFunds), db.begin_nested():
        ledger.post_all(db, batch)
    assert (make.balance(db, purse), make.balance(db, other)) == (100, 0)
    assert db.get(Written, batch[0].id) is None


# A batch beside single postings

WALLETS = 4
MOVES = st.lists(
    st.tuples(
        st.integers(0, WALLETS - 1),  # from a wallet to itself: money that comes in
        st.integers(0, WALLETS - 1),
        st.decimals("0.00000001", 5, places=8),
        st.sampled_from(["", "", "", "", "a key that may come again"]),
    ),
    max_size=12,
)


@given(moves=MOVES, again=st.booleans())
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_a_batch_leaves_what_single_postings_leave(db: Session, moves: Any, again: bool) -> None:
    with db.begin_nested() as example:
        wallets = [make.wallet(db, make.person(db), balance=100) for _ in range(WALLETS)]
        transfers = [_moved(wallets, *move) for move in moves]
        transfers += [replace(transfer, id=new_id()) for transfer in transfers[: 3 * again]]
        assert _tried(db, transfers, one_by_one) == _tried(db, transfers, ledger.post_all)
        example.rollback()


def one_by_one(db: Session, transfers: Sequence[Transfer]) -> int:
    return sum([ledger.post(db, transfer) for transfer in transfers])


def _moved(wallets: Sequence[UUID], giver: int, taker: int, amount: Decimal, key: str) -> Transfer:
    if giver == taker:
        return make.deposited(wallets[taker], amount, key=key)
    return make.sent(wallets[giver], wallets[taker], amount, key=key)


def _tried(db: Session, transfers: Sequence[Transfer], by: Any) -> tuple[Any, dict[str, list[Any]]]:
    """How many were new, or the SQLSTATE of the refusal; and all that it left."""
    with db.begin_nested() as attempt:
        try:
            with db.begin_nested():
                answer = by(db, transfers)
        except DBAPIError as error:
            answer = sqlstate(error)
        left = {
            table.__tablename__: _left(db, table) for table in (Account, Entry, Movement, Wallet, Written)
        }
        attempt.rollback()
    return answer, left


def _left(db: Session, table: Any) -> list[Any]:
    """Its rows, without ids that the database makes."""
    columns = [column for column in table.__table__.c if column.key != "id" or table not in (Entry, Movement)]
    return sorted(map(tuple, db.execute(select(*columns))), key=str)
