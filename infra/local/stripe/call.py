"""One request being worked off: what it may see, what it may change, and who hears of it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from infra.local.stripe import ids
from infra.local.stripe.errors import Object, missing
from infra.local.stripe.faults import Faults
from infra.local.stripe.form import Given
from infra.local.stripe.store import Records

VERSION = "2025-06-30.basil"  # whose shapes these are


@dataclass(frozen=True)
class Endpoint:
    """Who is told of events, and with which secret they are signed."""

    url: str
    secret: str


@dataclass(frozen=True)
class House:
    """`settle_after`: seconds until a bank answers a payout or a slow refund; None: when it is told to."""

    url: str
    endpoints: tuple[Endpoint, ...] = ()
    settle_after: float | None = None
    faults: Faults = field(default_factory=Faults)


@dataclass(frozen=True)
class Answer:
    """One that is not a plain 200."""

    status: int
    body: Object


@dataclass(frozen=True, kw_only=True)
class Call:
    records: Records
    house: House
    now: int
    given: Given = field(default_factory=lambda: Given({}))
    request_id: str | None = None
    idempotency_key: str | None = None

    def find(self, kind: str, object_id: str) -> Object:
        """What the address names."""
        found = self.records.find(object_id, kind)
        if found is None:
            raise missing(kind.replace(".", " "), object_id, status=404)
        return found

    def named(self, kind: str, param: str) -> Object | None:
        """What a parameter names, where there is one."""
        object_id = self.given.text(param)
        if object_id is None:
            return None
        found = self.records.find(object_id, kind)
        if found is None:
            raise missing(kind, object_id, param=self.given.named(param))
        return found

    def named_id(self, kind: str, param: str) -> str | None:
        found = self.named(kind, param)
        return found["id"] if found else None

    def announce(self, kind: str, subject: Object, previous: Object | None = None) -> None:
        """Written with the change itself: whoever sees the one will hear of the other."""
        data = {"object": subject} | ({"previous_attributes": previous} if previous else {})
        event: Object = {
            "id": ids.new_id("evt"),
            "object": "event",
            "api_version": VERSION,
            "created": self.now,
            "data": data,
            "livemode": False,
            "pending_webhooks": len(self.house.endpoints),
            "request": {"id": self.request_id, "idempotency_key": self.idempotency_key},
            "type": kind,
        }
        self.records.add(event)
        for endpoint in self.house.endpoints:
            self.records.deliver(event["id"], endpoint.url, now=self.now)

    def settle_later(self, name: str, object_id: str) -> None:
        if self.house.settle_after is not None:
            self.records.plan(name, object_id, due_at=self.now + self.house.settle_after)


@dataclass(frozen=True)
class Route:
    """`{}` in a path is an identity, handed on by position. `takes`: the parameters it knows."""

    method: str
    path: str
    answer: Callable[..., Object | Answer]
    takes: frozenset[str] = frozenset()

    def match(self, method: str, path: str) -> tuple[str, ...] | None:
        if method != self.method:
            return None
        found = re.fullmatch(re.escape(self.path).replace(r"\{\}", "([^/]+)"), path)
        return found.groups() if found else None


def get(path: str, answer: Callable[..., Any], takes: Iterable[str] = ()) -> Route:
    return Route("GET", path, answer, frozenset(takes) | {"expand"})


def post(path: str, answer: Callable[..., Any], takes: Iterable[str] = ()) -> Route:
    return Route("POST", path, answer, frozenset(takes) | {"expand"})
