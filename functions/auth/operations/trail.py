"""The trace that every act on an account leaves: a line for its owner, a row for the auditors."""

from typing import Any, Literal, cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.orm import Session as Db

from functions.auth.tables import AuthLog
from shared import audit
from shared.db import travel, work
from shared.device import Device
from shared.ids import new_id

Actor = UUID | Literal["owner"] | None  # one of the staff, the account's owner, or the house itself

AUTH_LOGS = cast(Table, AuthLog.__table__)


def leave(
    db: Db,
    *,
    event: str,
    user_id: UUID,
    device: Device | None = None,
    new: dict[str, Any] | None = None,
    old: dict[str, Any] | None = None,
    actor: Actor = "owner",
) -> None:
    line = {
        "id": new_id(),
        "user_id": user_id,
        "event": event,
        "ip_address": device.address if device else None,
        "user_agent": device.user_agent if device else None,
        "success": True,
        "created_at": work(db).now,
    }
    travel(db, AUTH_LOGS, line)
    audit.record(
        db,
        action=f"auth.{event}",
        resource=("user", user_id),
        actor=user_id if isinstance(actor, str) else actor,
        tenant=user_id,
        old=old,
        new=new,
    )
