"""What the processor could not tell us is asked for: also a dispute, of which nothing here knows."""

from datetime import datetime

from sqlalchemy.orm import Session as Db

from functions.financial.operations import untold
from shared.cron import cron


def handle(now: datetime, db: Db) -> None:
    untold.ask(db, now=now)


handler = cron("rate(1 hour)", handle, catch_up="last")
