"""`astrolabe ledger`, on a book with a little of everything; what other programs say of what it writes."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from functions.financial.cli import app
from functions.financial.tables import Transfer
from shared.db import system, transaction
from tests.conftest import Database
from tests.databases import connected
from tests.functions.financial import make
from tests.functions.financial.judges import BEAN_CHECK, HLEDGER, complaints, needs_hledger


@pytest.fixture
def book(database: Database) -> Database:
    with transaction("fn_system", system()) as db:
        make.book(db)
    return database


def command(*words: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["ledger", *words])
    return ran.exit_code, ran.stdout


def test_the_command_ends_with_1_where_there_is_a_fault(book: Database) -> None:
    assert command("verify") == (0, "No fault in the books.\n")
    assert command("verify", "--json") == (0, '{"faults": []}\n')
    with connected(book.url("app_owner")) as owner:
        make.plant(owner, "update financial.wallets set balance = balance + 1 where currency = 'JPY'")
    exit_code, shown = command("verify")
    assert (exit_code, "wallet_balance" in shown, "Faults in the books: 1." in shown) == (1, True, True)
    exit_code, told = command("verify", "--json")
    (fault,) = json.loads(told)["faults"]
    assert (exit_code, fault["name"], fault["transfer"]) == (1, "wallet_balance", None)


def test_the_trial_balance_adds_up_shards_and_wallets(book: Database) -> None:
    exit_code, told = command("balance", "--json")
    sums = {(line["currency"], line["kind"]): (line["debit"], line["credit"]) for line in json.loads(told)}
    assert exit_code == 0
    assert sums == {
        ("JPY", "fee_revenue"): ("0", "25"),
        ("JPY", "fx"): ("4974.53024417", "0"),
        ("JPY", "rounding"): ("0.46975583", "0"),
        ("JPY", "wallet"): ("0", "4950"),
        ("USD", "cash"): ("120.00", "0.00"),
        ("USD", "fx"): ("0.00", "33.33"),
        ("USD", "wallet"): ("0.00", "86.67"),
    }
    assert "4974.53024417" in command("balance")[1]


@pytest.mark.parametrize(
    ("format", "program"),
    [("beancount", BEAN_CHECK), pytest.param("hledger", HLEDGER, marks=needs_hledger)],
)
def test_an_export_holds_every_transfer_and_is_confirmed(
    book: Database, tmp_path: Path, format: str, program: list[str]
) -> None:
    exit_code, journal = command("export", "--format", format)
    _, told = command("export", "--format", format, "--json")
    assert (exit_code, json.loads(told)["lines"]) == (0, journal.splitlines())
    with transaction("fn_system", system()) as db:
        transfers = db.scalars(select(Transfer.id)).all()
    assert [str(transfer) in journal for transfer in transfers] == [True] * 6
    assert complaints(program, journal, tmp_path) == ""
    assert "balance" in complaints(program, journal.replace("30.00 USD", "31.00 USD", 1), tmp_path).lower()
