"""What the processor could not tell us is asked for: also a dispute, of which nothing here knows."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session as Db

from functions.financial.jobs import FetchStripeEvents
from shared.cron import cron
from shared.outbox import enqueue

TRIES = timedelta(days=3)  # for which the processor repeats a webhook


def handle(now: datetime, db: Db) -> None:
    enqueue(db, FetchStripeEvents(since=now - TRIES))


handler = cron("rate(1 hour)", handle, catch_up="last")
