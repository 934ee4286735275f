"""A wallet's statement: what was there, what moved, and what is there then; as values, and as CSV."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import accumulate
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db

from functions.financial import queries
from functions.financial.queries import Line
from functions.financial.tables import Movement, Wallet
from shared.errors import Invalid
from shared.money import written

HEADER = ["created_at", "type", "amount", "balance", "currency", "note", "transfer_id"]
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run begins with


@dataclass(frozen=True)
class Statement:
    """Of [since, until)."""

    wallet_id: UUID
    currency: str
    since: datetime
    until: datetime
    opening: Decimal
    closing: Decimal
    lines: Sequence[Line]


@dataclass(frozen=True)
class _Frame:
    opening: Decimal
    closing: Decimal
    last_seq: int  # what is numbered higher was not there yet when the balances were read


def statement(db: Db, *, wallet_id: UUID, since: datetime | date, until: datetime | date) -> Statement:
    currency = queries.wallet(db, wallet_id=wallet_id).currency
    begins, ends = _period(db, since, until)
    frame = _frame(db, wallet_id, begins, ends)
    lines = _running(frame.opening, _lines(db, wallet_id, currency, begins, ends, frame.last_seq))
    if (lines[-1].balance if lines else frame.opening) != frame.closing:
        raise RuntimeError(f"the statement of wallet {wallet_id} does not add up")
    return Statement(wallet_id, currency, begins, ends, frame.opening, frame.closing, lines)


def _period(db: Db, since: datetime | date, until: datetime | date) -> tuple[datetime, datetime]:
    """Days are those of the wallet's owner; a time stands for itself."""
    days = [day for day in (since, until) if not isinstance(day, datetime)]
    moments = iter(queries.beginnings(db, *days) if days else [])
    begins, ends = (at if isinstance(at, datetime) else next(moments) for at in (since, until))
    if begins >= ends:
        raise Invalid.of("to", "The period ends before it has begun.")
    return begins, ends


def _frame(db: Db, wallet_id: UUID, begins: datetime, ends: datetime) -> _Frame:
    """Forward from the first movement, and back from what is there now: they meet where nothing is missing.
    One statement, so that what commits meanwhile is in all of it or in none."""
    earlier = func.sum(Movement.amount).filter(Movement.created_at < begins)
    later = func.sum(Movement.amount).filter(Movement.created_at >= ends)
    found = (
        select(
            func.coalesce(earlier, 0),
            Wallet.balance - func.coalesce(later, 0),
            func.coalesce(func.max(Movement.account_seq), 0),
        )
        .outerjoin(Movement, Movement.wallet_id == Wallet.id)
        .where(Wallet.id == wallet_id)
        .group_by(Wallet.id)
    )
    return _Frame(*db.execute(found).one())


def _lines(
    db: Db, wallet_id: UUID, currency: str, begins: datetime, ends: datetime, last_seq: int
) -> list[Line]:
    moved = (
        select(Movement)
        .where(Movement.wallet_id == wallet_id, Movement.account_seq <= last_seq)
        .where(Movement.created_at >= begins, Movement.created_at < ends)
        .order_by(Movement.account_seq)
    )
    return [queries.line(row, currency) for row in db.scalars(moved)]


def _running(opening: Decimal, lines: list[Line]) -> list[Line]:
    """In the order of the chain, by the balances of this period: one that waited for another over midnight
    has that one in its own balance, and is counted here by its time."""
    balances = accumulate((line.amount for line in lines), initial=opening)
    return [replace(line, balance=after) for line, after in zip(lines, list(balances)[1:], strict=True)]


def as_csv(told: Statement) -> str:
    """RFC 4180. The balances stand in the first and the last row."""
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADER)
    rows.writerow(_balance(told, "opening_balance", told.since, told.opening))
    rows.writerows(_row(line) for line in told.lines)
    rows.writerow(_balance(told, "closing_balance", told.until, told.closing))
    return text.getvalue()


def file_name(told: Statement) -> str:
    return f"statement-{told.currency}-{told.since:%Y-%m-%d}-{told.until:%Y-%m-%d}.csv"


def _balance(told: Statement, name: str, at: datetime, balance: Decimal) -> list[str]:
    return [at.isoformat(), name, "", written(balance, told.currency), told.currency, "", ""]


def _row(line: Line) -> list[str]:
    amount, balance = written(line.amount, line.currency), written(line.balance, line.currency)
    note, moved = _harmless(line.note or ""), str(line.transfer_id)
    return [line.created_at.isoformat(), line.type, amount, balance, line.currency, note, moved]


def _harmless(note: str) -> str:
    """A text that a person wrote, opened by another's spreadsheet, is no formula."""
    return f"'{note}" if note.startswith(FORMULA) else note
