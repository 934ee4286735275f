"""Sign-in with an unknown address beside one with a wrong password: whoever measures learns nothing."""

import json
import time
from collections.abc import Iterator
from itertools import count

from tests.benchmarks.scene import Scene
from tests.benchmarks.table import Figure, paired
from tests.calls import Api
from tests.functions.auth import make

ROUNDS = 25
BLOCKS = count(1)


def figures(_: Scene) -> Iterator[Figure]:
    unknown, wrong = paired(
        lambda: _refused("nobody@example.com"), lambda: _refused(make.ADA.email), rounds=ROUNDS
    )
    yield Figure("sign-in refused, unknown address", unknown, wrong, "wrong password", 1.1, "ms")


def _refused(email: str) -> float:
    """From an address of its own each time, or the lockout would answer."""
    api = Api(address=f"198.51.{next(BLOCKS) % 250}.{next(BLOCKS) % 250}")
    began = time.perf_counter()
    answer = api.post("/v1/auth/login", {"email": email, "password": "not the password"})
    spent = (time.perf_counter() - began) * 1000
    if answer.status != 401:
        raise RuntimeError(json.dumps(answer.json()))
    return spent
