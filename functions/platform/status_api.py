"""How the platform is doing, for staff: schedules, queues, dead letters, and what waits to be sent."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from functions.platform import queries
from shared.db import system
from shared.http import Now, Router, Transactions, http, requires
from shared.settings import settings

router = Router(prefix="/v1/status", tags=["platform"])


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ScheduleOut(Out):
    name: Annotated[str, Field(examples=["platform.cron_make_partitions"])]
    last_due_at: datetime
    last_finished_at: datetime | None
    last_status: Annotated[str, Field(examples=["done"])]
    last_error: str | None
    next_due_at: datetime | None


class QueueOut(Out):
    consumer: Annotated[str, Field(examples=["auth-job-send-account-mail"])]
    depth: int
    oldest_at: datetime
    lag_seconds: float


class OutboxOut(Out):
    waiting: int
    parked: Annotated[int, Field(description="Refused ten times: a person must look.")]
    lag_seconds: Annotated[float, Field(description="Age of the oldest row that waits.")]


class StatusOut(Out):
    schedules: list[ScheduleOut]
    queues: Annotated[list[QueueOut], Field(description="On one machine; in AWS SQS tells.")]
    dead_letters: Annotated[int, Field(description="Not replayed.")]
    outbox: OutboxOut


@router.get("", response_model=StatusOut, dependencies=[requires("operations:read")])
def status(steps: Transactions, now: Now) -> queries.Status:
    return steps.acting_as(system()).last(queries.status, now=now, schedules=settings().schedules)


handler = http(router, login="fn_system")
