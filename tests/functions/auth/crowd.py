"""Many callers in the same moment: each a thread with a connection of its own, let go together."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import create_engine

from shared.db import session
from tests.calls import Answer, Api
from tests.functions.auth import make

MOST = 50  # and as many connections, where a function has one
PATIENCE = 60  # seconds


@dataclass(frozen=True)
class Post:
    path: str
    body: Mapping[str, Any]


def make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool alone is another: a function serves one call at a time, and needs one connection."""
    monkeypatch.setattr(
        session, "create_engine", lambda url, **given: create_engine(url, **given | {"pool_size": MOST})
    )
    session.engine.cache_clear()


def at_once(posts: Sequence[Post]) -> list[Answer]:
    start = Barrier(len(posts))

    def call(post: Post) -> Answer:
        with asyncio.Runner() as loop:  # Mangum asks for the thread's
            asyncio.set_event_loop(loop.get_loop())
            start.wait(PATIENCE)
            return Api(make.DEVICE.address).post(post.path, post.body)

    with ThreadPoolExecutor(len(posts)) as threads:
        return list(threads.map(call, posts))
