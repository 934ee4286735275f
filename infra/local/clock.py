"""Schedules, as EventBridge keeps them: each function is woken when it is due, and once at the start."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from infra.discover import Function
from infra.local.pool import CallFailed, Pool
from shared import clock
from shared.schedule import next_due

log = logging.getLogger(__name__)

LOOK = 1.0  # seconds: the wall clock may be set, so it is read again


class Clock:
    """`pauses`: a failed call is tried again after each of these seconds, as Lambda does."""

    def __init__(
        self, functions: Iterable[Function], pool: Pool, *, pauses: Sequence[float] = (60, 120)
    ) -> None:
        self.next_runs: dict[str, datetime] = {}
        self._schedules = {
            function.name: function.trigger.schedule for function in functions if function.trigger.schedule
        }
        self._pool = pool
        self._pauses = pauses

    async def run(self) -> None:
        await asyncio.gather(*(self._keep(function) for function in self._schedules))

    async def _keep(self, function: str) -> None:
        while True:  # the first time at once: the function catches up what was due while nothing ran
            self.next_runs[function] = due = next_due(self._schedules[function], clock.now())
            await self._wake(function)
            await self._reach(due, self._schedules[function])

    async def _reach(self, due: datetime, schedule: str) -> None:
        """Or the clock was set back, and it is due earlier."""
        while (wait := (due - (now := clock.now())).total_seconds()) > 0 and next_due(schedule, now) == due:
            await asyncio.sleep(min(wait, LOOK))

    async def _wake(self, function: str) -> None:
        event = scheduled_event(function, clock.now())
        for pause in (0, *self._pauses):
            await asyncio.sleep(pause)
            try:
                await self._pool.invoke(function, event)
                return
            except CallFailed as error:
                log.warning("%s: %s", function, error)


def scheduled_event(function: str, now: datetime) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "region": "local",
        "resources": [f"arn:aws:events:local:000000000000:rule/{function}"],
        "detail": {},
    }
