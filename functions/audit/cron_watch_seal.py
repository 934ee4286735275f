"""A row that nobody sealed for a minute is an alarm: the sealer itself may be what is down."""

from datetime import datetime

from sqlalchemy.orm import Session

from functions.audit import operations
from shared.cron import cron


def handle(now: datetime, db: Session) -> None:
    operations.watch_seal(db, now=now)


handler = cron("rate(1 minute)", handle, catch_up="last")
