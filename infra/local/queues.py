"""The event source mapping of one machine: messages go to their functions, again and again until done."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from infra.discover import Function
from infra.local.database import Database
from infra.local.messages import Failure, Message, claim, longest_waiting, release, settle, sqs_event
from infra.local.pool import CallFailed, Pool
from shared import clock

log = logging.getLogger(__name__)

IDLE = 0.1  # seconds between two looks, where there was nothing
VISIBILITY = 6  # timeouts of the function: AWS's advice
RETRIES = (0, 0.2, 0.5, 1, 2, 4)  # seconds in which the database may come back


@dataclass(frozen=True)
class Batch:
    consumer: str  # the queue it was received from
    function: str  # the consumer's own, or the one for dead letters
    messages: Sequence[Message]


class Dispatcher:
    """`visibility` replaces the six timeouts; a failed message pauses twice as long each time. In seconds."""

    def __init__(
        self,
        functions: Iterable[Function],
        pool: Pool,
        database: Database,
        *,
        visibility: float | None = None,
        pause: float = 2,
        longest_pause: float = 300,
    ) -> None:
        listening = {f.trigger.consumer: f for f in functions if f.trigger.consumer}
        self._queues = {name: f for name, f in listening.items() if f.trigger.kind != "dead_letters"}
        self._undertaker = next((f.name for f in listening.values() if f.trigger.kind == "dead_letters"), "")
        if self._queues and not self._undertaker:
            raise ValueError("there are queues, but no function for dead letters")
        self._pool = pool
        self._database = database
        self._visibility = visibility
        self._pause, self._longest_pause = pause, longest_pause
        self._calls: Counter[str] = Counter()  # running now, by consumer
        self._deliveries: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()

    async def run(self) -> None:
        if self._queues:
            await self._written(partial(release, now=clock.now()))
        while True:
            self._room.clear()
            batches = await self._claimed()
            for batch in batches:
                self._start(batch)
            await asyncio.sleep(0)  # it takes its worker before the next look
            if not batches:
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE):
                        await self._room.wait()

    async def stop(self, seconds: float) -> None:
        """What is being delivered may end within these seconds; the rest comes again after the next start."""
        deliveries = set(self._deliveries)
        if deliveries:
            await asyncio.wait(deliveries, timeout=seconds)
        for delivery in deliveries:
            delivery.cancel()
        await asyncio.gather(*deliveries, return_exceptions=True)

    async def deliver(self, batch: Batch) -> None:
        """A storm overrides this: to reorder messages, to deliver them twice, or late."""
        errors = await self._errors(batch)
        now = clock.now()
        done = [message for message in batch.messages if message.id not in errors]
        failed = [
            self._failure(batch.consumer, message, errors[message.id], now)
            for message in batch.messages
            if message.id in errors
        ]
        await self._written(partial(settle, done=done, failed=failed, now=now))

    async def _claimed(self) -> list[Batch]:
        """A message is received when a worker is free for it: its visibility is not spent in a line."""
        consumers = self._with_room() if self._pool.free else []
        if not consumers:
            return []
        try:
            return await self._database.run(partial(self._claim, consumers=consumers))
        except Exception as error:
            log.warning("the queues cannot be read: %r", error)
            await asyncio.sleep(1)
            return []

    def _with_room(self) -> list[str]:
        """Those that may have another call. Jobs are long: together they leave a worker to the others."""
        jobs = {name for name, function in self._queues.items() if function.trigger.kind == "job"}
        full = sum(self._calls[name] for name in jobs) >= max(1, self._pool.size - 1)
        return [
            name
            for name, function in self._queues.items()
            if self._calls[name] < function.trigger.concurrency and not (full and name in jobs)
        ]

    def _claim(self, db: Session, *, consumers: Sequence[str]) -> list[Batch]:
        now = clock.now()
        consumer = longest_waiting(db, consumers, now=now)
        if consumer is None:
            return []
        function = self._queues[consumer]
        batch, attempts = function.trigger.batch, function.trigger.attempts
        until = now + timedelta(seconds=self._visibility or VISIBILITY * function.trigger.timeout)
        messages = claim(db, consumer, batch=batch, attempts=attempts, now=now, until=until)
        live, dead = [m for m in messages if not m.dead], [m for m in messages if m.dead]
        both = Batch(consumer, function.name, live), Batch(consumer, self._undertaker, dead)
        return [batch for batch in both if batch.messages]

    def _start(self, batch: Batch) -> None:
        self._calls[batch.consumer] += 1
        delivery = asyncio.create_task(self.deliver(batch))
        self._deliveries.add(delivery)
        delivery.add_done_callback(partial(self._ended, batch))

    def _ended(self, batch: Batch, delivery: asyncio.Task[None]) -> None:
        self._deliveries.discard(delivery)
        self._calls[batch.consumer] -= 1
        self._room.set()

    async def _errors(self, batch: Batch) -> dict[UUID, str]:
        """What to say of each message that is not done."""
        ids = [message.id for message in batch.messages]
        try:
            answer = await self._pool.invoke(batch.function, sqs_event(batch.consumer, batch.messages))
        except CallFailed as error:
            log.warning("%s: %s", batch.function, error)
            return dict.fromkeys(ids, str(error))
        return dict.fromkeys(_given_back(answer, ids), f"given back by {batch.function}")

    def _failure(self, consumer: str, message: Message, error: str, now: datetime) -> Failure:
        """Pauses grow, with jitter. The way to the dead letters has none, and goes with the last error."""
        pause = min(self._longest_pause, self._pause * 2 ** (message.attempts - 1)) * random.uniform(0.5, 1)
        if message.dead:
            return Failure(message, message.error, now + timedelta(seconds=pause))
        if message.attempts < self._queues[consumer].trigger.attempts:
            return Failure(message, error, now + timedelta(seconds=pause))
        log.error("%s: %s is dead after %d attempts", consumer, message.id, message.attempts)
        return Failure(message, error, now)

    async def _written(self, work: Callable[[Session], None]) -> None:
        """The database may be starting again; where it stays away, visibility brings the messages back."""
        for pause in RETRIES:
            await asyncio.sleep(pause)
            try:
                return await self._database.run(work)
            except Exception as error:
                log.warning("the queues cannot be written: %r", error)


def _given_back(answer: Any, ids: Sequence[UUID]) -> Iterable[UUID]:
    """As Lambda reads it: no answer means that all is done, one that makes no sense that nothing is."""
    try:
        named = {UUID(failure["itemIdentifier"]) for failure in (answer or {}).get("batchItemFailures") or ()}
    except (AttributeError, KeyError, TypeError, ValueError):
        return ids
    return named if named <= set(ids) else ids


def routes(functions: Iterable[Function]) -> dict[str, list[str]]:
    """Who hears what, read off the consumers: topic → queues."""
    found: dict[str, list[str]] = {}
    for function in functions:
        if function.trigger.topic:
            found.setdefault(function.trigger.topic, []).append(function.trigger.consumer)
    return found
