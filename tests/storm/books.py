"""What must be the same of the money of one run's people: in the book, in the wallets, and at the processor.

:people is the pattern of their emails. Counts are counts: money moves once, whatever comes twice.
"""

from collections.abc import Mapping
from typing import Any

from tests.functions.financial.processor import Processor

# The transfers of these people, those that touch no wallet among them: they name what they belong to.
THEIRS = """
    with people as (select id, replace(email, :tag, '') as who from auth.users where email like :people),
    things as (
        select r.id::text from financial.refunds r join people p on p.id = r.user_id
        union all select o.id::text from financial.payouts o join people p on p.id = o.user_id
        union all select d.id::text from financial.disputes d join people p on p.id = d.user_id
    ),
    transfers as (
        select t.id, t.kind from financial.ledger_transfers t
        where t.reference_id in (select id from things) or exists (
            select from financial.ledger_entries e join financial.ledger_accounts a on a.id = e.account_id
            join people p on p.id = a.owner_id where e.transfer_id = t.id
        )
    )
"""
VIEWS = {
    "financial.wallets": """
        select replace(u.email, :tag, ''), w.currency, trim_scale(w.balance)::text, trim_scale(w.held)::text,
            w.status
        from financial.wallets w join auth.users u on u.id = w.user_id
        where u.email like :people order by 1, 2
    """,
    "financial.movements": """
        select replace(u.email, :tag, ''), w.currency, m.type, trim_scale(m.amount)::text, m.description,
            m.status, count(*)
        from financial.wallet_transactions m join financial.wallets w on w.id = m.wallet_id
        join auth.users u on u.id = m.user_id
        where u.email like :people group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
    """,
    "financial.transfers": f"""{THEIRS}
        select t.kind, string_agg(l.leg, ', ' order by l.leg) from transfers t cross join lateral (
            select concat_ws(' ', e.direction, a.kind, p.who, trim_scale(e.amount), a.currency) as leg
            from financial.ledger_entries e join financial.ledger_accounts a on a.id = e.account_id
            left join people p on p.id = a.owner_id where e.transfer_id = t.id
        ) as l group by t.id, t.kind order by 1, 2
    """,
    "financial.house": f"""{THEIRS}
        select a.kind, a.currency,
            trim_scale(sum(case e.direction when 'debit' then e.amount else -e.amount end))::text
        from transfers t join financial.ledger_entries e on e.transfer_id = t.id
        join financial.ledger_accounts a on a.id = e.account_id
        where a.kind <> 'wallet' group by 1, 2 order by 1, 2
    """,
    "financial.payments": """
        select replace(u.email, :tag, ''), p.method, p.currency, trim_scale(p.amount)::text, p.status,
            p.failure_code, trim_scale(p.refunded)::text, p.stripe_payment_intent_id is not null,
            p.processed_at is not null
        from financial.payments p join auth.users u on u.id = p.user_id
        where u.email like :people order by 1, 2, 3, 4, 5
    """,
    "financial.refunds": """
        select replace(u.email, :tag, ''), trim_scale(r.amount)::text, r.status,
            r.stripe_refund_id is not null
        from financial.refunds r join auth.users u on u.id = r.user_id
        where u.email like :people order by 1, 2, 3
    """,
    "financial.disputes": """
        select replace(u.email, :tag, ''), trim_scale(d.amount)::text, d.status, trim_scale(h.amount)::text
        from financial.disputes d join auth.users u on u.id = d.user_id
        left join financial.holds h on h.id = d.hold_id
        where u.email like :people order by 1, 2, 3
    """,
    "financial.payouts": """
        select replace(u.email, :tag, ''), o.currency, trim_scale(o.amount)::text, o.status, o.failure_reason,
            o.stripe_payout_id is not null, o.processed_at is not null
        from financial.payouts o join auth.users u on u.id = o.user_id
        where u.email like :people order by 1, 2, 3, 4
    """,
    "financial.holds": """
        select replace(u.email, :tag, ''), w.currency, trim_scale(h.amount)::text, h.reason, h.note, h.status,
            h.ended_at is not null
        from financial.holds h join financial.wallets w on w.id = h.wallet_id
        join auth.users u on u.id = h.user_id
        where u.email like :people order by 1, 2, 3, 4, 5, 6
    """,
    "financial.exchanges": """
        select replace(u.email, :tag, ''), q.from_currency, q.to_currency, trim_scale(q.amount_from)::text,
            trim_scale(q.amount_to)::text, trim_scale(q.fee)::text, trim_scale(q.rate)::text
        from financial.quotes q join auth.users u on u.id = q.user_id
        where u.email like :people and q.exchanged_at is not null order by 1, 2, 3, 4
    """,
    "financial.customers": """
        select replace(u.email, :tag, ''), count(*)
        from financial.customers c join auth.users u on u.id = c.user_id
        where u.email like :people group by 1 order by 1
    """,
    "financial.news": "select type from financial.stripe_events where processed_at is null order by 1",
    "financial.audit": """
        select replace(u.email, :tag, ''), a.action, a.event_status, count(*)
        from audit.audit_logs a join auth.users u on u.id::text = a.tenant
        where u.email like :people and a.action like 'financial.%' group by 1, 2, 3 order by 1, 2, 3
    """,
    "financial.events": """
        select replace(u.email, :tag, ''), o.topic, count(*)
        from platform.outbox o join auth.users u on u.id::text = o.key
        where u.email like :people and o.topic like 'financial.%' group by 1, 2 order by 1, 2
    """,
}

# Whose a thing at the processor is: it bears our row's id.
OWNERS = """
    select t.id::text as id, replace(u.email, :tag, '') as who from (
        select id, user_id from financial.payments
        union all select id, user_id from financial.refunds
        union all select id, user_id from financial.payouts
    ) as t join auth.users u on u.id = t.user_id where u.email like :people
"""
BEARING = {"charges": "payment_id", "refunds": "refund_id", "payouts": "payout_id"}
SHOWN = ("amount", "currency", "status", "amount_refunded", "disputed")


def at_processor(processor: Processor, owners: Mapping[str, str]) -> dict[str, list[list[Any]]]:
    """How often a card was charged, and what came of it; what went back, and what was paid out."""
    return {f"processor.{kind}": _made(processor, kind, owners) for kind in BEARING}


def _made(processor: Processor, kind: str, owners: Mapping[str, str]) -> list[list[Any]]:
    """A run is young: its things are among the newest hundred."""
    newest = [thing.to_dict() for thing in getattr(processor.sdk, kind).list({"limit": 100}).data]
    owned = [(owners.get(thing["metadata"].get(BEARING[kind], "")), thing) for thing in newest]
    return sorted(([who, *map(thing.get, SHOWN)] for who, thing in owned if who), key=str)
