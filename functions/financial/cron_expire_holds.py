"""Money that was set aside until a certain time is free again."""

from datetime import datetime

from sqlalchemy.orm import Session as Db

from functions.financial.operations import holds
from shared.cron import cron


def handle(now: datetime, db: Db) -> None:
    holds.expire(db, now=now)


handler = cron("rate(1 minute)", handle, catch_up="last")
