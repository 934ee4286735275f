"""The book as other accounting programs read it: they add it up themselves, and confirm its balances."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from shared.money import written

Side = Literal["debit", "credit"]
Class = Literal["Assets", "Liabilities", "Equity", "Income", "Expenses"]

OPENED = date(1970, 1, 1)  # every account, before whatever is posted
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Account:
    code: str
    kind: str
    currency: str
    normal_side: Side
    balance: Decimal  # as the book keeps it: what is on the normal side is positive


@dataclass(frozen=True, slots=True)
class Entry:
    account: str  # its code
    direction: Side
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Transfer:
    id: UUID
    kind: str
    description: str | None
    posted_at: datetime
    entries: Sequence[Entry]


def beancount(
    accounts: Sequence[Account], transfers: Iterable[Transfer], classes: Mapping[str, Class]
) -> Iterator[str]:
    """Its lines. A balance holds in the morning of its day, and is asserted to the last digit."""
    book = _Book(accounts, classes)
    yield 'option "title" "Astrolabe"'
    yield 'option "tolerance_multiplier" "0"'  # else it lets pass one unit of the last digit
    for account in accounts:
        yield f"{OPENED} open {book.names[account.code]} {account.currency}"
    last = OPENED
    for transfer in transfers:
        last = max(last, day := _day(transfer))
        yield ""
        yield f'{day} * "{transfer.kind}" "{_quoted(transfer.description)}"'
        yield f'  transfer: "{transfer.id}"'
        for entry in transfer.entries:
            yield f"  {book.names[entry.account]}  {book.moved(entry)}"
    yield ""
    for account in accounts:
        yield f"{last + ONE_DAY} balance {book.names[account.code]}  {book.kept(account)}"


def hledger(
    accounts: Sequence[Account], transfers: Iterable[Transfer], classes: Mapping[str, Class]
) -> Iterator[str]:
    """Its lines. A balance is asserted by a posting of nothing, on the day after the last."""
    book = _Book(accounts, classes)
    for currency in sorted({account.currency for account in accounts}):
        yield f"commodity 1000.00000000 {currency}"  # what balances in fewer decimals need not balance in all
    for account in accounts:
        yield f"account {book.names[account.code]}"
    last = OPENED
    for transfer in transfers:
        last = max(last, day := _day(transfer))
        yield ""
        yield f"{day} * ({transfer.id}) {transfer.kind} | {_uncommented(transfer.description)}".rstrip()
        for entry in transfer.entries:
            yield f"    {book.names[entry.account]}  {book.moved(entry)}"
    yield ""
    yield f"{last + ONE_DAY} * balances"
    for account in accounts:
        yield f"    {book.names[account.code]}  0 {account.currency} == {book.kept(account)}"


class _Book:
    """Names and amounts, which both programs write alike: a debit is positive, a credit negative."""

    def __init__(self, accounts: Sequence[Account], classes: Mapping[str, Class]) -> None:
        self.names = {account.code: f"{classes[account.kind]}:{_name(account.code)}" for account in accounts}
        self._currencies = {account.code: account.currency for account in accounts}

    def moved(self, entry: Entry) -> str:
        return _signed(entry.amount, entry.direction, self._currencies[entry.account])

    def kept(self, account: Account) -> str:
        return _signed(account.balance, account.normal_side, account.currency)


def _name(code: str) -> str:
    """fee_revenue:EUR:07 → FeeRevenue:EUR:S07; of a wallet's owner the first letter becomes a capital."""
    return ":".join(f"S{part}" if part.isdigit() else _capitalised(part) for part in code.split(":"))


def _capitalised(part: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in part.split("_"))


def _signed(amount: Decimal, side: Side, currency: str) -> str:
    return f"{written(amount if side == 'debit' else -amount, currency)} {currency}"


def _day(transfer: Transfer) -> date:
    return transfer.posted_at.astimezone(UTC).date()


def _quoted(text: str | None) -> str:
    return _on_one_line(text).replace("\\", "\\\\").replace('"', '\\"')


def _uncommented(text: str | None) -> str:
    return _on_one_line(text).replace(";", ",")


def _on_one_line(text: str | None) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text or "")
