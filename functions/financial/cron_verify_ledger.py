"""Each night the books are proven: what is wrong with them is an alarm by the morning."""

from datetime import datetime

from sqlalchemy.orm import Session

from functions.financial.operations import checks
from shared.cron import cron


def handle(_: datetime, db: Session) -> None:
    checks.check_books(db)


handler = cron("cron(30 3 * * ? *)", handle, catch_up="last", timeout=900)
