"""What a transfer costs a person over HTTP, beside the bare SQL of the same on the same database."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import Connection, text

from infra.local import postgres
from infra.local.postgres import Server
from shared.ids import new_id
from tests import databases
from tests.benchmarks.machine import up
from tests.benchmarks.scene import Scene
from tests.benchmarks.table import Figure

ROUNDS, WARM_UP = 600, 50
GOAL = 5.0
CENT = "0.01"

TAKER = """
    insert into auth.users (id, email, username, status, created_at, updated_at)
        values (:id, 'taker@astrolabe.test', 'taker', 'active', now(), now())
"""
FUND = """
    select financial.post(k.id, 'deposit', 'bench:' || k.id, null, null, null, null, null,
        array[financial.house_account('cash', 'USD', :wallet), :wallet], array[10000, -10000]::numeric[],
        now())
    from financial.new_id(now()) k(id)
"""
BARE = """
    begin;
    set local role app_user;
    select set_config('app.user_id', '{giver}', true);
    select financial.transfer('{id}', '{wallet}', '{taker}', {cent}, null, now());
    commit;
"""


def figures(_: Scene) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as home, up(home, RATE_LIMIT_FACTOR="1000") as platform:
        data = Path(home) / "data"
        server = postgres.running(data)
        assert server is not None
        with httpx.Client(base_url=f"{platform.url}/v1", timeout=30) as client:
            giver, wallet = _giver(client, (data / "demo-password").read_text())
            taker = _taker(server, wallet)
            with databases.connected(server.url("fn_http")) as connection:
                over_http, bare = _in_turn(
                    lambda: _ask(client, wallet), lambda: _bare(connection, giver, wallet, taker)
                )
    yield Figure("transfer over HTTP, p99", _p99(over_http), _p99(bare), "its bare SQL", GOAL, "ms")
    median = (statistics.median(times) for times in (over_http, bare))
    yield Figure("transfer over HTTP, median", *median, "its bare SQL", float("inf"), "ms")


def _giver(client: httpx.Client, password: str) -> tuple[UUID, UUID]:
    credentials = {"email": "demo@astrolabe.test", "password": password}
    token = client.post("/auth/login", json=credentials).raise_for_status().json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    me = client.get("/auth/me").raise_for_status().json()
    wallet = _post(client, "/financial/wallets", {"currency": "USD"})
    return UUID(me["id"]), UUID(wallet["id"])


def _taker(server: Server, wallet: UUID) -> UUID:
    taker = new_id()
    with databases.connected(server.url("app_owner")) as owner:
        owner.execute(text(TAKER), {"id": taker})
        owner.execute(text(FUND), {"wallet": wallet})
    return taker


def _in_turn(*ways: Callable[[], Any]) -> list[list[float]]:
    rounds = [[_milliseconds(way) for way in ways] for _ in range(WARM_UP + ROUNDS)]
    return [list(column) for column in zip(*rounds[WARM_UP:], strict=True)]


def _milliseconds(way: Callable[[], Any]) -> float:
    began = time.perf_counter()
    way()
    return (time.perf_counter() - began) * 1e3


def _ask(client: httpx.Client, wallet: UUID) -> None:
    _post(client, "/financial/transfers", {"wallet_id": str(wallet), "to": "taker", "amount": CENT})


def _post(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
    return dict(answer.raise_for_status().json())


def _bare(connection: Connection, giver: UUID, wallet: UUID, taker: UUID) -> None:
    """All of it in one message, as PostgreSQL's own simple protocol takes it."""
    sql = BARE.format(giver=giver, id=new_id(), wallet=wallet, taker=taker, cent=CENT)
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute_simple(sql)


def _p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98]
