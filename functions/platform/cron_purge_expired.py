"""What was sent, worked off or given up on leaves after its time."""

from datetime import datetime

from sqlalchemy.orm import Session

from functions.platform import operations
from shared.cron import cron


def handle(now: datetime, db: Session) -> None:
    operations.purge_expired(db, now=now)


handler = cron("rate(1 hour)", handle, catch_up="last")
