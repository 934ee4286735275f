"""Quotes that nobody took, or took long ago, leave after their time."""

from datetime import datetime

from sqlalchemy.orm import Session as Db

from functions.financial.tables.rows import Rows
from shared.cron import cron
from shared.db import retention


def handle(now: datetime, db: Db) -> None:
    retention.purge(db, Rows.metadata, now=now)


handler = cron("rate(1 hour)", handle, catch_up="last")
