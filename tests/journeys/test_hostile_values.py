"""Values that broke somebody's software once, in every place that takes one: none makes a fault of ours."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from infra.discover import functions
from infra.openapi import document
from tests.calls import Api
from tests.conftest import Database
from tests.functions.auth import make
from tests.journeys.test_tenancy import BODIES
from tests.shared.notes import change

TEXTS = [
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udfffa",
    "\ufffe",
    "\u202e",
    "😀" * 40,
    "é" * 5_000,
    "%00",
    "%ff",
    "\\u0000",
]
TEXTS += [
    "' or 1=1; --",
    "../../etc/passwd",
    "{{7*7}}",
    "<script>",
    "\r\nSet-Cookie: a=b",
    "null",
    "NaN",
    "-0",
]
TEXTS += [
    "0" * 100,
    "9" * 400,
    "1e999",
    "2026-02-30T25:61:61Z",
    "9999-12-31T23:59:59-23:59",
    "00000000-0000-0000",
]
TEXTS += [
    "0001-01-01T00:00:00+23:59",
    "-0001-01-01T00:00:00Z",
    "infinity",
    "ask_live_",
    "Bearer",
    "a@b",
    "@",
    "a" * 255,
]
VALUES: list[Any] = [
    *TEXTS,
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    2**64,
    10**400,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
    [],
    {},
]
VALUES += [[None], ["\0"], [["read"]], ["read"] * 5_000, {"": ""}, {"\0": 1}, {"a": {"b": {"c": [{}]}}}]
HEADERS = [
    "user-agent",
    "accept-language",
    "accept-encoding",
    "content-type",
    "x-request-id",
    "authorization",
]
HEADERS += ["apca-api-key-id", "apca-api-secret-key", "x-forwarded-for", "cookie", "if-match"]

DOCUMENT = document(functions(), server_url="/")
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


@pytest.fixture
def askers(api: Api, database: Database) -> list[Api]:
    """Nobody, a user and staff; nobody of them is let out by signing out."""
    staff = make.Account("admin@example.com", "admin")
    signed_in = [make.signed_in(api), make.signed_in(api, staff, role="admin")]
    change(database, "create function stay() returns trigger language plpgsql as 'begin return null; end'")
    change(
        database, "create trigger stay before update on auth.sessions for each row execute function stay()"
    )
    return [api, *signed_in]


def faults(
    askers: list[Api], method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> list[str]:
    """Which of them is told of a fault of ours."""
    statuses = [asker.send(method, path, body, headers).status for asker in askers]
    return [f"{status} {method} {path} {body!r:.200} {headers}" for status in statuses if status >= 500]


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def some_path(path: str, **given: str) -> str:
    """With an id where none is given."""
    names = [part.partition("}")[0] for part in path.split("{")[1:]]
    return path.format(**{name: given.get(name, "00000000-0000-7000-8000-000000000000") for name in names})


def parameters(operation: dict[str, Any], place: str) -> list[str]:
    return [found["name"] for found in operation.get("parameters", []) if found["in"] == place]


def fields(operation: dict[str, Any]) -> list[str]:
    schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return list(DOCUMENT["components"]["schemas"][schema]["properties"])


def bodies(name: str) -> Iterator[bytes]:
    """Each field in turn; then the whole of it."""
    changed = [BODIES[name] | {field: value} for field in fields(OPERATIONS[name]) for value in VALUES]
    for value in [*changed, *VALUES]:
        yield json.dumps(value).encode()


@pytest.mark.parametrize("name", sorted(BODIES))
def test_in_a_body(name: str, askers: list[Api]) -> None:
    method, path = name.split()
    found = [fault for body in bodies(name) for fault in faults(askers[:2], method, path, body)]
    assert found == []


def test_in_a_path_and_in_a_query(askers: list[Api]) -> None:
    found = []
    for name, operation in OPERATIONS.items():
        method, path = name.split()
        for text in TEXTS:
            for parameter in parameters(operation, "path"):
                found += faults(askers[1:], method, some_path(path, **{parameter: encoded(text)}))
            for parameter in parameters(operation, "query"):
                found += faults(askers[1:], method, f"{some_path(path)}?{parameter}={encoded(text)}")
    assert found == []


def test_in_a_header(askers: list[Api]) -> None:
    sendable = [text for text in TEXTS if all(" " <= letter <= "ÿ" for letter in text)]
    assert len(sendable) > 20
    found = []
    for header in HEADERS:
        for text in sendable:
            found += faults(askers, "GET", "/v1/auth/me", headers={header: text})
            found += faults(askers[:1], "POST", "/v1/auth/login", b"{}", headers={header: text})
    assert found == []
