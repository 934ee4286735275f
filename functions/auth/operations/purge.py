"""What has had its time."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Db

from functions.auth.tables import EmailVerification, Rows, User, UserKey
from shared.db import retention

LAPSE = timedelta(hours=24)


def lapse_registrations(db: Db, *, now: datetime) -> None:
    """Accounts whose address nobody confirmed, and usernames held for a day."""
    lapsed = select(User.id).where(User.status == "pending", User.updated_at <= now - LAPSE)
    ids = db.scalars(lapsed.order_by(User.id).with_for_update(skip_locked=True)).all()
    for owned in (EmailVerification.user_id, UserKey.user_id, User.id):
        db.execute(delete(owned.class_).where(owned.in_(ids)))


def drop_expired(db: Db, *, now: datetime) -> None:
    retention.purge(db, Rows.metadata, now=now)
