"""Many callers in the same moment: each a thread with a connection of its own, let go together."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier, current_thread, main_thread
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from shared import http
from shared.db import session
from tests.calls import Answer, Api
from tests.conftest import LOGINS, forget
from tests.functions.auth import make

MOST = 50
PATIENCE = 60  # seconds


@dataclass(frozen=True)
class Post:
    path: str
    body: Mapping[str, Any]


@contextmanager
def room() -> Iterator[None]:
    """One call at a time needs one connection and one event loop a process: here each thread has its own."""

    def roomy(url: str, **given: Any) -> Engine:
        return create_engine(url, **given | {"pool_size": MOST})

    own = http._loop

    def of_its_thread(process: int) -> asyncio.AbstractEventLoop:
        return own(process) if current_thread() is main_thread() else asyncio.get_event_loop()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "_loop", of_its_thread)
        patch.setattr(session, "create_engine", roomy)
        _let_go_of_engines()
        for login in LOGINS:  # before the crowd, each of which would make one for itself
            session.engine(login)
        try:
            yield
        finally:
            _let_go_of_engines()


def _let_go_of_engines() -> None:
    forget()
    session.engine.cache_clear()


def at_once(posts: Sequence[Post]) -> list[Answer]:
    start = Barrier(len(posts))

    def call(post: Post) -> Answer:
        with asyncio.Runner() as runner:
            asyncio.set_event_loop(runner.get_loop())
            start.wait(PATIENCE)
            return Api(make.DEVICE.address).post(post.path, post.body)

    with ThreadPoolExecutor(len(posts)) as threads:
        return list(threads.map(call, posts))
