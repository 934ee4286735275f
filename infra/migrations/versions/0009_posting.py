"""A posting checks less and joins nothing: lists are domains, and an entry knows its currency."""

from importlib import import_module

from alembic import op

from infra.migrations.rights import rewrite
from infra.migrations.sql import posting_0005, posting_0009

revision = "0009_posting"
down_revision = "0008_people"

ledger = import_module("infra.migrations.versions.0005_ledger")
wallets = import_module("infra.migrations.versions.0006_wallets")

# Every entry is written anew, and nobody posts meanwhile: a million take some twenty seconds.
PATIENCE = "set local statement_timeout = '10min'"
# All tables, before anything is written: whoever is in the middle of a posting ends it first.
LOCK = """
    lock table financial.ledger_transfers, financial.ledger_accounts, financial.wallets,
        financial.ledger_entries
"""
# A domain is asked where its column is written; a table's check in each statement that writes any of its
# columns, and is read from text each time: with these lists as checks, a posting took a sixth longer.
DOMAINS = (
    "create domain financial.side as text check (value in ('debit', 'credit'))",
    """
    create domain financial.account_kind as text check (value in ('wallet', 'cash', 'clearing',
        'payouts_pending', 'fee_revenue', 'fx', 'disputed', 'rounding', 'loss', 'promotion', 'trading_result',
        'product_pool', 'product_fee_payable', 'product_rounding'))
    """,
    "create domain financial.wallet_status as text check (value in ('active', 'frozen'))",
)
ACCOUNTS = """
    alter table financial.ledger_accounts
        drop constraint ledger_accounts_kind_check,
        drop constraint ledger_accounts_normal_side_check,
        alter kind type financial.account_kind,
        alter normal_side type financial.side
"""
TRANSFERS = (
    "alter table financial.ledger_transfers drop constraint ledger_transfers_reverses_id_key",
    """
    create unique index ledger_transfers_reverses_id_key on financial.ledger_transfers (reverses_id)
        where reverses_id is not null
    """,
)
# The functions that write here have the account in hand: its currency, repeated, makes the balance of a
# statement a sum without a join. What was written before gets it once, and the trigger that keeps the book
# stands aside for that one statement; an entry without an account would get none, and fails the revision.
# Nobody looks an entry up by its id: an account and a number find it, and one index is enough.
ENTRIES = (
    """
    alter table financial.ledger_entries
        drop constraint ledger_entries_pkey,
        drop constraint ledger_entries_account_id_account_seq_key,
        add currency text,
        disable trigger keep
    """,
    """
    update financial.ledger_entries e set currency = a.currency
        from financial.ledger_accounts a where a.id = e.account_id
    """,
    """
    alter table financial.ledger_entries
        enable trigger keep,
        drop constraint ledger_entries_direction_check,
        alter direction type financial.side,
        alter currency set not null,
        add primary key (account_id, account_seq)
    """,
)
WALLETS = """
    alter table financial.wallets
        drop constraint wallets_held_check,
        drop constraint wallets_status_check,
        drop ledger_account_id,
        add ledger_account_id uuid not null generated always as (id) stored
            references financial.ledger_accounts,
        add constraint wallets_held_check check (held >= 0),
        add constraint wallets_left_check check (held <= balance),
        alter status type financial.wallet_status
"""

BALANCE = """
    begin
        if exists (
            select from entered e group by e.transfer_id, e.currency
            having sum(case e.direction when 'debit' then e.amount else -e.amount end) <> 0
        ) then
            raise exception 'a transfer does not balance' using errcode = 'LG001';
        end if;
        return null;
    end
"""
WALLET_OF = """
    declare
        account constant text := 'wallet:' || wallet_of.currency || ':' || owner;
        wallet constant uuid := md5(account)::uuid;
    begin
        if exists (select from financial.wallets w where w.id = wallet) then
            return wallet;
        end if;
        if not exists (select from financial.ledger_accounts a
                       where a.id = financial.house_account('cash', wallet_of.currency, wallet)) then
            perform financial.open_books(wallet_of.currency, at);
        end if;
        insert into financial.ledger_accounts (id, code, kind, currency, normal_side, allow_negative,
                                               owner_id, created_at)
        values (wallet, account, 'wallet', wallet_of.currency, 'credit', false, owner, at)
            on conflict do nothing;
        insert into financial.wallets (id, user_id, currency, created_at, updated_at)
        values (wallet, owner, wallet_of.currency, at, at) on conflict do nothing;
        insert into financial.wallet_limits (user_id, single_tx_limit, daily_limit, monthly_limit, updated_at)
        values (owner, 2000, 5000, 20000, at) on conflict do nothing;
        return wallet;
    end
"""
BODIES = {  # a function's, from now on and before
    "refuse_unbalanced": (BALANCE, ledger.BALANCE),
    "wallet_of": (WALLET_OF, wallets.WALLET_OF),
    "post_all": (posting_0009.POST_ALL, posting_0005.POST_ALL),
    "post": (posting_0009.POST, posting_0005.POST),
}

BACK = (
    """
    alter table financial.wallets
        drop constraint wallets_held_check,
        drop constraint wallets_left_check,
        alter ledger_account_id drop expression,
        alter status type text,
        add constraint wallets_ledger_account_id_check check (ledger_account_id = id),
        add constraint wallets_held_check check (held >= 0 and held <= balance),
        add constraint wallets_status_check check (status in ('active', 'frozen'))
    """,
    """
    alter table financial.ledger_entries
        drop constraint ledger_entries_pkey,
        drop currency,
        alter direction type text,
        add constraint ledger_entries_direction_check check (direction in ('debit', 'credit')),
        add primary key (id),
        add unique (account_id, account_seq)
    """,
    "drop index financial.ledger_transfers_reverses_id_key",
    "alter table financial.ledger_transfers add unique (reverses_id)",
    """
    alter table financial.ledger_accounts
        alter kind type text,
        alter normal_side type text,
        add constraint ledger_accounts_normal_side_check check (normal_side in ('debit', 'credit')),
        add constraint ledger_accounts_kind_check check (kind in ('wallet', 'cash', 'clearing',
            'payouts_pending', 'fee_revenue', 'fx', 'disputed', 'rounding', 'loss', 'promotion',
            'trading_result', 'product_pool', 'product_fee_payable', 'product_rounding'))
    """,
    "drop domain financial.side, financial.account_kind, financial.wallet_status",
)


def upgrade() -> None:
    for statement in (PATIENCE, LOCK, *DOMAINS, ACCOUNTS, *TRANSFERS, *ENTRIES, WALLETS):
        op.execute(statement)
    for function, (body, _) in BODIES.items():
        rewrite(f"financial.{function}", body=body)


def downgrade() -> None:
    for statement in (PATIENCE, LOCK, *BACK):
        op.execute(statement)
    for function, (_, body) in BODIES.items():
        rewrite(f"financial.{function}", body=body)
