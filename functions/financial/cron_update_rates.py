"""Exchange rates, several times a day: whoever tells them has a bad hour now and then."""

from datetime import datetime

from sqlalchemy.orm import Session as Db

from functions.financial.operations import rates
from shared.cron import cron


def handle(now: datetime, db: Db) -> None:
    rates.ask(db, now=now)


handler = cron("rate(6 hours)", handle, catch_up="last")
