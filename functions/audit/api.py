"""The record over HTTP, for staff: who changed what, what looked like an attack, who asked for what."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, IPvAnyAddress

from functions.audit import operations, queries
from functions.audit.tables import ApiRequestLog, AuditLog, SecurityEvent
from shared.db import system
from shared.http import CurrentUser, Router, Text, Transactions, http, requires
from shared.pagination import Cursor, Limit, Page, PageOut

router = Router(prefix="/v1/audit", tags=["audit"])

Tenant = Annotated[
    Text, Field(max_length=100, description="Whose chain: a user's id, or a domain.", examples=["auth"])
]


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime


class LogOut(Out):
    tenant: Tenant
    seq: Annotated[int | None, Field(description="Its number in the chain; null until it is sealed.")]
    action: Annotated[str, Field(examples=["auth.password_reset"])]
    event_status: Annotated[str, Field(examples=["succeeded"])]
    user_id: Annotated[UUID | None, Field(description="Who did it; null for the platform itself.")]
    resource_type: str
    resource_id: str | None
    old_values: dict[str, Any] | None
    new_values: dict[str, Any] | None
    request_id: str | None


class SecurityEventOut(Out):
    category: str
    severity: str
    event_code: str
    user_id: UUID | None
    ip_address: IPvAnyAddress | None
    is_blocked: bool
    requires_review: bool
    raw_data: dict[str, Any] | None


class RequestLogOut(Out):
    endpoint: Annotated[str, Field(examples=["/v1/auth/sessions/{session_id}"])]
    method: str
    status_code: int
    response_time_ms: int
    user_id: UUID | None
    api_key_id: UUID | None
    request_id: str | None


@router.get("/logs", response_model=PageOut[LogOut], dependencies=[requires("audit:read")])
def list_logs(
    tenant: Tenant, steps: Transactions, limit: Limit = 20, cursor: Cursor = None
) -> Page[AuditLog]:
    return steps.acting_as(system()).last(queries.logs, tenant=tenant, limit=limit, cursor=cursor)


@router.get(
    "/security-events", response_model=PageOut[SecurityEventOut], dependencies=[requires("audit:read")]
)
def list_security_events(
    steps: Transactions, requires_review: bool | None = None, limit: Limit = 20, cursor: Cursor = None
) -> Page[SecurityEvent]:
    staff = steps.acting_as(system())
    return staff.last(queries.security_events, requires_review=requires_review, limit=limit, cursor=cursor)


@router.post(
    "/security-events/{event_id}/review",
    response_model=SecurityEventOut,
    dependencies=[requires("audit:review")],
)
def review_security_event(event_id: UUID, user: CurrentUser, steps: Transactions) -> SecurityEvent:
    return steps.acting_as(system()).last(operations.review, event_id=event_id, actor=user.id)


@router.get(
    "/request-logs", response_model=PageOut[RequestLogOut], dependencies=[requires("operations:read")]
)
def list_request_logs(
    steps: Transactions, user_id: UUID | None = None, limit: Limit = 20, cursor: Cursor = None
) -> Page[ApiRequestLog]:
    staff = steps.acting_as(system())
    return staff.last(queries.request_logs, user_id=user_id, limit=limit, cursor=cursor)


handler = http(router, login="fn_system")
