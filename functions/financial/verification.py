"""The proof of the books. Each question is one statement: postings go on meanwhile. Each fault has a name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from functions.financial.chart import DEBIT, NEVER_NEGATIVE, SHARDED

MOST = 100  # faults that one question answers: whoever finds one looks at them all
PATIENCE = text("set local statement_timeout = '10min'")  # a large book is read whole


@dataclass(frozen=True)
class Fault:
    name: str  # stable, for programs
    sentence: str
    account: str | None  # its code, or its id where it has none
    transfer: UUID | None


# Of a fault's name: what is said of what was found and what is due.
SENTENCES = {
    "transfer_empty": "a transfer of kind {found} has no entries",
    "transfer_unbalanced": "debits less credits are {found} {due}",
    "entry_currency": "entry {found}, and its account is in {due}",
    "entry_stray": "entry {found} has no {due}",
    "chain_gap": "entry {found} follows entry {due}",
    "chain_broken": "the balance after it is {found}, and by the entry before it {due}",
    "account_balance": "balance and number of entries are {found}, and by the last entry {due}",
    "books_unbalanced": "debit balances less credit balances are {found} {due}",
    "house_negative": "all shards together have {found}",
    "shard_out_of_line": "{found}, and should be {due}",
    "wallet_balance": "the wallet has {found}, its account {due}",
    "wallet_held": "{found} is set aside, and by its holds {due}",
    "movement_missing": "its owner reads {found}, the book has {due}",
    "reversal_differs": "with what it reverses, {found} remains on the account",
}

# Each answers rows of: name, account, transfer, found, due.
TRANSFERS = """
    select 'transfer_empty', null, t.id, t.kind, null
    from financial.ledger_transfers t
    where not exists (select from financial.ledger_entries e where e.transfer_id = t.id)
    union all
    select 'transfer_unbalanced', null, e.transfer_id,
        trim_scale(sum(case e.direction when 'debit' then e.amount else -e.amount end))::text, a.currency
    from financial.ledger_entries e join financial.ledger_accounts a on a.id = e.account_id
    group by e.transfer_id, a.currency
    having sum(case e.direction when 'debit' then e.amount else -e.amount end) <> 0
"""
STRAYS = """
    select 'entry_stray', coalesce(a.code, e.account_id::text), e.transfer_id, e.id::text,
        case when t.id is null then 'transfer' else 'account' end
    from financial.ledger_entries e
        left join financial.ledger_transfers t on t.id = e.transfer_id
        left join financial.ledger_accounts a on a.id = e.account_id
    where t.id is null or a.id is null
    union all
    select 'entry_currency', a.code, e.transfer_id, e.id || ' is in ' || e.currency, a.currency
    from financial.ledger_entries e join financial.ledger_accounts a on a.id = e.account_id
    where e.currency <> a.currency
"""
CHAINS = """
    select case when follows then 'chain_broken' else 'chain_gap' end, a.code, c.transfer_id,
        case when follows then trim_scale(c.balance_after) else c.account_seq end::text,
        case when follows then trim_scale(due) else c.previous end::text
    from (select e.*, lag(e.account_seq, 1, 0::bigint) over chain as previous,
              lag(e.balance_after, 1, 0::numeric) over chain as before
          from financial.ledger_entries e
          window chain as (partition by e.account_id order by e.account_seq)) c
        join financial.ledger_accounts a on a.id = c.account_id,
        lateral (select c.account_seq = c.previous + 1,
            c.before + case when c.direction = a.normal_side then c.amount else -c.amount end) l(follows, due)
    where not follows or c.balance_after <> due
"""
BALANCES = """
    select 'account_balance', a.code, e.transfer_id, trim_scale(a.balance) || ' and ' || a.entries,
        trim_scale(coalesce(e.balance_after, 0)) || ' and ' || coalesce(e.account_seq, 0)
    from financial.ledger_accounts a left join lateral (
        select * from financial.ledger_entries e where e.account_id = a.id order by e.account_seq desc limit 1
    ) e on true
    where (a.balance, a.entries) <> (coalesce(e.balance_after, 0), coalesce(e.account_seq, 0))
"""
BOOKS = """
    select 'books_unbalanced', null, null,
        trim_scale(sum(case a.normal_side when 'debit' then a.balance else -a.balance end))::text, a.currency
    from financial.ledger_accounts a group by a.currency
    having sum(case a.normal_side when 'debit' then a.balance else -a.balance end) <> 0
"""
HOUSE = """
    select 'house_negative', a.kind || ':' || a.currency, null, trim_scale(sum(a.balance))::text, null
    from financial.ledger_accounts a where a.kind = any (:never_negative)
    group by a.kind, a.currency having sum(a.balance) < 0
"""
# What each account is follows from its code, and its id as well.
ACCOUNTS = """
    select 'shard_out_of_line', a.code, null, concat_ws(' ', a.id, a.code, a.normal_side), concat_ws(' ',
        md5(due.code)::uuid, due.code, due.side)
    from financial.ledger_accounts a, lateral (select
        concat_ws(':', a.kind, a.currency, coalesce(a.owner_id::text, right(a.code, 2))) as code,
        case when a.kind = any (:debit) then 'debit' else 'credit' end as side) due
    where (a.id, a.code, a.normal_side) <> (md5(due.code)::uuid, due.code, due.side)
        or (a.kind = 'wallet') <> (a.owner_id is not null) or (a.kind = 'wallet') = a.allow_negative
"""
SHARDS_OF = """
    select 'shard_out_of_line', k.kind || ':' || c.currency, null, count(a.id) || ' shards', '16'
    from (select distinct currency from financial.ledger_accounts where kind <> 'wallet') c
        cross join unnest(cast(:sharded as text[])) k(kind)
        left join financial.ledger_accounts a on a.kind = k.kind and a.currency = c.currency
            and right(a.code, 2) ~ '^(0[0-9]|1[0-5])$'
    group by k.kind, c.currency having count(a.id) <> 16
"""
WALLETS = """
    select 'wallet_balance', coalesce(a.code, w.id::text), null,
        concat_ws(' ', trim_scale(w.balance), w.currency, w.user_id),
        concat_ws(' ', trim_scale(a.balance), a.currency, a.owner_id)
    from financial.wallets w full join (select * from financial.ledger_accounts where kind = 'wallet') a
        on a.id = w.ledger_account_id
    where (w.balance, w.currency, w.user_id) is distinct from (a.balance, a.currency, a.owner_id)
"""
HELD = """
    select 'wallet_held', a.code, null, trim_scale(w.held)::text, trim_scale(coalesce(h.amount, 0))::text
    from financial.wallets w left join financial.ledger_accounts a on a.id = w.id
        left join (select wallet_id, sum(amount) as amount from financial.holds where status = 'held'
                   group by wallet_id) h on h.wallet_id = w.id
    where w.held <> coalesce(h.amount, 0)
"""
MOVEMENTS = """
    select 'movement_missing', coalesce(e.code, m.wallet_id::text), coalesce(e.transfer_id, m.transfer_id),
        coalesce(trim_scale(m.amount) || ' to ' || trim_scale(m.balance_after), 'nothing'),
        coalesce(trim_scale(e.amount) || ' to ' || trim_scale(e.balance_after), 'nothing')
    from (select e.account_id, e.account_seq, e.transfer_id, a.owner_id, a.code, e.balance_after,
              case e.direction when 'credit' then e.amount else -e.amount end as amount
          from financial.ledger_entries e join financial.ledger_accounts a on a.id = e.account_id
          where a.kind = 'wallet') e
        full join financial.wallet_transactions m
            on m.wallet_id = e.account_id and m.account_seq = e.account_seq
    where (m.transfer_id, m.user_id, m.amount, m.balance_after)
        is distinct from (e.transfer_id, e.owner_id, e.amount, e.balance_after)
    union all
    select 'movement_missing', m.wallet_id::text, null,
        count(*) || ' times entry ' || m.account_seq, 'it once'
    from financial.wallet_transactions m group by m.wallet_id, m.account_seq having count(*) > 1
"""
REVERSALS = """
    select 'reversal_differs', coalesce(a.code, e.account_id::text), t.id,
        trim_scale(sum(case e.direction when 'debit' then e.amount else -e.amount end))::text, null
    from financial.ledger_transfers t
        join financial.ledger_entries e on e.transfer_id in (t.id, t.reverses_id)
        left join financial.ledger_accounts a on a.id = e.account_id
    where t.reverses_id is not null
    group by t.id, a.code, e.account_id
    having sum(case e.direction when 'debit' then e.amount else -e.amount end) <> 0
"""
QUESTIONS = (
    *(TRANSFERS, STRAYS, CHAINS, BALANCES, BOOKS, HOUSE, ACCOUNTS, SHARDS_OF, WALLETS, HELD, MOVEMENTS),
    REVERSALS,
)

GIVEN = {"debit": DEBIT, "sharded": SHARDED, "never_negative": NEVER_NEGATIVE}


def verify(db: Session, *, watch: Callable[[Iterable[str]], Iterable[str]] = iter) -> list[Fault]:
    """Read the whole book, as app_system."""
    db.execute(PATIENCE)
    faults: list[Fault] = []
    for question in watch(QUESTIONS):
        faults += [_fault(*row) for row in db.execute(text(f"{question} limit {MOST}"), GIVEN)]
    return faults


def _fault(name: str, account: str | None, transfer: UUID | None, found: str, due: str | None) -> Fault:
    return Fault(name, SENTENCES[name].format(found=found, due=due), account, transfer)
