"""Warm requests, in process, through the Lambda handlers: what the house adds to a route, or takes off."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from functions.auth import api
from shared.http import Router, http, public
from tests.benchmarks.peers import by_hand
from tests.benchmarks.scene import Scene
from tests.benchmarks.table import Figure, paired
from tests.calls import Context, http_event

CALLS, ROUNDS = 200, 15
router = Router(prefix="/trivial", tags=["bench"])


@router.get("", dependencies=[public()])
def trivial() -> dict[str, str]:
    return {"status": "ok"}


def figures(scene: Scene) -> Iterator[Figure]:
    os.environ.update(scene.environment)
    house = http(router)
    event = http_event("GET", "/v1/auth/me", headers={}) | {"path": "/trivial", "resource": "/trivial"}
    yield _figure("warm, trivial route", house, by_hand.handler, event, "stock FastAPI route")
    yield _figure("warm, authenticated read", api.handler, by_hand.handler, scene.me(), "the same by hand")


def _figure(name: str, ours: Any, peer: Any, event: dict[str, Any], peer_name: str) -> Figure:
    house, hand = paired(lambda: _calls(ours, event), lambda: _calls(peer, event), rounds=ROUNDS)
    return Figure(name, house, hand, peer_name, 1.0, "µs")


def _calls(handler: Callable[[Any, Any], Any], event: dict[str, Any]) -> float:
    context = Context("bench")
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        began = time.perf_counter()
        for _ in range(CALLS):
            answer = handler(event, context)
        spent = time.perf_counter() - began
    if answer["statusCode"] != 200:
        sys.exit(f"{event['path']} answered {answer}")
    return spent / CALLS * 1e6
