"""The book: accounts, transfers, entries, and the one function that writes it."""

from alembic import op

from infra.migrations.rights import definer, grant, internal, schema, trigger_function

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
# A version 7 UUID, so that an index over many stays narrow where it grows.
NEW_ID = """
    select encode(set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid())
            placing substring(int8send((extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6),
        52, 1), 53, 1), 'hex')::uuid
"""
# What transfers write, in the order that keeps two callers from waiting for each other: keys, then accounts,
# both sorted. A key that was used before is done already; used for something else, it is refused.
POST_ALL = """
    declare
        fresh uuid[];
        found bigint;
    begin
        if exists (
            select from unnest(ids) i(id) full join (select distinct unnest(leg_transfers)) l(id) using (id)
            where i.id is null or l.id is null
        )
            or cardinality(ids) <> (select count(distinct id) from unnest(ids) i(id))
            or exists (select from unnest(leg_amounts) l(amount) where l.amount <> round(l.amount, 8)) then
            raise exception 'a transfer has an id and legs, a leg its transfer, and eight decimals'
                using errcode = 'LG002';
        end if;
        with written as (
            insert into financial.ledger_transfers (id, kind, idempotency_key, reference_type, reference_id,
                                                    description, posted_at, reverses_id, request_sha256)
            select id, kind, key, reference_type, reference_id, description, at, reverses_id,
                decode(fingerprint, 'hex')
            from unnest(ids, kinds, keys, reference_types, reference_ids, descriptions, reverses,
                        fingerprints) with ordinality
                t(id, kind, key, reference_type, reference_id, description, reverses_id, fingerprint, place)
            order by key, place
            on conflict (idempotency_key) do nothing
            returning id
        )
        select array_agg(id) into fresh from written;
        if cardinality(fresh) is distinct from cardinality(ids) and exists (
            select from unnest(keys, fingerprints) g(key, fingerprint)
                join financial.ledger_transfers t on t.idempotency_key = g.key
            where t.request_sha256 <> decode(g.fingerprint, 'hex')
        ) then
            raise exception 'this key has been used for another transfer' using errcode = 'LG004';
        end if;

        perform from financial.ledger_accounts a where a.id = any (leg_accounts)
            order by a.id for no key update;
        get diagnostics found = row_count;
        if found <> (select count(distinct id) from unnest(leg_accounts) l(id)) then
            raise exception 'a leg names an account that is not there' using errcode = 'LG003';
        end if;

        with running as (
            select l.transfer_id, l.account_id, l.amount, l.place,
                a.balance + sum(case a.normal_side when 'debit' then l.amount else -l.amount end) over so_far
                    as balance_after,
                a.entries + row_number() over so_far as account_seq
            from unnest(leg_transfers, leg_accounts, leg_amounts) with ordinality
                    l(transfer_id, account_id, amount, place)
                join unnest(fresh) f(id) on f.id = l.transfer_id
                join financial.ledger_accounts a on a.id = l.account_id
            window so_far as (partition by l.account_id order by l.place)
        ), entered as (
            insert into financial.ledger_entries (transfer_id, account_id, direction, amount, balance_after,
                                                  posted_at, account_seq)
            select transfer_id, account_id, case when amount < 0 then 'credit' else 'debit' end, abs(amount),
                balance_after, at, account_seq
            from running order by place
            returning transfer_id, account_id, direction, amount, balance_after, account_seq
        ), last as (
            select distinct on (account_id) account_id, balance_after, account_seq
            from entered order by account_id, account_seq desc
        ), balanced as (
            update financial.ledger_accounts a set balance = last.balance_after, entries = last.account_seq
            from last where a.id = last.account_id
        ), shown as (
            update financial.wallets w set balance = last.balance_after, updated_at = at
            from last where w.id = last.account_id
            returning w.id, w.user_id
        )
        insert into financial.wallet_transactions (
            id, user_id, wallet_id, transfer_id, type, amount, balance_after, status, reference_type,
            reference_id, description, created_at, account_seq)
        select financial.new_id(at), s.user_id, s.id, t.id, t.kind,
            case e.direction when 'credit' then e.amount else -e.amount end, e.balance_after, 'posted',
            t.reference_type, t.reference_id, t.description, at, e.account_seq
        from entered e join shown s on s.id = e.account_id
            join financial.ledger_transfers t on t.id = e.transfer_id
        order by e.account_id, e.account_seq;
        return coalesce(cardinality(fresh), 0);
    end
"""
# One transfer, as most are: what POST_ALL does, in small statements that are planned once a connection, in
# less than half of the time. Accounts are locked by their updates, in the order of their ids.
# `hold`: money of a wallet that was set aside for this transfer.
POST = """
    declare
        print constant bytea := sha256(convert_to(concat(kind, accounts, amounts), 'UTF8'));
        leg record;
        account record;
        owner uuid;
        sorted uuid[];
        deltas numeric[];
        balances numeric[];
        numbers bigint[];
    begin
        insert into financial.ledger_transfers as t (id, kind, idempotency_key, reference_type, reference_id,
                                                     description, posted_at, reverses_id, request_sha256)
        values (post.id, post.kind, key, post.reference_type, post.reference_id, post.description, at,
                reverses, print)
        on conflict (idempotency_key) do nothing;
        if not found then
            if exists (select from financial.ledger_transfers t
                       where t.idempotency_key = key and t.request_sha256 <> print) then
                raise exception 'this key has been used for another transfer' using errcode = 'LG004';
            end if;
            return false;
        end if;
        if hold is not null then
            perform financial.lock(accounts);
            perform financial.end_hold(hold, 'captured', at);
        end if;
        for leg in select l.id, l.amount from unnest(accounts, amounts) l(id, amount) order by l.id loop
            update financial.ledger_accounts a set entries = a.entries + 1, balance = a.balance
                    + case a.normal_side when 'debit' then leg.amount else -leg.amount end
                where a.id = leg.id returning a.balance, a.entries, a.kind into account;
            if not found or leg.amount <> round(leg.amount, 8) then
                raise exception 'a leg names an account that is there, and an amount of eight decimals'
                    using errcode = 'LG002';
            end if;
            sorted := sorted || leg.id;
            deltas := deltas || leg.amount;
            balances := balances || account.balance;
            numbers := numbers || account.entries;
            if account.kind = 'wallet' then
                update financial.wallets w set balance = account.balance, updated_at = at
                    where w.id = leg.id returning w.user_id into owner;
                insert into financial.wallet_transactions (id, user_id, wallet_id, transfer_id, type, amount,
                    balance_after, status, reference_type, reference_id, description, created_at, account_seq)
                values (financial.new_id(at), owner, leg.id, post.id, post.kind, -leg.amount, account.balance,
                    'posted', post.reference_type, post.reference_id, post.description, at, account.entries);
            end if;
        end loop;
        insert into financial.ledger_entries (transfer_id, account_id, direction, amount, balance_after,
                                              posted_at, account_seq)
        select post.id, e.account, case when e.amount < 0 then 'credit' else 'debit' end, abs(e.amount),
            e.balance, at, e.number
        from unnest(sorted, deltas, balances, numbers) e(account, amount, balance, number);
        if not found then
            raise exception 'a transfer has legs' using errcode = 'LG002';
        end if;
        return true;
    end
"""


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
