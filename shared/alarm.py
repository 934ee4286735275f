"""What the platform notices about itself and a person must look at, in the transaction that noticed it."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from shared import log
from shared.db import house, travel, work
from shared.db.schema import rights
from shared.ids import new_id

system_events = Table(
    "system_events",
    house.audit,
    Column("id", Uuid, primary_key=True),
    Column("source", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("severity in ('info', 'warning', 'critical')", name="severity"),
    Index(None, "created_at", "id"),
    info=rights(),
)


def alarm(db: Session, *, source: str, event_type: str, details: dict[str, Any]) -> None:
    """The row is for whoever looks, the line in the log wakes them. Details are names and counts alone."""
    row = {
        "id": new_id(),
        "source": source,
        "event_type": event_type,
        "severity": "critical",
        "details": details,
        "created_at": work(db).now,
    }
    travel(db, system_events, row)
    log.fact("alarm", source=source, event_type=event_type, **details)
