"""What other programs say of our book: bean-check and hledger add it up and look at every balance."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from functions.financial.export import Account, Class, Entry, Side, Transfer, beancount, hledger
from tests.functions.financial.judges import BEAN_CHECK, HLEDGER, complaints, needs_hledger

CLASSES: Mapping[str, Class] = {
    **dict.fromkeys(("cash", "clearing_in", "disputed", "fx"), "Assets"),
    **dict.fromkeys(("wallet", "payouts_pending", "clearing", "product_pool"), "Liabilities"),
    **dict.fromkeys(("fee_revenue", "trading_result"), "Income"),
    **dict.fromkeys(("loss", "promotion"), "Expenses"),
    "rounding": "Equity",
}
ADA = "a19b3c4d-0000-7000-8000-00000000000a"
BOB = "019b3c4d-0000-7000-8000-00000000000b"
NIGHT = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


def account(code: str, normal_side: Side, balance: str) -> Account:
    kind, currency, _ = code.split(":")
    return Account(code, kind, currency, normal_side, Decimal(balance))


def debit(code: str, amount: str) -> Entry:
    return Entry(code, "debit", Decimal(amount))


def credit(code: str, amount: str) -> Entry:
    return Entry(code, "credit", Decimal(amount))


def transfer(number: int, kind: str, description: str | None, at: datetime, *entries: Entry) -> Transfer:
    return Transfer(UUID(int=number), kind, description, at, entries)


# A deposit with its fee, an exchange whose residue is booked, a payout, and a promotion in yen.
ACCOUNTS = [
    account("cash:USD:07", "debit", "90.00000000"),
    account(f"wallet:USD:{ADA}", "credit", "67.10000000"),
    account(f"wallet:BTC:{ADA}", "credit", "0.00012345"),
    account(f"wallet:JPY:{BOB}", "credit", "500"),
    account("fee_revenue:USD:15", "credit", "2.90000000"),
    account("fx:USD:00", "credit", "19.99500000"),
    account("fx:BTC:00", "credit", "-0.00012345"),
    account("rounding:USD:00", "credit", "0.00500000"),
    account("promotion:JPY:01", "debit", "500"),
    account("disputed:USD:03", "debit", "0"),
]
TRANSFERS = [
    transfer(
        *(1, "deposit", 'card "4242" \\ ; not: a comment\nor a line\\', NIGHT),
        *(debit("cash:USD:07", "100.00000000"), credit(f"wallet:USD:{ADA}", "97.1")),
        credit("fee_revenue:USD:15", "2.9"),
    ),
    transfer(
        *(2, "exchange", "USD to BTC, π ≈ 3", NIGHT + timedelta(hours=1)),
        *(
            debit(f"wallet:USD:{ADA}", "20"),
            credit("fx:USD:00", "19.995"),
            credit("rounding:USD:00", "0.005"),
        ),
        *(debit("fx:BTC:00", "0.00012345"), credit(f"wallet:BTC:{ADA}", "1.2345E-4")),
    ),
    transfer(
        *(3, "payout", None, datetime(2026, 3, 5, 1, 30, tzinfo=timezone(timedelta(hours=3)))),
        *(debit(f"wallet:USD:{ADA}", "10"), credit("cash:USD:07", "10")),
    ),
    transfer(
        *(4, "promotion", "", datetime(2026, 3, 3, 12, tzinfo=UTC)),
        *(debit("promotion:JPY:01", "500"), credit(f"wallet:JPY:{BOB}", "5E+2")),
    ),
]

Language = Callable[[Sequence[Account], Sequence[Transfer], Mapping[str, Class]], Iterator[str]]
PROGRAMS = [
    pytest.param(beancount, BEAN_CHECK, id="beancount"),
    pytest.param(hledger, HLEDGER, marks=needs_hledger, id="hledger"),
]


def judged(
    write: Language,
    program: list[str],
    folder: Path,
    accounts: Sequence[Account] = ACCOUNTS,
    transfers: Sequence[Transfer] = TRANSFERS,
) -> str:
    return complaints(program, "\n".join(write(accounts, transfers, CLASSES)) + "\n", folder)


def with_entry(place: int, entry: int, amount: str) -> list[Transfer]:
    entries = list(TRANSFERS[place].entries)
    entries[entry] = replace(entries[entry], amount=Decimal(amount))
    return [*TRANSFERS[:place], replace(TRANSFERS[place], entries=entries), *TRANSFERS[place + 1 :]]


@pytest.mark.parametrize(("write", "program"), PROGRAMS)
def test_the_program_confirms_a_sound_book(write: Language, program: list[str], tmp_path: Path) -> None:
    assert judged(write, program, tmp_path) == ""


@pytest.mark.parametrize(("write", "program"), PROGRAMS)
def test_the_program_confirms_a_book_in_which_nothing_was_posted(
    write: Language, program: list[str], tmp_path: Path
) -> None:
    empty = [replace(account, balance=Decimal(0)) for account in ACCOUNTS]
    assert judged(write, program, tmp_path, empty, []) == ""


@pytest.mark.parametrize(("write", "program"), PROGRAMS)
@pytest.mark.parametrize(
    ("place", "entry", "amount"),
    [(0, 1, "97.11"), (0, 2, "2.90000001"), (1, 2, "0.0051"), (1, 4, "0.00012344")],
)
def test_the_program_finds_a_wrong_amount(
    write: Language, program: list[str], tmp_path: Path, place: int, entry: int, amount: str
) -> None:
    assert "balance" in judged(write, program, tmp_path, transfers=with_entry(place, entry, amount))


@pytest.mark.parametrize(("write", "program"), PROGRAMS)
@pytest.mark.parametrize("place", range(len(ACCOUNTS)))
def test_the_program_finds_a_balance_that_is_off_by_the_least_there_is(
    write: Language, program: list[str], tmp_path: Path, place: int
) -> None:
    wrong = list(ACCOUNTS)
    wrong[place] = replace(wrong[place], balance=wrong[place].balance + Decimal("1E-8"))
    words = judged(write, program, tmp_path, wrong)
    assert wrong[place].code.split(":")[-1][1:] in words


@pytest.mark.parametrize(("write", "program"), PROGRAMS)
def test_the_program_finds_a_transfer_that_is_missing(
    write: Language, program: list[str], tmp_path: Path
) -> None:
    assert judged(write, program, tmp_path, transfers=TRANSFERS[:-1]) != ""


def test_a_beancount_file_reads_like_one() -> None:
    lines = list(beancount(ACCOUNTS[:2], TRANSFERS[2:3], CLASSES))
    assert lines == [
        'option "title" "Astrolabe"',
        'option "tolerance_multiplier" "0"',
        "1970-01-01 open Assets:Cash:USD:S07 USD",
        "1970-01-01 open Liabilities:Wallet:USD:A19b3c4d-0000-7000-8000-00000000000a USD",
        "",
        '2026-03-04 * "payout" ""',
        '  transfer: "00000000-0000-0000-0000-000000000003"',
        "  Liabilities:Wallet:USD:A19b3c4d-0000-7000-8000-00000000000a  10.00 USD",
        "  Assets:Cash:USD:S07  -10.00 USD",
        "",
        "2026-03-05 balance Assets:Cash:USD:S07  90.00 USD",
        "2026-03-05 balance Liabilities:Wallet:USD:A19b3c4d-0000-7000-8000-00000000000a  -67.10 USD",
    ]


def test_an_hledger_journal_reads_like_one() -> None:
    lines = list(hledger(ACCOUNTS[4:5], [replace(TRANSFERS[0], entries=TRANSFERS[0].entries[2:])], CLASSES))
    assert lines == [
        "commodity 1000.00000000 USD",
        "account Income:FeeRevenue:USD:S15",
        "",
        "2026-03-02 * (00000000-0000-0000-0000-000000000001) deposit | "
        'card "4242" \\ , not: a comment or a line\\',
        "    Income:FeeRevenue:USD:S15  -2.90 USD",
        "",
        "2026-03-03 * balances",
        "    Income:FeeRevenue:USD:S15  0 USD == -2.90 USD",
    ]


@pytest.mark.parametrize("write", [beancount, hledger])
def test_lines_are_written_while_transfers_are_read(write: Language) -> None:
    read = []

    def reading() -> Iterator[Transfer]:
        for one in TRANSFERS:
            read.append(one.id)
            yield one

    lines = write(ACCOUNTS, reading(), CLASSES)  # type: ignore[arg-type]
    assert any("deposit" in line for line in lines)
    assert read == [TRANSFERS[0].id]


def test_an_account_of_a_kind_without_a_class_is_not_left_out() -> None:
    with pytest.raises(KeyError, match="mystery"):
        list(beancount([account("mystery:USD:00", "debit", "0")], [], CLASSES))
