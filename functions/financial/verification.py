"""The proof of the books. Each question is one statement, so that postings may go on; each fault has a name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from functions.financial.chart import DEBIT, NEVER_NEGATIVE, SHARDED
from functions.financial.ledger import SHARDS

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
        sum(case e.direction when 'debit' then e.amount else -e.amount end)::text, a.currency
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
"""
CHAINS = """
    select case when e.account_seq = e.previous + 1 then 'chain_broken' else 'chain_gap' end, a.code, e.transfer_id,
        case when e.account_seq = e.previous + 1 then e.balance_after else e.account_seq end::text,
        case when e.account_seq = e.previous + 1 then e.due else e.previous end::text
    from financial.ledger_accounts a, lateral (
        select c.*, lag(c.account_seq, 1, 0::bigint) over so_far as previous,
            lag(c.balance_after, 1, 0::numeric) over so_far
                + case when c.direction = a.normal_side then c.amount else -c.amount end as due
        from financial.ledger_entries c where c.account_id = a.id
        window so_far as (order by c.account_seq)
    ) e
    where e.account_seq <> e.previous + 1 or e.balance_after <> e.due
"""
BALANCES = """
    select 'account_balance', a.code, e.transfer_id, a.balance || ' and ' || a.entries,
        coalesce(e.balance_after, 0) || ' and ' || coalesce(e.account_seq, 0)
    from financial.ledger_accounts a left join lateral (
        select * from financial.ledger_entries e where e.account_id = a.id order by e.account_seq desc limit 1
    ) e on true
    where (a.balance, a.entries) <> (coalesce(e.balance_after, 0), coalesce(e.account_seq, 0))
"""
BOOKS = """
    select 'books_unbalanced', null, null,
        sum(case a.normal_side when 'debit' then a.balance else -a.balance end)::text, a.currency
    from financial.ledger_accounts a group by a.currency
    having sum(case a.normal_side when 'debit' then a.balance else -a.balance end) <> 0
"""
HOUSE = """
    select 'house_negative', a.kind || ':' || a.currency, null, sum(a.balance)::text, null
    from financial.ledger_accounts a where a.kind = any (:never_negative)
    group by a.kind, a.currency having sum(a.balance) < 0
"""
# What each account is follows from its code, and its id as well.
ACCOUNTS = """
    select 'shard_out_of_line', a.code, null, concat_ws(' ', a.id, a.code, a.normal_side), concat_ws(' ',
        md5(due.code)::uuid, due.code, due.side)
    from financial.ledger_accounts a, lateral (select
        concat_ws(':', a.kind, a.currency, coalesce(a.owner_id::text, substring(a.code from '[^:]*$'))) as code,
        case when a.kind = any (:debit) then 'debit' else 'credit' end as side) due
    where (a.id, a.code, a.normal_side) <> (md5(due.code)::uuid, due.code, due.side)
        or (a.kind = 'wallet') <> (a.owner_id is not null) or (a.kind = 'wallet') = a.allow_negative
"""
SHARDS_OF = """
    select 'shard_out_of_line', k.kind || ':' || c.currency, null, count(a.id) || ' shards', ':shards'
    from (select distinct currency from financial.ledger_accounts where kind <> 'wallet') c
        cross join unnest(:sharded) k(kind)
        left join financial.ledger_accounts a on a.kind = k.kind and a.currency = c.currency
            and substring(a.code from '[^:]*$') ~ '^(0[0-9]|1[0-5])$'
    group by k.kind, c.currency having count(a.id) <> :shards
"""
WALLETS = """
    select 'wallet_balance', coalesce(a.code, w.id::text), null,
        concat_ws(' ', w.balance, w.currency, 'of', w.user_id), concat_ws(' ', a.balance, a.currency, 'of', a.owner_id)
    from financial.wallets w
        full join (select * from financial.ledger_accounts where kind = 'wallet') a on a.id = w.ledger_account_id
    where (w.balance, w.currency, w.user_id) is distinct from (a.balance, a.currency, a.owner_id)
"""
HELD = """
    select 'wallet_held', a.code, null, w.held::text, coalesce(h.amount, 0)::text
    from financial.wallets w left join financial.ledger_accounts a on a.id = w.id
        left join (select wallet_id, sum(amount) as amount from financial.holds where status = 'held'
                   group by wallet_id) h on h.wallet_id = w.id
    where w.held <> coalesce(h.amount, 0)
"""
MOVEMENTS = """
    select 'movement_missing', coalesce(e.code, m.wallet_id::text), coalesce(e.transfer_id, m.transfer_id),
        coalesce(m.amount || ' and then ' || m.balance_after, 'nothing'),
        coalesce(e.amount || ' and then ' || e.balance_after, 'nothing')
    from (select e.account_id, e.account_seq, e.transfer_id, a.owner_id, a.code, e.balance_after,
              case e.direction when 'credit' then e.amount else -e.amount end as amount
          from financial.ledger_entries e join financial.ledger_accounts a on a.id = e.account_id
          where a.kind = 'wallet') e
        full join financial.wallet_transactions m on m.wallet_id = e.account_id and m.account_seq = e.account_seq
    where (m.transfer_id, m.user_id, m.amount, m.balance_after)
        is distinct from (e.transfer_id, e.owner_id, e.amount, e.balance_after)
    union all
    select 'movement_missing', m.wallet_id::text, null, count(*) || ' times entry ' || m.account_seq, 'it once'
    from financial.wallet_transactions m group by m.wallet_id, m.account_seq having count(*) > 1
"""
REVERSALS = """
    select 'reversal_differs', coalesce(a.code, e.account_id::text), t.id,
        sum(case e.direction when 'debit' then e.amount else -e.amount end)::text, null
    from financial.ledger_transfers t join financial.ledger_entries e on e.transfer_id in (t.id, t.reverses_id)
        left join financial.ledger_accounts a on a.id = e.account_id
    where t.reverses_id is not null
    group by t.id, a.code, e.account_id
    having sum(case e.direction when 'debit' then e.amount else -e.amount end) <> 0
"""
QUESTIONS = (
    *(TRANSFERS, STRAYS, CHAINS, BALANCES, BOOKS, HOUSE, ACCOUNTS, SHARDS_OF, WALLETS, HELD, MOVEMENTS),
    REVERSALS,
)
