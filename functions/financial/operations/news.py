"""What the processor told, or was asked for: kept once, and worked off by a job."""

from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Db

from functions.financial.jobs import ProcessStripeEvent
from functions.financial.tables import StripeEvent
from shared.db import affected, work
from shared.outbox import enqueue


@dataclass(frozen=True)
class News:
    id: str
    type: str
    payload: str


def keep(db: Db, *, news: News) -> None:
    """A second time it is there already, and nothing is to be done."""
    row = {"id": news.id, "type": news.type, "payload": news.payload, "received_at": work(db).now}
    if affected(db.execute(insert(StripeEvent).values(row).on_conflict_do_nothing(index_elements=["id"]))):
        enqueue(db, ProcessStripeEvent(event_id=news.id))
