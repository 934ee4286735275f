"""News whose webhook never came, however often the processor tried: asked for, and kept as if it had."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session as Db

from functions.financial import processor
from functions.financial.errors import NotConfigured
from functions.financial.jobs import FetchStripeEvents
from functions.financial.operations.news import News, keep
from shared.outbox import enqueue


@dataclass(frozen=True)
class Page:
    since: datetime
    news: list[News]  # the newest first
    has_more: bool


def load(job: FetchStripeEvents, db: Db) -> FetchStripeEvents:
    return job


def fetch(job: FetchStripeEvents) -> Page:
    """Where there is no processor there are none."""
    try:
        found, has_more = processor.untaken(since=job.since, after=job.after)
    except NotConfigured:
        return Page(job.since, [], has_more=False)
    return Page(job.since, [News(each["id"], each["type"], json.dumps(each)) for each in found], has_more)


def store(page: Page, db: Db) -> None:
    """The next page is another job's: a long outage is caught up with however much was told meanwhile."""
    for news in reversed(page.news):
        keep(db, news=news)
    if page.has_more:
        enqueue(db, FetchStripeEvents(since=page.since, after=page.news[-1].id))
