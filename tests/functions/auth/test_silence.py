"""The time an answer takes tells no more than the answer: as much work is done whoever has the address."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from functions.auth import passwords
from shared.db import driver
from tests.calls import Api
from tests.functions.auth import make
from tests.functions.auth.make import ADA, BOB, Account

NOBODY = Account("nobody@example.com", "nobody")


@dataclass
class Work:
    messages: list[list[str]] = field(default_factory=list)  # of each round trip, its statements
    hashes: int = 0


@pytest.fixture
def api(api: Api) -> Api:
    """Connected: the first time, SQLAlchemy asks the database questions of its own."""
    api.post("/v1/auth/forgot-password", {"email": NOBODY.email})
    return api


Watch = Callable[[], AbstractContextManager[Work]]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Counts what goes to the database and how often Argon2 runs; both do what they always do."""
    works = [Work()]
    count_messages(monkeypatch, works)
    for name in ("hash", "verify"):
        count_hashes(monkeypatch, works, name)

    @contextmanager
    def watch() -> Iterator[Work]:
        works.append(Work())
        yield works[-1]
        works.append(Work())

    return watch


def count_messages(monkeypatch: pytest.MonkeyPatch, works: list[Work]) -> None:
    executions, exchange = driver.Connection._executions, driver.Connection._exchange
    message: list[str] = []

    def noted(self: driver.Connection, sql: str, *rest: Any) -> bytes:
        message.append(sql)
        return executions(self, sql, *rest)

    def sent(self: driver.Connection, *rest: Any) -> None:
        works[-1].messages.append(message.copy())
        message.clear()
        exchange(self, *rest)

    monkeypatch.setattr(driver.Connection, "_executions", noted)
    monkeypatch.setattr(driver.Connection, "_exchange", sent)


def count_hashes(monkeypatch: pytest.MonkeyPatch, works: list[Work], name: str) -> None:
    stock = getattr(Argon2Hasher, name)

    def counted(self: Argon2Hasher, *given: Any, **named: Any) -> Any:
        works[-1].hashes += 1
        return stock(self, *given, **named)

    monkeypatch.setattr(Argon2Hasher, name, counted)


def test_a_wrong_password_and_an_unknown_address_cost_the_same_statements_and_one_hash(
    api: Api, watched: Watch
) -> None:
    make.account(ADA)
    make.account(BOB, status="pending")
    costs = []
    for account in (ADA, NOBODY, BOB):
        with watched() as cost:
            answer = api.post("/v1/auth/login", {"email": account.email, "password": "not the password"})
        assert answer.status == 401
        costs.append((cost.messages, cost.hashes))
    assert costs == [(costs[0][0], 1)] * 3


def test_a_locked_pair_costs_the_same_statements_and_no_hash(api: Api, watched: Watch) -> None:
    make.account(ADA)
    costs = []
    for account in (ADA, NOBODY):
        for _ in range(5):
            make.tried(account)
        with watched() as cost:
            answer = api.post("/v1/auth/login", account.credentials)
        assert answer.status == 429
        costs.append((cost.messages, cost.hashes))
    assert costs == [(costs[0][0], 0)] * 2


def test_registering_takes_as_many_round_trips_and_one_hash_whoever_has_the_address(
    api: Api, watched: Watch
) -> None:
    make.account(ADA)
    make.account(BOB, status="pending")
    costs = []
    for number, email in enumerate([NOBODY.email, BOB.email, ADA.email]):
        with watched() as cost:
            assert make.register(api, Account(email, f"asked_{number}")).status == 202
        costs.append((len(cost.messages), cost.hashes))
    assert costs == [(costs[0][0], 1)] * 3


def test_asking_for_a_reset_takes_as_many_round_trips_whoever_has_the_address(
    api: Api, watched: Watch
) -> None:
    make.account(ADA)
    make.account(BOB, status="pending")
    costs = []
    for account in (ADA, NOBODY, BOB):
        with watched() as cost:
            assert api.post("/v1/auth/forgot-password", {"email": account.email}).status == 202
        costs.append((len(cost.messages), cost.hashes))
    assert costs == [(costs[0][0], 0)] * 3


def test_a_password_that_bcrypt_could_not_have_read_costs_a_hash_all_the_same(
    watched: Watch,
) -> None:
    imported = "$2b$04$abcdefghijklmnopqrstuuM6SMqMRZ0p5xlgOuYLDGyb5TgY0rAnu"
    with watched() as cost:
        assert passwords.proof("x" * 73, imported).matches is False
    assert cost.hashes == 1
