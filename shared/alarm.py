"""What the platform notices about itself and a person must look at, in the transaction that noticed it."""

from typing import Any

from sqlalchemy.orm import Session

from shared import log
from shared.db import house, travel, work
from shared.ids import new_id


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
    travel(db, house.system_events, row)
    log.fact("alarm", source=source, event_type=event_type, **details)
