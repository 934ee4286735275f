"""One document over every HTTP face: true to OpenAPI 3.1, complete, and without contradictions."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute

from infra import discover
from infra.openapi import Contradiction, document
from shared.permissions import PERMISSIONS
from tests.infra.runtime import written

FACE = """
from shared.http import Body, Router, http, public, requires

router = Router(prefix="/v1/{domain}", tags=["{domain}"])

class Thing(Body):
    {field}: int

@router.post("", dependencies=[public()])
def make_thing(body: Thing) -> None: ...

@router.get("/hidden", dependencies=[public()], include_in_schema=False)
def hidden() -> None: ...

handler = http(router)
"""


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return document(discover.functions(), server_url="/")


def operations(whole: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (value for name, value in part.items() if name == "$ref")
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from references(inner)


def test_the_document_is_openapi_3_1_and_points_nowhere_outside(whole: dict[str, Any]) -> None:
    schemathesis.openapi.from_dict(whole).validate()
    assert whole["openapi"] == "3.1.0"
    schemas = {f"#/components/schemas/{name}" for name in whole["components"]["schemas"]}
    assert set(references(whole)) <= schemas


def test_every_route_that_may_be_seen_is_in_it(whole: dict[str, Any]) -> None:
    faces = [import_module(f.module).router for f in discover.functions() if f.trigger.kind == "http"]
    routes = [route for face in faces for route in face.routes if isinstance(route, APIRoute)]
    seen = {f"{method} {r.path_format}" for r in routes if r.include_in_schema for method in r.methods or ()}
    assert {name for name, _ in operations(whole)} == seen
    assert "POST /v1/auth/login" in seen


def test_a_route_that_asks_for_a_permission_says_how_one_proves_who_one_is(whole: dict[str, Any]) -> None:
    assert whole["components"]["securitySchemes"].keys() == {"bearer", "key_id", "key_secret"}
    security = {name: operation.get("security") for name, operation in operations(whole)}
    assert security["POST /v1/auth/login"] is None
    assert {"bearer": []} in security["GET /v1/auth/me"]
    assert PERMISSIONS["account:read"].scope
    assert {"key_id": [], "key_secret": []} in security["GET /v1/auth/me"]


def test_every_operation_has_a_summary_and_a_name_of_its_own(whole: dict[str, Any]) -> None:
    found = dict(operations(whole))
    assert (found["POST /v1/auth/login"]["operationId"], found["POST /v1/auth/login"]["summary"]) == (
        "auth_log_in",
        "Log in",
    )
    names = [operation["operationId"] for operation in found.values()]
    assert len(set(names)) == len(names)
    assert all(operation["summary"] for operation in found.values())


def test_every_refusal_is_a_problem_document(whole: dict[str, Any]) -> None:
    for name, operation in operations(whole):
        for status in ("4XX", "5XX"):
            content = operation["responses"][status]["content"]
            assert content["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert "422" not in operation["responses"], name
    assert "HTTPValidationError" not in whole["components"]["schemas"]
    assert whole["components"]["schemas"]["Problem"]["required"] == ["title", "status", "code", "detail"]


def test_every_field_that_a_body_must_have_shows_an_example(whole: dict[str, Any]) -> None:
    silent = []
    for name, operation in operations(whole):
        for body in operation.get("requestBody", {}).get("content", {}).values():
            schema = whole["components"]["schemas"][body["schema"]["$ref"].rsplit("/", 1)[-1]]
            required = {field: schema["properties"][field] for field in schema.get("required", ())}
            silent += [f"{name}: {field}" for field, given in required.items() if "examples" not in given]
    assert silent == []


def test_every_tag_is_described(whole: dict[str, Any]) -> None:
    described = {tag["name"]: tag["description"] for tag in whole["tags"]}
    assert {tag for _, operation in operations(whole) for tag in operation["tags"]} == described.keys()
    assert all(described.values())


def test_a_domains_page_describes_its_tag_and_hidden_routes_stay_hidden(tmp_path: Path) -> None:
    found = written(tmp_path, {"market/quotes_api.py": FACE.format(domain="market", field="price")})
    face = Path(sys.modules[found[0].module].__file__ or "")
    face.with_name("README.md").write_text("# market\n\nQuotes,\nas they come.\n\nMore.\n")
    small = document(found, server_url="https://api.example")
    assert small["servers"] == [{"url": "https://api.example"}]
    assert small["tags"] == [{"name": "market", "description": "Quotes, as they come."}]
    assert list(small["paths"]) == ["/v1/market"]
    assert small["paths"]["/v1/market"]["post"]["operationId"] == "market_quotes_make_thing"


def test_two_faces_may_not_mean_different_things_by_one_name(tmp_path: Path) -> None:
    same = {f"{domain}/api.py": FACE.format(domain=domain, field="size") for domain in ("books", "music")}
    assert "Thing" in document(written(tmp_path, same), server_url="/")["components"]["schemas"]
    other = same | {"music/api.py": FACE.format(domain="music", field="volume")}
    with pytest.raises(Contradiction, match="Thing"):
        document(written(tmp_path, other), server_url="/")
