"""What the proof of the books says of a book that somebody with the owner's rights has changed."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from functions.financial import cron_verify_ledger, ledger
from functions.financial.tables import Account, Transfer
from functions.financial.verification import Fault, verify
from infra.database import engine
from infra.local.postgres import Server
from shared import clock
from shared.db import house, system, transaction
from tests import databases
from tests.conftest import Database, pointed_at
from tests.functions.financial import make

ADAS = "(select id from financial.ledger_accounts where kind = 'wallet' and currency = 'USD' and entries = 3)"
BOBS = "(select id from financial.ledger_accounts where kind = 'wallet' and currency = 'USD' and entries = 4)"
OF_ADA = f"financial.ledger_entries where account_id = {ADAS}"
SENT = "(select id from financial.ledger_transfers where kind = 'transfer')"
CASH = "(select account_id from financial.ledger_entries where direction = 'debit' order by id limit 1)"
FEE = "(select id from financial.ledger_accounts where kind = 'fee_revenue' and entries = 1)"
UNUSED = "(select id from financial.ledger_accounts where kind = 'loss' and currency = 'USD' limit 1)"


@pytest.fixture(scope="module")
def sound(
    server: Server, template: str, keys_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The owner's URL of a book that is changed, and rolled back."""
    name = databases.clone(server, template)
    with pointed_at(server, name, keys_folder, tmp_path_factory.mktemp("sound")):
        with transaction("fn_system", system()) as db:
            make.book(db)
        assert faults() == []
    yield server.url("app_owner", name)
    databases.drop(server, name)


@pytest.fixture
def book(database: Database) -> Database:
    with transaction("fn_system", system()) as db:
        make.book(db)
    return database


def planted(book: Database, statement: str) -> None:
    with databases.connected(book.url("app_owner")) as owner:
        make.plant(owner, statement)


def faults() -> list[Fault]:
    with transaction("fn_system", system()) as db:
        return verify(db)


ENTRIES = "update financial.ledger_entries set"
ACCOUNTS = "update financial.ledger_accounts set"


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        # an amount or a balance was changed
        (
            f"{ENTRIES} amount = amount + 1 where account_id = {ADAS} and account_seq = 2",
            "transfer_unbalanced chain_broken movement_missing",
        ),
        (
            f"{ENTRIES} amount = amount + 1 where transfer_id = {SENT}",
            "chain_broken movement_missing",
        ),
        (
            f"{ENTRIES} direction = case direction when 'debit' then 'credit' else 'debit' end"
            f" where transfer_id = {SENT}",
            "chain_broken movement_missing",
        ),
        (
            f"{ENTRIES} balance_after = balance_after + 1 where account_id = {ADAS} and account_seq = 2",
            "chain_broken movement_missing",
        ),
        (
            f"{ENTRIES} balance_after = balance_after + 1 where account_id = {FEE}",
            "chain_broken account_balance",
        ),
        # an entry is missing, or is not where it was
        (
            f"delete from {OF_ADA} and account_seq = 2",
            "transfer_unbalanced chain_gap movement_missing",
        ),
        (
            f"delete from {OF_ADA} and account_seq = 3",
            "transfer_unbalanced account_balance movement_missing",
        ),
        (
            f"delete from financial.ledger_entries where transfer_id = {SENT}",
            "transfer_empty chain_gap movement_missing",
        ),
        (
            f"{ENTRIES} account_seq = 7 where account_id = {ADAS} and account_seq = 3",
            "chain_gap account_balance movement_missing",
        ),
        (
            f"{ENTRIES} account_id = gen_random_uuid() where account_id = {ADAS} and account_seq = 3",
            "transfer_unbalanced entry_stray account_balance movement_missing",
        ),
        (f"delete from financial.ledger_transfers where id = {SENT}", "entry_stray"),
        (f"{ENTRIES} currency = 'EUR' where transfer_id = {SENT}", "entry_currency"),
        (
            "insert into financial.ledger_entries (transfer_id, account_id, currency, direction, amount,"
            " balance_after, posted_at, account_seq)"
            f" select gen_random_uuid(), {UNUSED}, 'USD', 'debit', 1, 1, now(), 1",
            "transfer_unbalanced entry_stray account_balance",
        ),
        # an account says what its chain does not
        (f"{ACCOUNTS} balance = balance + 1 where id = {CASH}", "account_balance books_unbalanced"),
        (
            f"{ACCOUNTS} balance = balance + 1 where id = {ADAS}",
            "account_balance books_unbalanced wallet_balance",
        ),
        (f"{ACCOUNTS} balance = balance + 1 where id in ({CASH}, {ADAS})", "account_balance wallet_balance"),
        (f"{ACCOUNTS} entries = entries + 1 where id = {CASH}", "account_balance"),
        # a shard is out of line
        (f"delete from financial.ledger_accounts where id = {UNUSED}", "shard_out_of_line"),
        (
            "delete from financial.ledger_accounts where kind = 'loss' and currency = 'USD'",
            "shard_out_of_line",
        ),
        (f"{ACCOUNTS} code = 'loss:USD:16' where id = {UNUSED}", "shard_out_of_line"),
        (f"{ACCOUNTS} id = gen_random_uuid() where id = {UNUSED}", "shard_out_of_line"),
        (f"{ACCOUNTS} code = code || '0' where id = {UNUSED}", "shard_out_of_line"),
        (f"{ACCOUNTS} normal_side = 'credit' where id = {UNUSED}", "shard_out_of_line"),
        (f"{ACCOUNTS} kind = 'promotion' where id = {UNUSED}", "shard_out_of_line"),
        (f"{ACCOUNTS} currency = 'EUR' where id = {UNUSED}", "shard_out_of_line"),
        (f"{ACCOUNTS} allow_negative = true where id = {ADAS}", "shard_out_of_line"),
        (f"{ACCOUNTS} allow_negative = false where id = {UNUSED}", "shard_out_of_line"),
        # a wallet says what the book does not
        (f"update financial.wallets set balance = balance + 1 where id = {ADAS}", "wallet_balance"),
        (f"update financial.wallets set currency = 'EUR' where id = {ADAS}", "wallet_balance"),
        (
            "update financial.wallets set currency = 'GBP',"
            f" user_id = (select user_id from financial.wallets where id = {BOBS}) where id = {ADAS}",
            "wallet_balance",
        ),
        ("delete from financial.wallets where currency = 'JPY'", "wallet_balance"),
        (f"update financial.wallets set held = held + 1 where id = {ADAS}", "wallet_held"),
        (f"update financial.wallets set held = 1 where id = {BOBS}", "wallet_held"),
        ("update financial.holds set amount = amount - 1", "wallet_held"),
        ("update financial.holds set status = 'released'", "wallet_held"),
        # what its owner reads is not what was posted
        (f"delete from financial.wallet_transactions where transfer_id = {SENT}", "movement_missing"),
        (
            "update financial.wallet_transactions set amount = amount + 1 where type = 'exchange'",
            "movement_missing",
        ),
        (
            f"update financial.wallet_transactions set transfer_id = {SENT} where type = 'exchange'",
            "movement_missing",
        ),
        ("update financial.wallet_transactions set user_id = gen_random_uuid()", "movement_missing"),
        (
            "insert into financial.wallet_transactions select gen_random_uuid(), user_id, wallet_id,"
            " transfer_id, type, amount, balance_after, status, reference_type, reference_id, description,"
            f" created_at, account_seq from financial.wallet_transactions where transfer_id = {SENT}",
            "movement_missing",
        ),
        # a reversal is not the mirror
        (
            f"update financial.ledger_transfers set reverses_id = {SENT} where reverses_id is not null",
            "reversal_differs",
        ),
    ],
)
def test_what_was_done_to_the_books_has_its_names(sound: str, statement: str, names: str) -> None:
    with engine(sound).connect() as owner, owner.begin() as planting, Session(owner) as db:
        make.plant(owner, statement)
        assert {fault.name for fault in verify(db)} == set(names.split())
        planting.rollback()


def test_a_fault_names_the_account_the_transfer_and_what_is_wrong(book: Database) -> None:
    planted(book, f"{ENTRIES} amount = amount + 1 where account_id = {ADAS} and account_seq = 2")
    with transaction("fn_system", system()) as db:
        sent = db.scalars(select(Transfer.id).where(Transfer.kind == "transfer")).one()
        code = db.scalars(select(Account.code).where(Account.kind == "wallet", Account.entries == 3)).one()
    assert faults() == [
        Fault("transfer_unbalanced", "debits less credits are 1 USD", None, sent),
        Fault("chain_broken", "the balance after it is 70, and by the entry before it 69", code, sent),
        Fault("movement_missing", "its owner reads -30 to 70, the book has -31 to 70", code, sent),
    ]


def test_the_house_may_owe_itself_on_a_shard_but_not_on_all(book: Database) -> None:
    with transaction("fn_system", system()) as db:
        full, empty = (ledger.account_id(f"cash:USD:{shard}") for shard in ("00", "01"))
        ledger.post(db, make.transfer(ledger.debit(full, Decimal(500)), ledger.credit(empty, Decimal(500))))
    assert faults() == []
    with transaction("fn_system", system()) as db:
        loss = ledger.account_id("loss:USD:00")
        ledger.post(db, make.transfer(ledger.debit(loss, Decimal(121)), ledger.credit(full, Decimal(121))))
    assert faults() == [Fault("house_negative", "all shards together have -1", "cash:USD", None)]


def test_a_hundred_faults_of_a_kind_are_enough(book: Database) -> None:
    planted(book, f"{ACCOUNTS} allow_negative = false where kind <> 'wallet' and balance >= 0")
    assert len(faults()) == 100


def test_each_night_the_books_are_proven_and_what_is_wrong_is_an_alarm(book: Database) -> None:
    prove()
    assert alarms() == []
    planted(book, f"update financial.wallets set balance = balance + 1 where id = {BOBS}")
    prove()
    ((severity, details),) = alarms()
    assert (severity, details["faults"]) == ("critical", {"wallet_balance": 1})
    assert details["first"].startswith("wallet:USD:")
    assert details["first"].partition(": the wallet has 51 USD")[1]


def prove() -> None:
    with transaction("fn_system", system()) as db:
        cron_verify_ledger.handle(clock.now(), db)


def alarms() -> list[tuple[str, dict[str, Any]]]:
    events = house.system_events.c
    with transaction("fn_system", system()) as db:
        found = select(events.severity, events.details).where(events.event_type == "books_at_fault")
        return [(severity, details) for severity, details in db.execute(found)]
