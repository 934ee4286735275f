"""What must be the same after a calm day and after a storm: natural keys, and counts that mean something.

No ids, no times, no ciphertext. What a client's second try may do twice, as a login, is seen as a set.
"""

import hashlib
import json

from sqlalchemy import Engine, text

from tests.functions.financial.processor import Processor
from tests.storm import books

# Each domain's own, over the people of one run: :people is the pattern of their emails.
VIEWS = {
    "auth.accounts": """
        select replace(u.email, :tag, ''), replace(u.username, :tag, ''), u.status, u.role,
               u.email_verified_at is not null, u.last_login_at is not null,
               (select count(*) from auth.user_keys k where k.user_id = u.id),
               (select count(*) from auth.email_verifications v where v.user_id = u.id and v.used_at is null),
               (select count(*) from auth.sessions s where s.user_id = u.id and s.revoked_at is null)
        from auth.users u where u.email like :people order by 1
    """,
    "auth.log": """
        select distinct replace(u.email, :tag, ''), l.event, l.success
        from auth.auth_logs l join auth.users u on u.id = l.user_id
        where u.email like :people order by 1, 2, 3
    """,
    "audit.actions": """
        select distinct replace(u.email, :tag, ''), a.action, a.event_status
        from audit.audit_logs a join auth.users u on u.id::text = a.tenant
        where u.email like :people order by 1, 2, 3
    """,
    "audit.chains": """
        select replace(u.email, :tag, ''), min(a.seq), max(a.seq) - count(*), count(distinct a.seq) = count(*)
        from audit.audit_logs a join auth.users u on u.id::text = a.tenant
        where u.email like :people group by 1 order by 1
    """,
    "platform.events": """
        select distinct replace(u.email, :tag, ''), o.topic, o.published_at is not null, o.parked_at is null
        from platform.outbox o join auth.users u on u.id::text = o.key
        where u.email like :people order by 1, 2
    """,
    "platform.deliveries": """
        select distinct replace(u.email, :tag, ''), d.consumer, d.done_at is not null
        from platform.deliveries d join platform.outbox o on o.id = d.outbox_id
        join auth.users u on u.id::text = o.key where u.email like :people order by 1, 2
    """,
    "platform.dead_letters": "select consumer from platform.dead_letters",
    "financial.alarms": "select distinct event_type from audit.system_events where source like 'financial.%'",
    **books.VIEWS,
}


def end_state(owner: Engine, processor: Processor, *, tag: str) -> dict[str, str]:
    """A hash for each view, so that a difference names what differs."""
    with owner.connect() as connection:
        views = {
            name: [list(row) for row in connection.execute(text(sql), _names(sql, tag))]
            for name, sql in VIEWS.items()
        }
        owners = connection.execute(text(books.OWNERS), _names(books.OWNERS, tag))
        views |= books.at_processor(processor, {row.id: row.who for row in owners})
    return {name: _digest(rows) for name, rows in views.items()}


def _names(sql: str, tag: str) -> dict[str, str]:
    names = {"tag": tag, "people": f"%{tag}@%"}
    return {name: value for name, value in names.items() if f":{name}" in sql}


def _digest(rows: list[list[object]]) -> str:
    told = json.dumps(rows)
    return f"{hashlib.sha256(told.encode()).hexdigest()[:12]} {told}"
