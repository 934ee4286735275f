"""What is approved leaves, and what has been under way for too long is asked about."""

from datetime import datetime

from sqlalchemy.orm import Session

from functions.financial.operations import settling
from shared.cron import cron


def handle(now: datetime, db: Session) -> None:
    settling.settle(db, now=now)


handler = cron("rate(5 minutes)", handle, catch_up="last")
