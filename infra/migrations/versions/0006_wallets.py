"""What people have: wallets, money set aside, limits, exchange; and all that app_user may do with them."""

from alembic import op

from infra.migrations.rights import definer, grant, internal, own
from infra.migrations.sql import moving_0006 as moving

revision = "0006_wallets"
down_revision = "0005_ledger"

READ = "select"

WALLETS = """
    create table financial.wallets (
        id uuid primary key,
        user_id uuid not null references auth.users on delete restrict,
        currency text not null references financial.currencies,
        balance numeric(28, 8) not null default 0 check (balance >= 0),
        held numeric(28, 8) not null default 0,
        ledger_account_id uuid not null references financial.ledger_accounts,
        status text not null default 'active' check (status in ('active', 'frozen')),
        created_at timestamptz not null,
        updated_at timestamptz not null,
        constraint wallets_held_check check (held >= 0 and held <= balance),
        constraint wallets_ledger_account_id_check check (ledger_account_id = id),
        unique (user_id, currency)
    ) with (fillfactor = 50)
"""
MOVEMENTS = """
    create table financial.wallet_transactions (
        id uuid primary key,
        user_id uuid not null,
        wallet_id uuid not null,
        transfer_id uuid not null,
        type text not null,
        amount numeric(20, 8) not null,
        balance_after numeric(28, 8) not null,
        status text not null,
        reference_type text,
        reference_id text,
        description text,
        created_at timestamptz not null,
        account_seq bigint not null
    )
"""
HOLDS = """
    create table financial.holds (
        id uuid primary key,
        user_id uuid not null,
        wallet_id uuid not null references financial.wallets,
        amount numeric(20, 8) not null check (amount > 0),
        reason text not null check (reason in ('own', 'payout', 'dispute', 'order')),
        reference_type text,
        reference_id text,
        note text,
        status text not null check (status in ('held', 'released', 'captured')),
        expires_at timestamptz,
        created_at timestamptz not null,
        ended_at timestamptz
    )
"""
LIMITS = """
    create table financial.wallet_limits (
        user_id uuid primary key references auth.users on delete restrict,
        single_tx_limit numeric(20, 8) not null,
        daily_limit numeric(20, 8) not null,
        monthly_limit numeric(20, 8) not null,
        time_zone text not null default 'UTC',
        next_time_zone text,
        next_from timestamptz,
        updated_at timestamptz not null
    )
"""
RATES = """
    create table financial.currency_exchange_rates (
        from_currency text not null,
        to_currency text not null,
        rate numeric(28, 12) not null check (rate > 0),
        source text not null,
        as_of timestamptz not null,
        updated_at timestamptz not null,
        primary key (from_currency, to_currency, as_of)
    )
"""
QUOTES = """
    create table financial.quotes (
        id uuid primary key,
        user_id uuid not null,
        wallet_id uuid not null references financial.wallets,
        from_currency text not null,
        to_currency text not null,
        amount_from numeric(20, 8) not null,
        amount_to numeric(20, 8) not null,
        fee numeric(20, 8) not null,
        rate numeric(28, 12) not null,
        rate_as_of timestamptz not null,
        expires_at timestamptz not null,
        exchanged_at timestamptz,
        created_at timestamptz not null
    )
"""

ME = "select nullif(current_setting('app.user_id', true), '')::uuid"
HALF_EVEN = """
    select case when abs(amount * ('1e' || places)::numeric % 1) = 0.5
        then round(amount * ('1e' || places)::numeric / 2) * 2 / ('1e' || places)::numeric
        else round(amount, places) end
"""
# What a caller may name: NaN is greater than all there is, and not less than anything.
IS_AMOUNT = """
    select coalesce(amount > 0 and amount < 1e12
        and amount = round(amount, (select c.decimals from financial.currencies c
                                    where c.code = is_amount.currency)), false)
"""
# The newest price of a euro that is at most a week old, and when it was told.
EURO_IN = """
    select 1::numeric, euro_in.at where euro_in.currency = 'EUR'
    union all
    (select r.rate, r.as_of from financial.currency_exchange_rates r
     where r.from_currency = 'EUR' and r.to_currency = euro_in.currency
         and r.as_of <= euro_in.at and r.as_of > euro_in.at - interval '7 days'
     order by r.as_of desc limit 1)
"""
RATE = """
    select round(t.price / f.price, 12), least(f.as_of, t.as_of)
    from financial.euro_in(from_currency, at) f(price, as_of),
        financial.euro_in(to_currency, at) t(price, as_of)
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
        insert into financial.wallets (id, user_id, currency, ledger_account_id, created_at, updated_at)
        values (wallet, owner, wallet_of.currency, wallet, at, at) on conflict do nothing;
        insert into financial.wallet_limits (user_id, single_tx_limit, daily_limit, monthly_limit, updated_at)
        values (owner, 2000, 5000, 20000, at) on conflict do nothing;
        return wallet;
    end
"""
# What left or is about to leave, in dollars; what has lost its price counts as more than any limit.
SPENT = """
    select coalesce(sum(gone.amount * coalesce(
        (select r.rate from financial.rate(gone.currency, 'USD', at) r(rate, as_of)), 'Infinity')), 0)
    from (select o.currency, sum(o.amount) as amount
          from (select w.currency, -t.amount as amount
                from financial.wallet_transactions t join financial.wallets w on w.id = t.wallet_id
                where t.user_id = spender and t.created_at >= since and t.type = 'transfer' and t.amount < 0
                union all
                select p.currency, p.amount from financial.payouts p
                where p.user_id = spender and p.requested_at >= since
                    and p.status not in ('canceled', 'rejected', 'failed')) o
          group by o.currency) gone
"""
ZONE = """
    select case when l.next_from <= at then l.next_time_zone else l.time_zone end
    from financial.wallet_limits l where l.user_id = zone_of.user_id
"""
# Called under the lock on the user's limits, so that two withdrawals at once are counted one after the other.
BREACH = """
    declare
        l financial.wallet_limits;
        zone constant text := financial.zone_of(spender, at);
        value constant numeric := amount * (select r.rate
            from financial.rate(breach.currency, 'USD', at) r(rate, as_of));
    begin
        select * into l from financial.wallet_limits where user_id = spender;
        return case
            when value is null then 'no_rate'
            when value > l.single_tx_limit then 'over_single_limit'
            when l.daily_limit < value
                + financial.spent(spender, date_trunc('day', at at time zone zone) at time zone zone, at)
                then 'over_daily_limit'
            when l.monthly_limit < value
                + financial.spent(spender, date_trunc('month', at at time zone zone) at time zone zone, at)
                then 'over_monthly_limit'
        end;
    end
"""
LOCK = """
    begin
        perform from financial.ledger_accounts a where a.id = any (accounts) order by a.id for no key update;
    end
"""

INTERNAL = [
    ("me()", "uuid", "sql stable", ME),
    ("half_even(amount numeric, places integer)", "numeric", "sql immutable", HALF_EVEN),
    ("is_amount(amount numeric, currency text)", "boolean", "sql stable", IS_AMOUNT),
    (
        "euro_in(currency text, at timestamptz)",
        "table(price numeric, as_of timestamptz)",
        "sql stable",
        EURO_IN,
    ),
    (
        "rate(from_currency text, to_currency text, at timestamptz)",
        "table(rate numeric, as_of timestamptz)",
        "sql stable",
        RATE,
    ),
    ("wallet_of(owner uuid, currency text, at timestamptz)", "uuid", "plpgsql", WALLET_OF),
    ("zone_of(user_id uuid, at timestamptz)", "text", "sql stable", ZONE),
    ("lock(accounts uuid[])", "void", "plpgsql", LOCK),
]
PLPGSQL_INTERNAL = [
    ("spent(spender uuid, since timestamptz, at timestamptz)", "numeric", f"begin return ({SPENT}); end"),
    ("breach(spender uuid, currency text, amount numeric, at timestamptz)", "text", BREACH),
]
SYSTEM = [
    (
        "place_hold(hold_id uuid, wallet uuid, amount numeric, reason text, reference_type text,"
        " reference_id text, note text, expires_at timestamptz, at timestamptz)",
        "text",
        moving.PLACE_HOLD,
    ),
    ("end_hold(hold_id uuid, status text, at timestamptz)", "boolean", moving.END_HOLD),
]
USER = [
    ("open_wallet(currency text, at timestamptz)", "uuid", moving.OPEN_WALLET),
    (
        "transfer(transfer_id uuid, from_wallet uuid, to_user uuid, amount numeric, note text,"
        " at timestamptz)",
        "text",
        moving.TRANSFER,
    ),
    (
        "quote(quote_id uuid, from_wallet uuid, to_currency text, amount numeric, at timestamptz)",
        "text",
        moving.QUOTE,
    ),
    ("exchange(quote_id uuid, at timestamptz)", "text", moving.EXCHANGE),
    (
        "hold(hold_id uuid, wallet uuid, amount numeric, note text, expires_at timestamptz, at timestamptz)",
        "text",
        moving.HOLD,
    ),
    ("release(hold_id uuid, at timestamptz)", "boolean", moving.RELEASE),
    ("set_time_zone(zone text, at timestamptz)", "boolean", moving.SET_TIME_ZONE),
]


def upgrade() -> None:
    for table in (WALLETS, MOVEMENTS, HOLDS, LIMITS, RATES, QUOTES):
        op.execute(table)
    for name, table, columns in (
        (
            "wallet_transactions_user_id_created_at_id_idx",
            "wallet_transactions",
            ["user_id", "created_at", "id"],
        ),
        ("holds_user_id_created_at_id_idx", "holds", ["user_id", "created_at", "id"]),
    ):
        op.create_index(name, table, columns, schema="financial")
    op.execute("create index holds_lapsing_idx on financial.holds (expires_at) where status = 'held'")
    for table in ("wallets", "wallet_transactions", "holds", "wallet_limits", "quotes"):
        own(f"financial.{table}")
        grant(f"financial.{table}", select="*", system=READ)
    grant("financial.currency_exchange_rates", select="*")
    op.execute("grant update on financial.wallet_limits to app_system")
    op.execute("grant update (status, updated_at) on financial.wallets to app_system")
    for signature, returns, language, body in INTERNAL:
        internal(f"financial.{signature}", returns=returns, language=language, body=body)
    for signature, returns, body in PLPGSQL_INTERNAL:
        internal(f"financial.{signature}", returns=returns, language="plpgsql", body=body)
    for role, functions in (("app_system", SYSTEM), ("app_user", USER)):
        for signature, returns, body in functions:
            definer(
                f"financial.{signature}",
                returns=returns,
                language="plpgsql",
                body=body,
                executable_by=role,
            )


def downgrade() -> None:
    for signature, *_ in [*reversed(USER), *SYSTEM, *PLPGSQL_INTERNAL, *reversed(INTERNAL)]:
        op.execute(f"drop function financial.{signature.split('(')[0]}")
    for table in (
        "quotes",
        "currency_exchange_rates",
        "wallet_limits",
        "holds",
        "wallet_transactions",
        "wallets",
    ):
        op.drop_table(table, schema="financial")
