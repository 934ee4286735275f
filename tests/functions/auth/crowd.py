"""Many callers in the same moment: each a thread with a connection of its own, let go together."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier, current_thread, main_thread
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from shared import http
from shared.db import session
from tests.calls import Answer, Api
from tests.conftest import forget
from tests.functions.auth import make

LOGINS: tuple[session.Login, ...] = ("fn_http", "fn_auth", "fn_system")
MOST = 50
PATIENCE = 60  # seconds


@dataclass(frozen=True)
class Post:
    path: str
    body: Mapping[str, Any]


def make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """One call at a time needs one connection and one event loop a process: here each thread has its own."""

    def roomy(url: str, **given: Any) -> Engine:
        return create_engine(url, **given | {"pool_size": MOST})

    monkeypatch.setattr(session, "create_engine", roomy)
    forget()
    for login in LOGINS:  # before the crowd, each of which would make one for itself
        session.engine(login)
    own = http._loop

    def of_its_thread(process: int) -> asyncio.AbstractEventLoop:
        return own(process) if current_thread() is main_thread() else asyncio.get_event_loop()

    monkeypatch.setattr(http, "_loop", of_its_thread)


def at_once(posts: Sequence[Post]) -> list[Answer]:
    start = Barrier(len(posts))

    def call(post: Post) -> Answer:
        with asyncio.Runner() as runner:
            asyncio.set_event_loop(runner.get_loop())
            start.wait(PATIENCE)
            return Api(make.DEVICE.address).post(post.path, post.body)

    with ThreadPoolExecutor(len(posts)) as threads:
        return list(threads.map(call, posts))
