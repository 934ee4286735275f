"""The trace that every act on an account leaves: for its owner, for the auditors, for the other domains."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session as Db

from functions.auth.tables import AuthLog
from shared import audit
from shared.db import work
from shared.device import Device


def leave(
    db: Db,
    *,
    event: str,
    user_id: UUID,
    device: Device | None = None,
    new: dict[str, Any] | None = None,
    old: dict[str, Any] | None = None,
    actor: UUID | None = None,
) -> None:
    """`actor` where it is not the user: staff, or nobody for the house itself."""
    db.add(
        AuthLog(
            user_id=user_id,
            event=event,
            ip_address=device.address if device else None,
            user_agent=device.user_agent if device else None,
            success=True,
            created_at=work(db).now,
        )
    )
    audit.record(
        db,
        action=f"auth.{event}",
        resource=("user", user_id),
        actor=actor or user_id,
        tenant=user_id,
        old=old,
        new=new,
    )
