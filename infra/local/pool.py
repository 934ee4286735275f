"""Calls to functions, as Lambda's Invoke makes them: each worker of a pool serves one at a time."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from infra.discover import Function
from infra.local.frames import MOST, packed
from infra.local.processes import PAUSE, Nursery, Worker, WorkerDied

log = logging.getLogger(__name__)


class CallFailed(Exception):
    """A call that brought no answer; the text says why."""


class FunctionFailed(CallFailed):
    """The handler raised; its worker lives on."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(f"{error_type}: {message}")
        self.error_type, self.message = error_type, message


class TimedOut(CallFailed):
    """The worker was killed at the end of its time, with all that it had started."""


class Died(CallFailed):
    """The worker ended before it answered."""


class RequestTooLarge(CallFailed):
    """Nobody was called."""


class AnswerTooLarge(CallFailed):
    """The function has done its work, but its answer does not travel."""


@dataclass(frozen=True)
class Call:
    function: str
    number: int  # of this function's calls, from 1


class Pool:
    """`grace`: a function that ends by itself when its time is over is killed so many seconds later."""

    def __init__(
        self, nursery: Nursery, functions: Iterable[Function], *, size: int, grace: float = 0
    ) -> None:
        self.size = size
        self.restarts = 0
        self.waiting = 0  # calls that no worker has taken yet
        self.calls: Counter[str] = Counter()
        self.running: dict[int, Call] = {}  # by process id
        self._nursery = nursery
        self._timeouts = {function.name: float(function.trigger.timeout) for function in functions}
        self._grace = grace
        self._workers: dict[int, Worker] = {}
        self._idle: asyncio.LifoQueue[Worker] = asyncio.LifoQueue()  # the last one used is the warmest
        self._births: set[asyncio.Task[None]] = set()
        self._stopped = False

    @property
    def pids(self) -> list[int]:
        return sorted(self._workers)

    @property
    def free(self) -> int:
        return max(0, len(self._workers) - len(self.running) - self.waiting)

    async def start(self) -> None:
        await asyncio.gather(*(self._add() for _ in range(self.size)))

    def stop(self) -> None:
        """No worker is replaced any more: they end with the fork parent."""
        self._stopped = True
        for birth in self._births:
            birth.cancel()

    async def invoke(self, function: str, event: Any, *, timeout: float | None = None) -> Any:
        """What the handler answers to this event; raises a CallFailed where it does not."""
        seconds = self._timeouts[function] if timeout is None else timeout
        call = {"function": function, "event": event, "request_id": str(uuid4()), "seconds": seconds}
        message = packed(call)
        if len(message) > MOST:
            raise RequestTooLarge(f"{len(message)} bytes for {function}")
        worker = await self._next_worker()
        return _result(function, await self._served(worker, function, message, seconds))

    async def _served(self, worker: Worker, function: str, message: bytes, seconds: float) -> dict[str, Any]:
        self.calls[function] += 1
        self.running[worker.pid] = Call(function, self.calls[function])
        try:
            async with asyncio.timeout(seconds + self._grace):
                answer = await worker.call(message)
        except WorkerDied:
            raise Died(f"the worker of {function} died") from None
        except TimeoutError:
            self._nursery.kill(worker)
            raise TimedOut(f"{function} took longer than {seconds:g} s") from None
        except asyncio.CancelledError:
            self._nursery.kill(worker)
            raise
        finally:
            del self.running[worker.pid]
        self._idle.put_nowait(worker)
        return answer

    async def _next_worker(self) -> Worker:
        self.waiting += 1
        try:
            while not (worker := await self._idle.get()).alive:
                pass  # its successor is on the way
            return worker
        finally:
            self.waiting -= 1

    async def _add(self) -> None:
        worker = await self._born()
        self._workers[worker.pid] = worker
        worker.died.add_done_callback(lambda _: self._replace(worker))
        self._idle.put_nowait(worker)

    async def _born(self) -> Worker:
        while True:
            try:
                return await self._nursery.fork()
            except WorkerDied:
                log.warning("a worker died at birth")
                await asyncio.sleep(PAUSE)

    def _replace(self, worker: Worker) -> None:
        del self._workers[worker.pid]
        if not self._stopped:
            self.restarts += 1
            birth = asyncio.create_task(self._add())
            self._births.add(birth)
            birth.add_done_callback(self._births.discard)


def _result(function: str, answer: dict[str, Any]) -> Any:
    if "answer" in answer:
        return answer["answer"]
    if "too_large" in answer:
        raise AnswerTooLarge(f"{function} answered {answer['too_large']} bytes")
    raise FunctionFailed(answer["error"], answer["message"])
