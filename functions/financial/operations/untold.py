"""News whose webhook never came, however often the processor tried: asked for, and kept as if it had."""

import json
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session as Db

from functions.financial import processor
from functions.financial.errors import NotConfigured
from functions.financial.jobs import FetchStripeEvents
from functions.financial.operations.news import News, keep

MOST = 1_000  # a run


def load(job: FetchStripeEvents, db: Db) -> datetime:
    return job.since


def fetch(since: datetime) -> list[News]:
    """The oldest first. Where there is no processor there are none."""
    try:
        found = list(islice(processor.untaken(since=since), MOST))
    except NotConfigured:
        return []
    return [News(event["id"], event["type"], json.dumps(event)) for event in reversed(found)]


def store(found: list[News], db: Db) -> None:
    for news in found:
        keep(db, news=news)
