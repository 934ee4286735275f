"""Monthly partitions are there before their month is."""

from datetime import datetime

from sqlalchemy.orm import Session

from functions.platform import operations
from shared.cron import cron


def handle(now: datetime, db: Session) -> None:
    operations.make_partitions(db, now=now)


handler = cron("rate(6 hours)", handle, catch_up="last")
