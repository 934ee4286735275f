"""The rows of schema `audit`: append-only, but for the marks of the sealer and of a review."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import house, schema
from shared.db.schema import rights

audit_logs = house.audit_logs
security_events = house.security_events
api_request_logs = house.api_request_logs


class Rows(schema.Rows):
    __abstract__ = True
    metadata = house.audit


class ChainHead(Rows):
    """Where each tenant's chain ends. The sealer's alone."""

    __tablename__ = "chain_heads"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    last_hash: Mapped[bytes]  # over the last row's seq, previous_hash and row_hash
    updated_at: Mapped[datetime]
    __table_args__ = ({"info": rights()},)


class SystemEvent(Rows):
    """What the platform noticed about itself. `critical` is an alarm."""

    __tablename__ = "system_events"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    event_type: Mapped[str]
    severity: Mapped[str]
    details: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("severity in ('info', 'warning', 'critical')", name="severity"),
        Index(None, "created_at", "id"),
        {"info": rights()},
    )
