"""Users' data keys under the newest master key. What they seal is not touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Update, func, select, update
from sqlalchemy.orm import Session as Db

from functions.auth.tables import UserKey
from shared import envelope
from shared.db import affected
from shared.wrapped_key import WrappedKey

BATCH = 100  # keys a transaction


@dataclass(frozen=True)
class Held:
    user_id: UUID
    key: WrappedKey


def count_outdated(db: Db) -> int:
    return db.scalar(select(func.count()).where(_is_outdated())) or 0


def outdated(db: Db, *, after: UUID) -> list[Held]:
    """In the order of their users: a run comes to its end, whatever a key service calls its keys."""
    rows = (
        select(UserKey.user_id, UserKey.key_id, UserKey.wrapped)
        .where(_is_outdated(), UserKey.user_id > after)
        .order_by(UserKey.user_id)
        .limit(BATCH)
    )
    return [Held(row.user_id, WrappedKey(row.key_id, row.wrapped)) for row in db.execute(rows)]


def rewrapped(held: Held) -> WrappedKey:
    """Asks the key service: no transaction is open."""
    return envelope.wrap(envelope.unwrap(held.key, owner=held.user_id), owner=held.user_id)


def store(db: Db, *, keys: Sequence[tuple[Held, WrappedKey]]) -> int:
    """How many: one that was destroyed meanwhile, or wrapped by somebody else, stays as it is."""
    return sum(affected(db.execute(_replace(old, new))) for old, new in keys)


def _is_outdated() -> ColumnElement[bool]:
    return UserKey.wrapped.is_not(None) & (UserKey.key_id != envelope.current_key_id())


def _replace(old: Held, new: WrappedKey) -> Update:
    unchanged = (UserKey.user_id == old.user_id, UserKey.wrapped == old.key.wrapped)
    return update(UserKey).where(*unchanged).values(key_id=new.key_id, wrapped=new.wrapped)
