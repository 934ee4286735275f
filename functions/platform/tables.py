"""The rows of schema `platform`: what moves between functions, and what keeps it moving."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Double, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import house, schema
from shared.db.schema import rights

outbox, inbox, scheduled_runs = house.outbox, house.inbox, house.scheduled_runs


class Rows(schema.Rows):
    __abstract__ = True
    metadata = house.platform


class Delivery(Rows):
    """One message in one consumer's queue, on one machine: in AWS these are SQS's."""

    __tablename__ = "deliveries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    outbox_id: Mapped[UUID]
    consumer: Mapped[str]
    message: Mapped[dict[str, Any]]  # the body that SQS would carry
    created_at: Mapped[datetime]
    visible_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default="0")
    error: Mapped[str | None]  # of the last attempt
    done_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("outbox_id", "consumer"),
        Index(None, "consumer", "visible_at", postgresql_where=text("done_at is null")),
        Index(None, "done_at"),
        {"info": rights(retention="7 days after done_at")},
    )


class DeadLetter(Rows):
    """A message that its consumer gave up on. Replayed and dead again, it is the same row again."""

    __tablename__ = "dead_letters"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    consumer: Mapped[str]
    event_id: Mapped[UUID]
    payload: Mapped[Any] = mapped_column(JSONB)  # the body, as the queue carried it
    error: Mapped[str | None]
    attempts: Mapped[int]
    failed_at: Mapped[datetime]
    replayed_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("consumer", "event_id"),
        Index(None, "failed_at", "id"),
        {"info": rights(retention="14 days after failed_at")},
    )


class RateLimit(Rows):
    """Token buckets. A crash forgets them, which forgives everybody once."""

    __tablename__ = "rate_limits"
    bucket: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime]
    used: Mapped[float] = mapped_column(Double)
    __table_args__ = ({"prefixes": ["UNLOGGED"], "info": rights(retention="1 day after window_start")},)
