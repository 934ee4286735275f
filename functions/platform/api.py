"""Repair over HTTP: what consumers gave up on, and sending it again. For staff."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from functions.platform import operations, queries
from functions.platform.tables import DeadLetter
from shared.db import system
from shared.http import CurrentUser, Now, Router, Transactions, http, requires
from shared.pagination import Cursor, Limit, Page, PageOut

router = Router(prefix="/v1/platform", tags=["platform"])


class DeadLetterOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    consumer: Annotated[str, Field(examples=["auth-job-send-account-mail"])]
    event_id: Annotated[UUID, Field(description="A replay carries it again.")]
    error: Annotated[str | None, Field(description="Of the last attempt, where it is known.")]
    attempts: int
    failed_at: datetime
    replayed_at: Annotated[datetime | None, Field(description="Null again once a replay has died too.")]


class WholeDeadLetterOut(DeadLetterOut):
    payload: Annotated[Any, Field(description="The message, as the queue carried it.")]


@router.get(
    "/dead-letters", response_model=PageOut[DeadLetterOut], dependencies=[requires("operations:read")]
)
def list_dead_letters(steps: Transactions, limit: Limit = 20, cursor: Cursor = None) -> Page[DeadLetter]:
    return steps.acting_as(system()).last(queries.dead_letters, limit=limit, cursor=cursor)


@router.get(
    "/dead-letters/{dead_letter_id}",
    response_model=WholeDeadLetterOut,
    dependencies=[requires("operations:read")],
)
def inspect_dead_letter(dead_letter_id: UUID, steps: Transactions) -> DeadLetter:
    return steps.acting_as(system()).last(queries.dead_letter, dead_letter_id=dead_letter_id)


@router.post(
    "/dead-letters/{dead_letter_id}/replay",
    response_model=DeadLetterOut,
    dependencies=[requires("operations:repair")],
)
def replay_dead_letter(dead_letter_id: UUID, user: CurrentUser, steps: Transactions, now: Now) -> DeadLetter:
    staff = steps.acting_as(system())
    return staff.last(operations.replay, dead_letter_id=dead_letter_id, actor=user.id, now=now)


handler = http(router, login="fn_system")
