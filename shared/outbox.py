"""Facts and commands leave in the transaction that made them; each consumer takes each of them once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.db import affected, house, travel, work
from shared.events import Event, Job, Message, about
from shared.ids import new_id

MAX_PAYLOAD = 200_000  # bytes: EventBridge and SQS carry 256 kB, envelope included


def publish(db: Session, event: Event) -> None:
    _send(db, event)


def enqueue(db: Session, job: Job) -> None:
    _send(db, job)


def first_time(db: Session, *, consumer: str, event_id: UUID, now: datetime) -> bool:
    """Claim a message for this transaction. False: it was worked off before, and nothing is to be done."""
    row = {"consumer": consumer, "event_id": event_id, "processed_at": now}
    return affected(db.execute(insert(house.inbox).values(row).on_conflict_do_nothing())) == 1


def _send(db: Session, message: Message) -> None:
    payload = message.model_dump_json()
    weight = len(payload.encode())
    if weight > MAX_PAYLOAD:
        raise ValueError(f"{message.topic} weighs {weight} bytes; {MAX_PAYLOAD} may travel")
    row_id, user_id = new_id(), about(message)
    row = {
        "id": row_id,
        "topic": message.topic,
        "key": str(user_id) if user_id else None,
        "event_id": row_id,
        "payload": payload,
        "created_at": work(db).now,
    }
    travel(db, house.outbox, row)
