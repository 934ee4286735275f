"""Money in and out through the payment processor: what was asked of it, what it said, who looked at it."""

from alembic import op

from infra.migrations.rights import definer, grant, own

revision = "0007_payments"
down_revision = "0006_wallets"

CUSTOMERS = """
    create table financial.customers (
        id uuid primary key,
        user_id uuid not null unique references auth.users on delete restrict,
        stripe_customer_id text not null unique,
        created_at timestamptz not null
    )
"""
METHODS = """
    create table financial.payment_methods (
        id uuid primary key,
        user_id uuid not null references auth.users on delete restrict,
        type text not null,
        stripe_pm_id text not null unique,
        is_default boolean not null default false,
        last_four text,
        brand text,
        expires_on date,
        created_at timestamptz not null,
        detached_at timestamptz
    )
"""
PAYMENTS = """
    create table financial.payments (
        id uuid primary key,
        user_id uuid not null references auth.users on delete restrict,
        invoice_id uuid,
        amount numeric(20, 8) not null check (amount > 0),
        currency text not null references financial.currencies,
        method text not null check (method in ('card', 'checkout')),
        status text not null default 'pending'
            check (status in ('pending', 'requires_action', 'processing', 'succeeded', 'failed', 'canceled')),
        stripe_payment_intent_id text unique,
        stripe_session_id text unique,
        failure_code text,
        refunded numeric(20, 8) not null default 0,
        fetched bigint not null default 0,
        processed_at timestamptz,
        created_at timestamptz not null,
        constraint payments_refunded_check check (refunded >= 0 and refunded <= amount)
    )
"""
REFUNDS = """
    create table financial.refunds (
        id uuid primary key,
        user_id uuid not null references auth.users on delete restrict,
        payment_id uuid not null references financial.payments,
        amount numeric(20, 8) not null check (amount > 0),
        status text not null check (status in ('pending', 'succeeded', 'failed')),
        stripe_refund_id text unique,
        fetched bigint not null default 0,
        created_at timestamptz not null
    )
"""
DISPUTES = """
    create table financial.disputes (
        id uuid primary key,
        user_id uuid not null references auth.users on delete restrict,
        payment_id uuid not null references financial.payments,
        amount numeric(20, 8) not null check (amount > 0),
        status text not null check (status in ('open', 'won', 'lost')),
        hold_id uuid references financial.holds,
        stripe_dispute_id text not null unique,
        fetched bigint not null default 0,
        created_at timestamptz not null
    )
"""
PAYOUTS = """
    create table financial.payouts (
        id uuid primary key,
        user_id uuid not null references auth.users on delete restrict,
        wallet_id uuid not null references financial.wallets,
        amount numeric(20, 8) not null check (amount > 0),
        currency text not null references financial.currencies,
        destination_enc text not null,
        status text not null
            check (status in ('in_review', 'approved', 'rejected', 'canceled', 'sent', 'paid', 'failed')),
        hold_id uuid not null references financial.holds,
        stripe_payout_id text unique,
        reviewed_by uuid,
        failure_reason text,
        fetched bigint not null default 0,
        requested_at timestamptz not null,
        processed_at timestamptz
    )
"""
EVENTS = """
    create table financial.stripe_events (
        id text primary key,
        type text not null,
        payload text not null,
        received_at timestamptz not null,
        processed_at timestamptz,
        attempts integer not null default 0,
        error text
    )
"""
REVERSALS = """
    create table financial.reversals (
        id uuid primary key,
        transfer_id uuid not null references financial.ledger_transfers,
        reason text not null,
        status text not null check (status in ('asked', 'done', 'refused')),
        asked_by uuid not null,
        asked_at timestamptz not null,
        decided_by uuid constraint reversals_decided_by_check check (decided_by <> asked_by),
        decided_at timestamptz
    )
"""

# Over a thousand dollars, or where nobody knows how much that is, a person looks at it first.
REQUEST_PAYOUT = """
    declare
        w financial.wallets;
        value numeric;
        outcome text;
        hold_id constant uuid := financial.new_id(at);
    begin
        select * into w from financial.wallets o where o.id = wallet and o.user_id = financial.me();
        if w.id is null then
            return 'no_wallet';
        elsif not financial.is_amount(amount, w.currency) then
            return 'bad_amount';
        end if;
        perform from financial.wallet_limits l where l.user_id = w.user_id for no key update;
        perform financial.lock(array[w.id]);
        select * into w from financial.wallets o where o.id = wallet;
        if w.status <> 'active' then
            return 'frozen';
        elsif w.balance - w.held < amount then
            return 'insufficient_funds';
        end if;
        outcome := financial.breach(w.user_id, w.currency, amount, at);
        if outcome is not null then
            return outcome;
        end if;
        select amount * r.rate into value from financial.rate(w.currency, 'USD', at) r(rate, as_of);
        perform financial.place_hold(hold_id, w.id, amount, 'payout', 'payout', payout_id::text, null, null,
                                     at);
        insert into financial.payouts (id, user_id, wallet_id, amount, currency, destination_enc, status,
                                       hold_id, requested_at)
        values (payout_id, w.user_id, w.id, amount, w.currency, destination_enc,
                case when value <= 1000 then 'approved' else 'in_review' end, hold_id, at);
        return 'done';
    end
"""
CANCEL_PAYOUT = """
    declare
        p financial.payouts;
    begin
        update financial.payouts o set status = 'canceled', processed_at = at
            where o.id = payout_id and o.user_id = financial.me() and o.status in ('in_review', 'approved')
            returning * into p;
        return p.id is not null and financial.end_hold(p.hold_id, 'released', at);
    end
"""
# The money leaves the wallet before the processor is asked, and comes back if it refuses.
BEGIN_REFUND = """
    declare
        p financial.payments;
        w financial.wallets;
        clearing uuid;
    begin
        select * into p from financial.payments o
            where o.id = payment_id and o.user_id = financial.me() for no key update;
        if p.id is null then
            return 'no_payment';
        elsif not financial.is_amount(amount, p.currency) then
            return 'bad_amount';
        elsif p.status <> 'succeeded' or p.refunded + amount > p.amount
            or exists (select from financial.disputes d where d.payment_id = p.id) then
            return 'not_refundable';
        end if;
        select * into w from financial.wallets o
            where o.id = financial.wallet_of(p.user_id, p.currency, at);
        clearing := financial.house_account('clearing', p.currency, w.id);
        perform financial.lock(array[w.id, clearing]);
        select * into w from financial.wallets o where o.id = w.id;
        if w.status <> 'active' then
            return 'frozen';
        elsif w.balance - w.held < amount then
            return 'insufficient_funds';
        end if;
        update financial.payments o set refunded = o.refunded + begin_refund.amount where o.id = p.id;
        insert into financial.refunds (id, user_id, payment_id, amount, status, created_at)
            values (refund_id, p.user_id, p.id, amount, 'pending', at);
        perform financial.post(refund_id, 'refund', 'refund:' || refund_id, 'refund', refund_id::text, null,
                               null, null, array[w.id, clearing], array[amount, -amount], at);
        return 'done';
    end
"""
# What of a wallet may be spent, with it and the other accounts of a posting locked until the commit.
FREE = """
    begin
        perform financial.lock(others || wallet);
        return (select w.balance - w.held from financial.wallets w where w.id = wallet);
    end
"""
USER = [
    (
        "request_payout(payout_id uuid, wallet uuid, amount numeric, destination_enc text, at timestamptz)",
        "text",
        REQUEST_PAYOUT,
    ),
    ("cancel_payout(payout_id uuid, at timestamptz)", "boolean", CANCEL_PAYOUT),
    (
        "begin_refund(refund_id uuid, payment_id uuid, amount numeric, at timestamptz)",
        "text",
        BEGIN_REFUND,
    ),
]


def upgrade() -> None:
    for table in (CUSTOMERS, METHODS, PAYMENTS, REFUNDS, DISPUTES, PAYOUTS, EVENTS, REVERSALS):
        op.execute(table)
    op.execute("create sequence financial.fetches")
    op.execute("grant usage on sequence financial.fetches to app_system")
    _indexes()
    for table in ("customers", "payment_methods", "payments", "refunds", "disputes", "payouts"):
        own(f"financial.{table}")
    grant("financial.customers", select="*", insert="id user_id stripe_customer_id created_at")
    grant("financial.payment_methods", select="*")
    grant(
        "financial.payments",
        select="*",
        insert="id user_id amount currency method created_at",
        update="stripe_payment_intent_id stripe_session_id",
    )
    for table in ("refunds", "disputes", "payouts"):
        grant(f"financial.{table}", select="*")
    grant("financial.stripe_events")
    grant("financial.reversals")
    for signature, returns, body in USER:
        definer(
            f"financial.{signature}",
            returns=returns,
            language="plpgsql",
            body=body,
            executable_by="app_user",
        )
    definer(
        "financial.free(wallet uuid, others uuid[])",
        returns="numeric",
        language="plpgsql",
        body=FREE,
        executable_by="app_system",
    )


def _indexes() -> None:
    for table, time in (("payments", "created_at"), ("refunds", "created_at"), ("payouts", "requested_at")):
        columns = ["user_id", time, "id"]
        op.create_index(f"{table}_{'_'.join(columns)}_idx", table, columns, schema="financial")
    op.create_index("disputes_payment_id_idx", "disputes", ["payment_id"], schema="financial")
    op.execute(
        "create index payments_open_idx on financial.payments (created_at)"
        " where status in ('pending', 'requires_action', 'processing')"
    )
    op.execute(
        "create index payouts_open_idx on financial.payouts (status, requested_at)"
        " where status in ('in_review', 'approved', 'sent')"
    )
    op.execute("create index refunds_open_idx on financial.refunds (created_at) where status = 'pending'")
    op.execute(
        "create index stripe_events_open_idx on financial.stripe_events (received_at)"
        " where processed_at is null"
    )


def downgrade() -> None:
    op.execute("drop function financial.free")
    for signature, *_ in USER:
        op.execute(f"drop function financial.{signature.split('(')[0]}")
    op.execute("drop sequence financial.fetches")
    for table in (
        *("reversals", "stripe_events", "payouts", "disputes", "refunds", "payments"),
        *("payment_methods", "customers"),
    ):
        op.drop_table(table, schema="financial")
