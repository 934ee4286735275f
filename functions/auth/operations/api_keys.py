"""Keys for programs: the secret is shown once, its hash is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session as Db

from functions.auth import tokens
from functions.auth.events import ApiKeyCreated, ApiKeyRevoked
from functions.auth.operations import trail
from functions.auth.tables import ApiKey
from shared.access import Caller
from shared.crypto import new_token, token_hash
from shared.db import work
from shared.device import Device
from shared.errors import Invalid, NotFound
from shared.ids import new_id
from shared.outbox import publish
from shared.permissions import STAFF


@dataclass(frozen=True)
class NewKey:
    """The one answer that holds the secret."""

    id: UUID
    name: str
    key_prefix: str
    secret: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: None = None


def create_key(
    db: Db, *, caller: Caller, name: str, scopes: Sequence[str], expires_at: datetime | None, device: Device
) -> NewKey:
    now = work(db).now
    if "admin" in scopes and caller.role not in STAFF:
        raise Invalid.of("scopes", "The scope admin is for staff.")
    if expires_at is not None and expires_at <= now:
        raise Invalid.of("expires_at", "The key would have expired already.")
    key_id, secret = new_id(), new_token()
    key = tokens.key_name(key_id)
    granted = sorted(set(scopes))
    row = insert(ApiKey).values(
        id=key_id,
        user_id=caller.id,
        name=name,
        key_prefix=key,
        key_hash=token_hash(f"{key}.{secret}"),
        scopes=granted,
        expires_at=expires_at,
        created_at=now,
        updated_at=now,
    )
    db.execute(row)
    publish(db, ApiKeyCreated(user_id=caller.id, key_id=key_id, scopes=granted))
    new = {"key": str(key_id), "scopes": granted}
    trail.leave(db, event="api_key_created", user_id=caller.id, device=device, new=new)
    return NewKey(key_id, name, key, secret, granted, now, expires_at)


def revoke_key(db: Db, *, user_id: UUID, key_id: UUID, device: Device) -> None:
    alive = select(ApiKey).where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
    row = db.scalar(alive.with_for_update(key_share=True))
    if row is None:
        raise NotFound
    row.revoked_at = row.updated_at = work(db).now
    publish(db, ApiKeyRevoked(user_id=user_id, key_id=key_id))
    trail.leave(db, event="api_key_revoked", user_id=user_id, device=device, new={"key": str(key_id)})
