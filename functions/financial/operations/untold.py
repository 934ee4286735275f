"""News whose webhook never came, however often the processor tried: asked for, and kept as if it had."""

import json
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.orm import Session as Db

from functions.financial import processor
from functions.financial.errors import NotConfigured
from functions.financial.jobs import FetchStripeEvents
from functions.financial.operations import webhooks
from functions.financial.operations.webhooks import Signed
from shared.outbox import enqueue

TRIES = timedelta(days=3)  # for which the processor repeats a webhook
MOST = 1_000  # a run


def ask(db: Db, *, now: datetime) -> None:
    enqueue(db, FetchStripeEvents(since=now - TRIES))


def load(job: FetchStripeEvents, db: Db) -> datetime:
    return job.since


def fetch(since: datetime) -> list[Signed]:
    """The oldest first. Where there is no processor there are no news."""
    try:
        found = list(islice(processor.untaken(since=since), MOST))
    except NotConfigured:
        return []
    return [Signed(event["id"], event["type"], json.dumps(event)) for event in reversed(found)]


def store(news: list[Signed], db: Db) -> None:
    for each in news:
        webhooks.keep(db, signed=each)
