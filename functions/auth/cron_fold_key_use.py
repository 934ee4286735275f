"""When each API key was last used, read off the request log: noted per request, it would queue a key's."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session as Db

from functions.auth.operations import key_use
from shared.cron import cron, last_done

LOOK_BACK = timedelta(minutes=10)  # twice the pause: a row that commits late is seen the next time


def handle(now: datetime, db: Db) -> None:
    """From where the last one ended: what was asked before the platform stood still counts as well."""
    key_use.fold(db, since=(last_done(db, handle, before=now) or now) - LOOK_BACK)


handler = cron("rate(5 minutes)", handle, catch_up="last")
