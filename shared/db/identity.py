"""Who a transaction works for: the statement of its opening message that takes a role.

Until it has run, the login may do nothing at all. Every setting is local to the transaction.
"""

from datetime import datetime
from uuid import UUID

from shared.db.driver import Statement


def nobody() -> Statement:
    return "select set_config('role', 'app_user', true)", ()


def user(user_id: UUID) -> Statement:
    return f"select {_becomes('$1::text')}", (str(user_id),)


def api_key(key_hash: bytes) -> Statement:
    """Answers no row for a key that is unknown, revoked or expired: no role is taken then."""
    columns = "k.id, k.user_id, k.role, k.scopes"
    sql = f"select {columns}, {_becomes('k.user_id::text')} from auth.identify($1) k"  # noqa: S608 (constants)
    return sql, (key_hash,)


def owner_of_email(email: str) -> Statement:
    return _owner("auth.owner_of_email($1)", email)


def owner_of_session(session_id: UUID) -> Statement:
    return _owner("auth.owner_of_session($1)", session_id)


def owner_of_token(token_hash: bytes) -> Statement:
    return _owner("auth.owner_of_token($1)", token_hash)


def system() -> Statement:
    return "select set_config('role', 'app_system', true)", ()


def live_session(session_id: UUID, now: datetime) -> Statement:
    """Asked beside an identity: a token outlives its session by minutes, and not everywhere may it."""
    question = (
        "select 1 from auth.sessions s join auth.users u on u.id = s.user_id"
        " where s.id = $1 and s.revoked_at is null and s.expires_at > $2 and u.status = 'active'"
    )
    return question, (session_id, now)


def _owner(look_up: str, value: object) -> Statement:
    """A look-up that finds nobody takes the role all the same, with no identity: as nobody."""
    found = f"coalesce({look_up}::text, '')"
    return f"select {_becomes(found)}", (value,)


def _becomes(user_id: str) -> str:
    return f"set_config('app.user_id', {user_id}, true), set_config('role', 'app_user', true)"
