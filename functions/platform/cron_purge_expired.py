"""What was sent, worked off or given up on leaves after its time."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from functions.platform.tables import Rows, scheduled_runs
from shared.cron import cron
from shared.db.retention import purge


def handle(now: datetime, db: Session) -> None:
    later = scheduled_runs.alias()
    is_not_the_last = (
        select(1)
        .where(later.c.name == scheduled_runs.c.name, later.c.due_at > scheduled_runs.c.due_at)
        .exists()
    )
    # A schedule's last run says from when on it is due again: without it, a yearly one would run twice.
    purge(db, Rows.metadata, now=now, only={scheduled_runs: is_not_the_last})


handler = cron("rate(1 hour)", handle, catch_up="last")
