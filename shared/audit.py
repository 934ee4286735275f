"""Who changed what: one row an operation, in the change's transaction. functions/audit seals them later."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.db import house, travel, work
from shared.ids import new_id

HASHED = [
    "id",
    "created_at",
    "event_type",
    "event_status",
    "severity",
    "user_id",
    "resource_type",
    "resource_id",
    "action",
    "old_values",
    "new_values",
    "ip_address",
    "user_agent",
    "request_id",
    "request_data",
    "response_data",
    "tenant",
]


def record(
    db: Session,
    *,
    action: str,  # "auth.password_reset"
    resource: tuple[str, object],  # ("user", its id)
    actor: UUID | None,
    tenant: UUID | None = None,  # the owner of the changed row; None: the domain has its own chain
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    succeeded: bool = True,
) -> None:
    """Values are JSON without fractions; what is personal enters only as ciphertext under its owner's key."""
    kind, resource_id = resource
    domain = action.split(".")[0]
    row: dict[str, Any] = dict.fromkeys(HASHED) | {
        "id": new_id(),
        "created_at": work(db).now,
        "event_type": domain,
        "event_status": "succeeded" if succeeded else "refused",
        "severity": "info" if succeeded else "warning",
        "user_id": actor,
        "resource_type": kind,
        "resource_id": str(resource_id),
        "action": action,
        "old_values": old,
        "new_values": new,
        "request_id": work(db).request_id,
        "tenant": str(tenant or domain),
    }
    travel(db, house.audit_logs, row | {"row_hash": row_hash(row)})


def security_event(
    db: Session, *, code: str, user_id: UUID | None, address: str | None, review: bool, facts: dict[str, Any]
) -> None:
    row = {
        "id": new_id(),
        "category": code.split(".")[0],
        "severity": "warning",
        "user_id": user_id,
        "ip_address": address,
        "event_code": code,
        "is_blocked": True,
        "requires_review": review,
        "raw_data": facts,
        "created_at": work(db).now,
    }
    travel(db, house.security_events, row)


def row_hash(row: Mapping[str, Any]) -> bytes:
    """Each field behind its length, so that no text can move from one to the next unseen."""
    digest = hashlib.sha256()
    for name in HASHED:
        field = _canonical(row[name])
        digest.update(len(field).to_bytes(8) + field)
    return digest.digest()


def _canonical(value: Any) -> bytes:
    """As the database gives it back. Nothing and the empty text differ by a type letter."""
    if value is None:
        return b"-"
    if isinstance(value, dict):
        return b"j" + json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    text = value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
    return b"t" + text.encode()
