"""What is known of accounts."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Db

from functions.auth.tables import ApiKey, Session, User, UserKey
from shared.db import work
from shared.pagination import Page, page
from shared.wrapped_key import WrappedKey


def owner_of(db: Db, *, email: str) -> UUID | None:
    """For who may see every account: over HTTP, the opening message finds it."""
    return db.scalar(select(User.id).where(func.lower(User.email) == func.lower(email)))


def user_named(db: Db, *, username: str) -> UUID | None:
    """Anybody's id, for whoever is signed in: only of accounts that are active."""
    found: UUID | None = db.scalar(func.auth.user_named(username))
    return found


def me(db: Db, *, user_id: UUID) -> User:
    return db.get_one(User, user_id)


def data_key(db: Db, *, user_id: UUID) -> WrappedKey:
    """What seals a person's data: to be unwrapped with no transaction open."""
    return data_keys(db, user_ids=[user_id])[user_id]


def data_keys(db: Db, *, user_ids: Collection[UUID]) -> dict[UUID, WrappedKey]:
    """Of those who have one still: who was erased has none."""
    held = select(UserKey.user_id, UserKey.key_id, UserKey.wrapped)
    rows = db.execute(held.where(UserKey.user_id.in_(user_ids), UserKey.wrapped.is_not(None)))
    return {user_id: WrappedKey(key_id, wrapped) for user_id, key_id, wrapped in rows if wrapped}


def live_sessions(db: Db, *, user_id: UUID, limit: int, cursor: str | None) -> Page[Session]:
    alive = select(Session).where(
        Session.user_id == user_id, Session.revoked_at.is_(None), Session.expires_at > work(db).now
    )
    return page(db, alive, by=Session.created_at, id=Session.id, limit=limit, cursor=cursor)


def live_keys(db: Db, *, user_id: UUID, limit: int, cursor: str | None) -> Page[ApiKey]:
    alive = select(ApiKey).where(ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
    return page(db, alive, by=ApiKey.created_at, id=ApiKey.id, limit=limit, cursor=cursor)
