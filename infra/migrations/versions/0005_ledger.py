"""The book: accounts, transfers, entries, and the one function that writes it."""

from alembic import op

from infra.migrations.rights import definer, grant, internal, schema, trigger_function
from infra.migrations.sql.posting_0005 import NEW_ID, POST, POST_ALL

revision = "0005_ledger"
down_revision = "0004_idempotency"

READ = "select"  # what app_system may do with the book itself: it moves money by `post` alone

# As shared/currencies.py has them.
CURRENCIES = """
    create table financial.currencies (
        code text primary key,
        decimals smallint not null
    )
"""
DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY"
    " COP CRC CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS"
    " INR JMD KES KGS KHR KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN"
    " NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD"
    " SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD YER ZAR ZMW",
    3: "BHD JOD KWD OMR TND",
    6: "USDC USDT",
    8: "BTC ETH",
}

ACCOUNTS = """
    create table financial.ledger_accounts (
        id uuid primary key,
        code text not null unique,
        kind text not null check (kind in ('wallet', 'cash', 'clearing', 'payouts_pending', 'fee_revenue',
            'fx', 'disputed', 'rounding', 'loss', 'promotion', 'trading_result', 'product_pool',
            'product_fee_payable', 'product_rounding')),
        currency text not null references financial.currencies,
        normal_side text not null check (normal_side in ('debit', 'credit')),
        balance numeric(28, 8) not null default 0,
        entries bigint not null default 0,
        allow_negative boolean not null,
        owner_id uuid,
        created_at timestamptz not null,
        constraint ledger_accounts_balance_check check (allow_negative or balance >= 0)
    ) with (fillfactor = 50)
"""
TRANSFERS = """
    create table financial.ledger_transfers (
        id uuid primary key,
        kind text not null,
        idempotency_key text not null unique,
        reference_type text,
        reference_id text,
        description text,
        posted_at timestamptz not null,
        reverses_id uuid unique references financial.ledger_transfers,
        request_sha256 bytea not null
    )
"""
# Only the functions below write here, and they have both in hand: two foreign keys would double the time.
ENTRIES = """
    create table financial.ledger_entries (
        id bigint generated always as identity primary key,
        transfer_id uuid not null,
        account_id uuid not null,
        direction text not null check (direction in ('debit', 'credit')),
        amount numeric(20, 8) not null check (amount > 0),
        balance_after numeric(28, 8) not null,
        posted_at timestamptz not null,
        account_seq bigint not null,
        unique (account_id, account_seq)
    )
"""

KEEP = """
    begin
        raise exception '%.% is append-only: a wrong transfer is reversed by another',
            tg_table_schema, tg_table_name using errcode = 'restrict_violation';
    end
"""
BALANCE = """
    begin
        if exists (
            select from entered e join financial.ledger_accounts a on a.id = e.account_id
            group by e.transfer_id, a.currency
            having sum(case e.direction when 'debit' then e.amount else -e.amount end) <> 0
        ) then
            raise exception 'a transfer does not balance' using errcode = 'LG001';
        end if;
        return null;
    end
"""
# Sixteen shards an account of the house: one hot row takes 265 postings a second where a commit takes 3 ms.
HOUSE_ACCOUNT = """
    select md5(kind || ':' || currency || ':'
        || lpad((get_byte(uuid_send(beside), 15) & 15)::text, 2, '0'))::uuid
"""
OPEN_BOOKS = """
    insert into financial.ledger_accounts (id, code, kind, currency, normal_side, allow_negative, created_at)
    select md5(named.code)::uuid, named.code, k.kind, open_books.currency, k.normal_side, true, open_books.at
    from (values ('cash', 'debit'), ('clearing', 'credit'), ('payouts_pending', 'credit'),
                 ('fee_revenue', 'credit'), ('fx', 'credit'), ('disputed', 'debit'), ('rounding', 'credit'),
                 ('loss', 'debit'), ('promotion', 'debit'), ('trading_result', 'credit')
         ) k(kind, normal_side),
         generate_series(0, 15) shard,
         lateral (select k.kind || ':' || open_books.currency || ':' || lpad(shard::text, 2, '0')) named(code)
    order by 1
    on conflict do nothing
"""
# An account's id is the hash of its code, so that nobody has to look it up.


def upgrade() -> None:
    schema("financial")
    _book()
    _append_only()
    _writing()


def _book() -> None:
    for table in (CURRENCIES, ACCOUNTS, TRANSFERS, ENTRIES):
        op.execute(table)
    for decimals, codes in DECIMALS.items():
        rows = ", ".join(f"('{code}', {decimals})" for code in codes.split())
        op.execute(f"insert into financial.currencies (code, decimals) values {rows}")  # noqa: S608 (constants)
    op.create_index("ledger_entries_transfer_id_idx", "ledger_entries", ["transfer_id"], schema="financial")
    grant("financial.currencies", select="*", system=READ)
    for table in ("ledger_accounts", "ledger_transfers", "ledger_entries"):
        grant(f"financial.{table}", system=READ)


def _append_only() -> None:
    trigger_function("financial.keep()", body=KEEP)
    trigger_function("financial.refuse_unbalanced()", body=BALANCE)
    for table in ("ledger_transfers", "ledger_entries"):
        op.execute(
            f"create trigger keep before update or delete or truncate on financial.{table}"
            " for each statement execute function financial.keep()"
        )
    op.execute(
        "create trigger balance after insert on financial.ledger_entries referencing new table as entered"
        " for each statement execute function financial.refuse_unbalanced()"
    )


def _writing() -> None:
    internal("financial.new_id(at timestamptz)", returns="uuid", language="sql volatile", body=NEW_ID)
    internal(
        "financial.house_account(kind text, currency text, beside uuid)",
        returns="uuid",
        language="sql immutable",
        body=HOUSE_ACCOUNT,
    )
    internal(
        "financial.open_books(currency text, at timestamptz)",
        returns="void",
        language="sql",
        body=OPEN_BOOKS,
    )
    definer(
        "financial.post_all(ids uuid[], kinds text[], keys text[], reference_types text[],"
        " reference_ids text[], descriptions text[], reverses uuid[], fingerprints text[],"
        " leg_transfers uuid[], leg_accounts uuid[], leg_amounts numeric[], at timestamptz)",
        returns="integer",
        language="plpgsql",
        body=POST_ALL,
        executable_by="app_system",
    )
    # A hundred thousand transfers are sorted in memory: a twelfth of the time.
    op.execute("alter function financial.post_all set work_mem = '64MB'")
    definer(
        "financial.post(id uuid, kind text, key text, reference_type text, reference_id text,"
        " description text, reverses uuid, hold uuid, accounts uuid[], amounts numeric[], at timestamptz)",
        returns="boolean",
        language="plpgsql",
        body=POST,
        executable_by="app_system",
    )


def downgrade() -> None:
    for name in ("post", "post_all", "open_books", "house_account", "new_id"):
        op.execute(f"drop function financial.{name}")
    for table in ("ledger_entries", "ledger_transfers", "ledger_accounts", "currencies"):
        op.drop_table(table, schema="financial")
    op.execute("drop function financial.refuse_unbalanced, financial.keep")
    op.execute("drop schema financial")
