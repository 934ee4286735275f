"""A book that was written before a revision comes along with it, goes back, and is written on either side."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, text

from functions.financial.tables import Wallet
from functions.financial.verification import Fault, verify
from infra import database as operations
from infra.local.postgres import Server
from shared.db import system, transaction
from shared.ids import new_id
from tests.conftest import NOON, pointed_at
from tests.functions.financial import make

BEFORE = "0008_people"
STANDING = (
    "select code, kind, currency, normal_side, balance, entries from financial.ledger_accounts order by id",
    "select id, ledger_account_id, balance, held, status from financial.wallets order by id",
    "select id, kind, idempotency_key, reverses_id from financial.ledger_transfers order by id",
    """
    select id, transfer_id, account_id, account_seq, direction, amount, balance_after
    from financial.ledger_entries order by id
    """,
)


@pytest.fixture
def book(server: Server, database: str, keys_folder: Path, tmp_path: Path) -> Iterator[str]:
    """The owner's URL of a book as it was before, with a transfer, an exchange, a hold and a reversal."""
    url = server.url("app_owner", database)
    operations.downgrade(url, BEFORE)
    with pointed_at(server, database, keys_folder, tmp_path):
        with transaction("fn_system", system()) as db:
            make.book(db)
        yield url


def standing() -> list[list[tuple[object, ...]]]:
    with transaction("fn_system", system()) as db:
        return [[tuple(row) for row in db.execute(text(query))] for query in STANDING]


def faults() -> list[Fault]:
    with transaction("fn_system", system()) as db:
        return verify(db)


def post_on() -> None:
    """The house's way and a person's, and what is set aside stays so."""
    with transaction("fn_system", system()) as db:
        adas, bobs = db.scalars(select(Wallet).where(Wallet.currency == "USD").order_by(Wallet.balance)).all()
        make.deposit(db, adas.id, 2)
        for amount, answer in ((34, "insufficient_funds"), (33, "done")):
            to_bob = (new_id(), adas.id, bobs.user_id, Decimal(amount), None, NOON)
            assert make.asks(db, adas.user_id, "transfer", *to_bob) == answer
        assert (make.spendable(db, adas.id), make.balance(db, bobs.id)) == (Decimal("0.67"), 83)
        make.wallet(db, make.person(db), "GBP", balance=3)


def test_a_book_comes_along_and_is_written_on(book: str) -> None:
    before = standing()
    assert [len(rows) for rows in before[1:]] == [3, 6, 16]
    operations.migrate(book)
    assert (standing(), faults()) == (before, [])
    post_on()
    assert faults() == []


def test_it_goes_back_and_is_written_on_there(book: str) -> None:
    before = standing()
    operations.migrate(book)
    operations.downgrade(book, BEFORE)
    assert standing() == before
    post_on()
    operations.migrate(book)
    assert faults() == []
