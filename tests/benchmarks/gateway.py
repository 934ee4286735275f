"""Warm requests over API Gateway of the local AWS, to the platform deployed there: beside a bare function."""

import sys
import time
from collections.abc import Iterator

import httpx

from infra.localstack.creators.account import Account
from infra.localstack.deploy import deploy
from infra.localstack.up import running
from tests.benchmarks.peers import echo
from tests.benchmarks.scene import Scene
from tests.benchmarks.table import Figure, paired
from tests.infra.localstack.functions import free_port

ROUNDS = 200  # a minute's bucket has 600 for both pages together
PAGES = {"/.well-known/jwks.json": 1.5, "/v1/health": 2.0}  # the second asks the database: README.md


def figures(_: Scene) -> Iterator[Figure]:
    with running(free_port(), auth=True) as aws, httpx.Client(timeout=60) as client:
        ours = deploy(aws.url, config={}).outputs["url"]
        bare = echo.deployed(Account(aws.url))
        for page, goal in PAGES.items():
            house, peer = paired(
                lambda page=page: _asked(client, f"{ours}{page}"),
                lambda: _asked(client, f"{bare}/echo"),
                rounds=ROUNDS,
            )
            yield Figure(f"local API Gateway, {page}", house, peer, "a bare function there", goal, "ms")


def _asked(client: httpx.Client, url: str) -> float:
    began = time.perf_counter()
    answer = client.get(url)
    spent = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        sys.exit(f"{url} answered {answer.status_code}: {answer.text}")
    return spent
