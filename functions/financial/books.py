"""The books as an accountant reads them: the trial balance, and every transfer for another program."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Row, case, func, select, text
from sqlalchemy.orm import Session

from functions.financial import export
from functions.financial.tables import Account

PAGE = 1_000  # rows held at a time
PATIENCE = text("set local statement_timeout = '10min'")  # a large book is sorted whole

# One statement, so that balances and transfers are of the same moment: first the accounts, then every entry.
BOOK = text("""
    select 0 as part, a.code, a.kind, a.currency, a.normal_side as side, a.balance as amount,
        null::uuid as transfer_id, null as description, null::timestamptz as posted_at, 0::bigint as number
    from financial.ledger_accounts a where a.entries > 0
    union all
    select 1, a.code, t.kind, a.currency, e.direction, e.amount, t.id, t.description, t.posted_at, e.id
    from financial.ledger_entries e
        join financial.ledger_transfers t on t.id = e.transfer_id
        join financial.ledger_accounts a on a.id = e.account_id
    order by part, posted_at, transfer_id, number, code
""")


@dataclass(frozen=True)
class Sum:
    """A kind of account in a currency, all its shards or wallets together."""

    currency: str
    kind: str
    debit: Decimal
    credit: Decimal


def trial_balance(db: Session) -> list[Sum]:
    """Debits and credits of a currency are equal. A sum below nothing stands on the other side."""
    debit = func.sum(case((Account.normal_side == "debit", Account.balance), else_=-Account.balance))
    sums = select(Account.currency, Account.kind, debit).where(Account.entries > 0)
    rows = db.execute(sums.group_by(Account.currency, Account.kind).order_by(Account.currency, Account.kind))
    return [Sum(currency, kind, max(net, Decimal(0)), max(-net, Decimal(0))) for currency, kind, net in rows]


def read(db: Session) -> tuple[list[export.Account], Iterator[export.Transfer]]:
    """The accounts that were used, and their transfers, which are read as they are asked for."""
    db.execute(PATIENCE)
    parts = groupby(db.execute(BOOK.execution_options(yield_per=PAGE)), key=lambda row: row.part)
    accounts = [_account(row) for _, rows in islice(parts, 1) for row in rows]
    return accounts, (
        _transfer(list(entries))
        for _, rows in parts
        for _, entries in groupby(rows, key=lambda row: row.transfer_id)
    )


def _account(row: Row[Any]) -> export.Account:
    return export.Account(row.code, row.kind, row.currency, row.side, row.amount)


def _transfer(rows: list[Row[Any]]) -> export.Transfer:
    entries = [export.Entry(row.code, row.side, row.amount) for row in rows]
    return export.Transfer(rows[0].transfer_id, rows[0].kind, rows[0].description, rows[0].posted_at, entries)
