"""The rows of schema `audit`: append-only, but for the marks of the sealer and of a review."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import house, schema
from shared.db.schema import rights


class Rows(schema.Rows):
    __abstract__ = True
    metadata = house.audit


class AuditLog(Rows):
    __table__ = house.audit_logs
    id: Mapped[UUID]
    created_at: Mapped[datetime]
    tenant: Mapped[str]
    row_hash: Mapped[bytes]
    seq: Mapped[int | None]
    previous_hash: Mapped[bytes | None]


class SecurityEvent(Rows):
    __table__ = house.security_events
    id: Mapped[UUID]
    created_at: Mapped[datetime]
    requires_review: Mapped[bool]


class ApiRequestLog(Rows):
    __table__ = house.api_request_logs
    id: Mapped[UUID]
    created_at: Mapped[datetime]
    user_id: Mapped[UUID | None]


class SystemEvent(Rows):
    __table__ = house.system_events
    event_type: Mapped[str]
    created_at: Mapped[datetime]
    details: Mapped[dict[str, Any]]


class ChainHead(Rows):
    """Where each tenant's chain ends. The sealer's alone."""

    __tablename__ = "chain_heads"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    last_hash: Mapped[bytes]  # over the last row's seq, previous_hash and row_hash
    updated_at: Mapped[datetime]
    __table_args__ = ({"info": rights()},)
