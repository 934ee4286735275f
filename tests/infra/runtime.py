"""A platform of small functions, written to a temporary tree and run by the real processes."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from socket import socket
from typing import Any, TypeVar
from uuid import uuid4

import psutil
from sqlalchemy.orm import Session

from infra import discover
from infra.discover import Function
from infra.local.foreground import listen
from infra.local.supervisor import Config, Platform

Found = TypeVar("Found")
LIMIT = 120.0  # seconds a test waits for what must happen, on a machine that has much else to do
FIRST_LINES = "import os, time\nfrom shared.handler import Handler, Trigger\n\n"


class Running:
    """A platform in a thread of its own, so that a test reads as a client's day."""

    def __init__(self, platform: Platform, loop: asyncio.AbstractEventLoop) -> None:
        self.platform = platform
        self.url = platform.url
        self._loop = loop

    def call(self, function: str, event: Any = None, **options: Any) -> Any:
        pools = self.platform.loops.get(function, self.platform.http)
        return self.wait_for(pools.invoke(function, event or {}, **options))

    def wait_for(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=LIMIT)


@contextmanager
def running(config: Config, door: socket | None = None) -> Iterator[Running]:
    """`door` listens already, where somebody had to know the address before."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def wait_for(work: Coroutine[Any, Any, Found]) -> Found:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    async def started(listener: socket) -> Platform:
        platform = Platform(config, listener)
        await platform.start()
        return platform

    try:
        with door or listen(0) as listener:
            platform = wait_for(started(listener))
            try:
                yield Running(platform, loop)
            finally:
                wait_for(platform.stop())
                # It does not wait for its last transaction, whose connection would come back to a pool
                # that the test has let go.
                platform.database._thread.shutdown()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def written(folder: Path, files: Mapping[str, str]) -> tuple[Function, ...]:
    """{"market/api.py": "…"} → what discovery finds in such a tree, under a package name of its own."""
    root = folder / f"functions_{uuid4().hex[:8]}"
    for name, source in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(FIRST_LINES + source)
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    return discover.functions(root)


def config(folder: Path, files: Mapping[str, str], **given: Any) -> Config:
    defaults = {
        "functions": written(folder, files),
        "environment": {},
        "log_file": folder / "platform.jsonl",
        "transaction": no_database,
        "http_workers": 2,
        "job_workers": 2,
    }
    return Config(**{**defaults, **given})


def no_database() -> AbstractContextManager[Session]:
    raise AssertionError("nothing here needs the database")


def eventually(look: Callable[[], Found], *, limit: float = LIMIT) -> Found:
    """The first answer that is something; the test fails where it never comes."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.01)
    raise AssertionError("it never came")


def is_alive(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    return False
