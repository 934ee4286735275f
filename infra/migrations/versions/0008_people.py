"""What a person may ask: who somebody is by name, what the market says, how much of a limit is used."""

from alembic import op

from infra.migrations.rights import definer

revision = "0008_people"
down_revision = "0007_payments"

USER_NAMED = """
    select u.id from auth.users u
    where lower(u.username) = lower(user_named.username) and u.status = 'active'
"""
MARKET = """
    select r.rate, r.as_of, (
        select string_agg(distinct e.source, ', ' order by e.source)
        from unnest(array[market.from_currency, market.to_currency]) c(code), lateral (
            select x.source from financial.currency_exchange_rates x
            where x.from_currency = 'EUR' and x.to_currency = c.code and x.as_of <= market.at
            order by x.as_of desc limit 1) e)
    from financial.rate(market.from_currency, market.to_currency, market.at) r(rate, as_of)
"""
SPENDING = """
    select z.zone,
        financial.spent(l.user_id, date_trunc('day', at at time zone z.zone) at time zone z.zone, at),
        financial.spent(l.user_id, date_trunc('month', at at time zone z.zone) at time zone z.zone, at)
    from financial.wallet_limits l, lateral financial.zone_of(l.user_id, at) z(zone)
    where l.user_id = financial.me()
"""

FUNCTIONS = [
    ("auth.user_named(username text)", "uuid", USER_NAMED),
    (
        "financial.market(from_currency text, to_currency text, at timestamptz)",
        "table(rate numeric, as_of timestamptz, source text)",
        MARKET,
    ),
    (
        "financial.spending(at timestamptz)",
        "table(time_zone text, today numeric, this_month numeric)",
        SPENDING,
    ),
]


def upgrade() -> None:
    for signature, returns, body in FUNCTIONS:
        definer(signature, returns=returns, language="sql stable", body=body, executable_by="app_user")


def downgrade() -> None:
    for signature, *_ in FUNCTIONS:
        op.execute(f"drop function {signature.split('(')[0]}")
