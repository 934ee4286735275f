"""What has had its time goes: registrations nobody confirmed, and rows past their retention."""

from datetime import datetime

from sqlalchemy.orm import Session as Db

from functions.auth.operations import purge
from shared.cron import cron


def handle(now: datetime, db: Db) -> None:
    purge.lapse_registrations(db, now=now)
    purge.drop_expired(db, now=now)


handler = cron("rate(1 hour)", handle, catch_up="last")
