"""Books to measure on: a thousand wallets, and the same after ten million entries."""

from sqlalchemy import Connection, text

WALLETS = 1_000
ENTRIES = 10_000_000

SMALL = """
    insert into auth.users (id, email, username, status, created_at, updated_at)
        select u.id, u.id || '@example.com', u.id::text, 'active', now(), now()
        from (select gen_random_uuid() as id from generate_series(1, :wallets)) u;
    select count(financial.wallet_of(id, 'USD', now())) from auth.users;
    create table public.purses as
        select row_number() over (order by id) as n, id, financial.house_account('cash', 'USD', id) as cash
        from financial.wallets;
    alter table public.purses add primary key (n);
    select count(financial.post(financial.new_id(now()), 'deposit', 'first:' || n, null, null, null, null,
        null, array[cash, id], array[1000000, -1000000], now())) from public.purses;
"""
# What as many deposits of a dollar would have left, in the order of their numbers.
BIG = """
    set local session_replication_role = replica;
    set local work_mem = '512MB';
    set local maintenance_work_mem = '512MB';
    update pg_index set indisready = false where indrelid::regclass::text ~
        '^financial.(ledger_transfers|ledger_entries|wallet_transactions)$';
    create unlogged table public.made as
        select i, p.id as wallet, p.cash,
            ('019c0000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid as id,
            row_number() over (partition by p.id order by i) as nth,
            row_number() over (partition by p.cash order by i) as nth_of_cash
        from generate_series(1, cast(:transfers as int)) i join public.purses p on p.n = 1 + mod(i, :wallets);
    insert into financial.ledger_transfers (id, kind, idempotency_key, posted_at, request_sha256)
        select id, 'deposit', 'big:' || lpad(i::text, 9, '0'), now(), '\\x00' from public.made order by i;
    insert into financial.ledger_entries (transfer_id, account_id, currency, direction, amount, balance_after,
                                          posted_at, account_seq)
        select m.id, a.id, a.currency, leg.direction, 1, a.balance + leg.nth, now(), a.entries + leg.nth
        from public.made m, lateral (values (m.wallet, 'credit', m.nth), (m.cash, 'debit', m.nth_of_cash))
                leg(account, direction, nth)
            join financial.ledger_accounts a on a.id = leg.account;
    insert into financial.wallet_transactions (id, user_id, wallet_id, transfer_id, type, amount,
                                               balance_after, status, created_at, account_seq)
        select m.id, a.owner_id, a.id, m.id, 'deposit', 1,
            a.balance + m.nth, 'posted', now(), a.entries + m.nth
        from public.made m join financial.ledger_accounts a on a.id = m.wallet;
    update financial.ledger_accounts a set balance = a.balance + m.nth, entries = a.entries + m.nth
        from (select wallet, max(nth) as nth from public.made group by 1
              union all select cash, max(nth_of_cash) from public.made group by 1) m
        where a.id = m.wallet;
    update financial.wallets w set balance = a.balance from financial.ledger_accounts a where a.id = w.id;
    drop table public.made;
    reindex table financial.ledger_transfers;
    reindex table financial.ledger_entries;
    reindex table financial.wallet_transactions;
"""


def fill_small(owner: Connection) -> None:
    _run(owner, SMALL, wallets=WALLETS)


def fill_big(administrator: Connection) -> None:
    """Without triggers, and with indexes made at the end: what takes hours by postings takes two minutes."""
    with administrator.begin():
        _run(administrator, BIG, wallets=WALLETS, transfers=ENTRIES // 2)


def _run(connection: Connection, statements: str, **given: int) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            connection.execute(text(statement), given)
