"""Each night the whole audit log is read again: what was done to it is an alarm by the morning."""

from datetime import datetime

from sqlalchemy.orm import Session

from functions.audit import operations
from shared.cron import cron


def handle(now: datetime, db: Session) -> None:
    operations.check_chains(db, now=now)


handler = cron("cron(0 3 * * ? *)", handle, catch_up="last", timeout=900)
