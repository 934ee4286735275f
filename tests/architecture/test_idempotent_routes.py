"""What moves money is done once a key, and what tells a secret is never kept to be told again."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter

from shared.http import Route, Router, public
from shared.idempotency import NAME, idempotent
from shared.permissions import PERMISSIONS
from tests.architecture.routes import Found, routes

POSTS = [found for found in routes() if found.method == "POST"]
MOVING = [PERMISSIONS["money:move"], PERMISSIONS["money:review"]]


def route(found: Found) -> Route:
    assert isinstance(found.route, Route)
    return found.route


def fields(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from fields(part)


def tells_a_secret(found: Found) -> bool:
    answer = TypeAdapter(route(found).response_model).json_schema()
    return any("secret" in name or "token" in name for name in fields(answer))


@pytest.mark.parametrize("found", POSTS, ids=lambda found: found.name)
def test_a_post_that_moves_money_takes_a_key_and_one_that_tells_a_secret_does_not(found: Found) -> None:
    if any(route(found).rule.permission is moving for moving in MOVING):
        assert route(found).is_idempotent
    assert not (route(found).is_idempotent and tells_a_secret(found))


def test_a_secret_is_known_by_its_name() -> None:
    assert {"POST /v1/auth/login", "POST /v1/auth/refresh", "POST /v1/auth/api-keys"} <= {
        found.name for found in POSTS if tells_a_secret(found)
    }


def test_a_key_stands_in_the_document_of_the_routes_that_take_it_and_no_other() -> None:
    for found in routes():
        asked = {parameter.alias for parameter in found.route.dependant.header_params}
        for part in found.route.dependant.dependencies:
            asked |= {parameter.alias for parameter in part.header_params}
        assert (NAME in asked) == route(found).is_idempotent, found.name


def test_a_public_route_takes_no_key() -> None:
    router = Router(prefix="/v1/open", tags=["open"])
    with pytest.raises(TypeError, match="/v1/open/door is public"):
        router.post("/door", dependencies=[public(), idempotent()])(lambda: {})
