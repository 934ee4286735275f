"""The whole platform on one machine: one door, the processes behind it, the clock and the queues."""

import asyncio
import json
import os
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from infra.discover import Function, schedules
from infra.local.clock import Clock
from infra.local.database import Database, Transaction
from infra.local.gateway import Gateway
from infra.local.logs import keep_small
from infra.local.loops import keep_turning
from infra.local.pool import Call, Pool
from infra.local.processes import Nursery
from infra.local.queues import Dispatcher, routes

GRACE = 1  # second in which a request or a delivery may end when all stops
LOOP_GRACE = 10.0  # seconds for a loop to end its last turn


@dataclass(frozen=True, kw_only=True)
class Config:
    functions: tuple[Function, ...]
    environment: Mapping[str, str]  # all that the functions see, but their routes
    log_file: Path
    transaction: Transaction  # of the supervisor itself, for the queues
    public_host: str | None = None  # served beside the loopback names
    pages: Callable[["Platform"], ASGIApp] | None = None  # for every path that no function answers
    http_workers: int = 4
    job_workers: int = 3
    clock: Callable[[Iterable[Function], Pool], Clock] = Clock
    dispatcher: Callable[[Iterable[Function], Pool, Database], Dispatcher] = Dispatcher


class Platform:
    """Built around a socket that listens, so that a taken port is known before anything starts."""

    def __init__(self, config: Config, listener: socket) -> None:
        functions = config.functions
        self.functions = functions
        self.url = "http://{}:{}".format(*listener.getsockname())
        known = {"LOCAL_ROUTES": json.dumps(routes(functions)), "SCHEDULES": json.dumps(schedules(functions))}
        environment = {**config.environment, **known}
        self.nursery = Nursery(functions, environment=environment, log_file=config.log_file)
        self.http = Pool(self.nursery, functions, size=config.http_workers)
        self.jobs = Pool(self.nursery, functions, size=config.job_workers)
        self.loops = {
            loop.name: Pool(self.nursery, [loop], size=1, grace=LOOP_GRACE)
            for loop in functions
            if loop.trigger.kind == "loop"
        }
        self.database = Database(config.transaction)
        self.clock = config.clock(functions, self.jobs)
        self.dispatcher = config.dispatcher(functions, self.jobs, self.database)
        pages = config.pages(self) if config.pages else None
        gateway = Gateway(functions, self.http, public_host=config.public_host, pages=pages)
        self._server = Server(_http_settings(gateway))
        self._listener = listener
        self._log_file = config.log_file
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def pools(self) -> dict[str, Pool]:
        return {"http": self.http, "jobs": self.jobs, **self.loops}

    @property
    def running(self) -> dict[int, Call]:
        """What each process is at, by its id. Who looks from another thread sees one moment of each pool."""
        return {pid: call for pool in self.pools.values() for pid, call in pool.running.copy().items()}

    async def start(self) -> None:
        """Raises ImportFailed where the functions cannot be imported."""
        await self.nursery.start()
        await asyncio.gather(*(pool.start() for pool in self.pools.values()))
        self._tasks = [asyncio.create_task(work) for work in self._parts()]

    async def failure(self) -> None:
        """Raises what ends a part of the platform: they all run until they are stopped."""
        ended, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in ended:
            task.result()

    async def stop(self) -> None:
        for pool in self.pools.values():
            pool.stop()
        self._server.should_exit = True
        serving, *others = self._tasks
        for task in others:
            task.cancel()
        await asyncio.gather(serving, self.dispatcher.stop(GRACE), *others, return_exceptions=True)
        await self.nursery.stop()
        self.database.stop()

    def describe(self) -> dict[str, Any]:
        """What a person may want to see: everything that runs, and when what comes next."""
        return {
            "url": self.url,
            "pid": os.getpid(),
            "nursery": self.nursery.pid,
            "functions": [self._function(function) for function in self.functions],
            "pools": [_pool(name, pool) for name, pool in self.pools.items()],
        }

    def _parts(self) -> Iterator[Coroutine[Any, Any, None]]:
        yield self._server.serve(sockets=[self._listener])
        yield self.nursery.stay_alive()
        yield self.dispatcher.run()
        yield self.clock.run()
        yield keep_small(self._log_file)
        for name, pool in self.loops.items():
            yield keep_turning(name, pool)

    def _function(self, function: Function) -> dict[str, Any]:
        trigger = function.trigger
        called_by = " ".join(trigger.paths) or trigger.topic or trigger.schedule or trigger.consumer
        next_run = self.clock.next_runs.get(function.name)
        return {
            "name": function.name,
            "kind": trigger.kind,
            "wakes_on": called_by or "always",
            "calls": sum(pool.calls[function.name] for pool in self.pools.values()),
            "next_run": next_run.isoformat() if next_run else None,
        }


class Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are for the whole platform: the server is told when to stop."""
        yield


def _http_settings(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="none",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # who asks is who is connected, whatever it says
        timeout_graceful_shutdown=GRACE,
    )


def _pool(name: str, pool: Pool) -> dict[str, Any]:
    calls = {pid: pool.running.get(pid) for pid in pool.pids}
    workers = [{"pid": pid, "function": call.function if call else None} for pid, call in calls.items()]
    return {"name": name, "workers": workers, "waiting": pool.waiting, "restarts": pool.restarts}
