"""When API keys were last used."""

from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.orm import Session as Db

from functions.audit.queries import key_uses
from functions.auth.tables import ApiKey


def fold(db: Db, *, since: datetime) -> None:
    for key_id, used_at in key_uses(db, since=since):
        latest = func.greatest(ApiKey.last_used_at, used_at)
        db.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=latest))
