"""Many callers in the same moment: each a process of its own with a connection of its own, let go together."""

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from tests.calls import Answer, Api, faces
from tests.functions.auth import make

# Forked from a process that has imported everything and holds nothing: no thread, no connection.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])
PATIENCE = 60  # seconds

faces()


@dataclass(frozen=True)
class Post:
    path: str
    body: Mapping[str, Any]
    address: str = make.DEVICE.address


def at_once(environment: Mapping[str, str], posts: Sequence[Post]) -> list[Answer]:
    start = FORKS.Barrier(len(posts))
    ends = [FORKS.Pipe(duplex=False) for _ in posts]
    callers = [
        FORKS.Process(target=_call, args=(environment, post, start, told))
        for post, (_, told) in zip(posts, ends, strict=True)
    ]
    for caller in callers:
        caller.start()
    answers = [heard.recv() if heard.poll(PATIENCE) else None for heard, _ in ends]
    for caller in callers:
        caller.join(PATIENCE)
    assert None not in answers
    return answers


def _call(environment: Mapping[str, str], post: Post, start: Barrier, told: Connection) -> None:
    os.environ.update(environment)
    api = Api(post.address)
    api.post("/v1/auth/forgot-password", {"email": f"{os.getpid()}@example.com"})  # connects
    start.wait(PATIENCE)
    told.send(api.post(post.path, post.body))
