"""What has had its time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Db

from functions.auth.rules import VERIFICATION_LIFE
from functions.auth.tables import EmailVerification, Rows, User, UserKey
from shared.db import retention

BATCH = 1_000  # registrations a statement


def lapse_registrations(db: Db, *, now: datetime) -> None:
    """Accounts whose address nobody confirmed, and usernames held for a day."""
    lapsed = select(User.id).where(User.status == "pending", User.updated_at <= now - VERIFICATION_LIFE)
    batch = lapsed.order_by(User.id).limit(BATCH).with_for_update(skip_locked=True)
    while ids := db.scalars(batch).all():
        drop_registrations(db, ids)


def drop_registrations(db: Db, ids: Sequence[UUID]) -> None:
    for owned in (EmailVerification.user_id, UserKey.user_id, User.id):
        db.execute(delete(owned.class_).where(owned.in_(ids)))


def drop_expired(db: Db, *, now: datetime) -> None:
    retention.purge(db, Rows.metadata, now=now)
