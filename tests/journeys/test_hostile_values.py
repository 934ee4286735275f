"""Values that broke somebody's software once, in every place that takes one: none makes a fault of ours."""

import json
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest

from infra.discover import functions
from infra.local.postgres import Server
from infra.openapi import document
from shared.idempotency import NAME
from tests.architecture.routes import Found, routes
from tests.calls import Api
from tests.functions.auth.make import ADA
from tests.journeys.asked import BODIES, QUERIES
from tests.journeys.world import ADMIN, World, fresh_key, is_for_staff, one_world, permission
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
ROUTES = {found.name: found for found in routes() if found.name in OPERATIONS}
STAY = """
    create function stay() returns trigger language plpgsql as 'begin return null; end';
    create trigger stay before update on auth.sessions for each row execute function stay();
"""
SENDABLE = [text for text in TEXTS if all(" " <= letter <= "ÿ" for letter in text)]


@pytest.fixture(scope="module")
def world(
    server: Server, template: str, keys_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Nobody in it is let out by signing out."""
    with one_world(server, template, keys_folder, tmp_path_factory.mktemp("hostile")) as made:
        change(made.database, STAY)
        yield made


def whom(world: World, found: Found) -> Api:
    """Whoever it is for: nobody else's values are looked at."""
    if permission(found) is None:
        return world.nobody
    return world.signed_in(ADMIN if is_for_staff(found) else ADA)


def fault(
    asker: Api, found: Found, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> list[str]:
    """What is ours, told."""
    status = asker.send(found.method, path, body, headers or fresh_key(found)).status
    return [f"{status} {found.method} {path} {body!r:.200} {headers}"] if status >= 500 else []


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def parameters(found: Found, place: str) -> list[str]:
    listed = OPERATIONS[found.name].get("parameters", [])
    return [parameter["name"] for parameter in listed if parameter["in"] == place]


def fields(name: str) -> list[str]:
    body = OPERATIONS[name]["requestBody"]["content"]["application/json"]["schema"]
    schema = body["$ref"].rpartition("/")[2]
    return list(DOCUMENT["components"]["schemas"][schema]["properties"])


def bodies(world: World, name: str) -> Iterator[bytes]:
    """Each field in turn; then the whole of it."""
    changed = [world.body(name) | {field: value} for field in fields(name) for value in VALUES]
    for value in [*changed, *VALUES]:
        yield json.dumps(value).encode()


def addresses(world: World, found: Found) -> Iterator[str]:
    """Each parameter in turn, the others as they should be."""
    query = dict(parse_qsl(QUERIES.get(found.name, "")))
    for text in TEXTS:
        for parameter in parameters(found, "path"):
            yield world.filled(found.path.replace(f"{{{parameter}}}", encoded(text)))
        for parameter in parameters(found, "query"):
            given = {name: encoded(value) for name, value in (query | {parameter: text}).items()}
            yield f"{world.filled(found.path)}?{'&'.join(map('='.join, given.items()))}"


@pytest.mark.parametrize("name", sorted(BODIES))
def test_in_a_body(name: str, world: World) -> None:
    found = ROUTES[name]
    asker, path = whom(world, found), world.filled(found.path)
    assert [told for body in bodies(world, name) for told in fault(asker, found, path, body)] == []


def test_in_a_path_and_in_a_query(world: World) -> None:
    told = []
    for found in ROUTES.values():
        asker, body = whom(world, found), json.dumps(world.body(found.name)).encode()
        for address in addresses(world, found):
            told += fault(asker, found, address, body)
    assert told == []


def test_in_a_header(world: World) -> None:
    assert len(SENDABLE) > 20
    me, log_in = ROUTES["GET /v1/auth/me"], ROUTES["POST /v1/auth/login"]
    askers = [world.nobody, whom(world, me), world.signed_in(ADMIN)]
    told = []
    for header, text in product(HEADERS, SENDABLE):
        for asker in askers:
            told += fault(asker, me, me.path, headers={header: text})
        told += fault(world.nobody, log_in, log_in.path, b"{}", headers={header: text})
    assert told == []


def test_as_a_key(world: World) -> None:
    found = ROUTES["POST /v1/financial/wallets"]
    asker, body = whom(world, found), json.dumps(BODIES[found.name]).encode()
    assert [told for text in SENDABLE for told in fault(asker, found, found.path, body, {NAME: text})] == []
