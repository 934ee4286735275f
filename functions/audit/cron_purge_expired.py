"""Months of the request log leave after their time. The audit log itself stays."""

from datetime import datetime

from sqlalchemy.orm import Session

from functions.audit import operations
from shared.cron import cron


def handle(now: datetime, db: Session) -> None:
    operations.purge_expired(db, now=now)


handler = cron("rate(1 day)", handle, catch_up="last")
