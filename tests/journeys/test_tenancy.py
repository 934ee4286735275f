"""The sweep: every route of every face, asked by somebody else. A new route is in it before it is written.

What it must be told of a route stands in asked.py. An id in a body is somebody's as one in a path is.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.postgres import Server
from tests.architecture.routes import Found, routes
from tests.functions.auth.make import ADA
from tests.journeys.asked import BODIES
from tests.journeys.world import IN_BRACES, World, is_for_staff, one_world

ROUTES = list(routes())
WITHOUT_OWNER = {"GET /account/{page}"}  # a page's name: the same for all


@pytest.fixture
def world(server: Server, template: str, keys_folder: Path, tmp_path: Path) -> Iterator[World]:
    with one_world(server, template, keys_folder, tmp_path) as made:
        yield made


def takes_ids(found: Found) -> bool:
    """In its path or in its body."""
    return found.takes_ids or bool(IN_BRACES.search(json.dumps(BODIES.get(found.name))))


WITH_IDS = [found for found in ROUTES if takes_ids(found) and found.name not in WITHOUT_OWNER]
WITHOUT_IDS = [found for found in ROUTES if not takes_ids(found)]


def test_ada_has_something_in_every_table_that_has_owners(world: World) -> None:
    """Else nothing could be seen to change."""
    assert [table for table, rows in world.of_ada().items() if not rows] == []


def test_with_ids_of_ada_s_bob_finds_nothing_and_changes_nothing(world: World) -> None:
    before = world.of_ada()
    told = {found.name: world.ask(world.bob(), found).status for found in WITH_IDS}
    assert told == {found.name: 403 if is_for_staff(found) else 404 for found in WITH_IDS}
    assert world.of_ada() == before


def test_with_ids_of_ada_s_nobody_comes_in(world: World) -> None:
    before = world.of_ada()
    told = {found.name: world.ask(world.nobody, found).status for found in WITH_IDS}
    assert told == {found.name: 401 for found in WITH_IDS}
    assert world.of_ada() == before


def test_those_ids_are_good_for_whom_they_are_meant(world: World) -> None:
    """Or the sweep would prove nothing."""
    askers = {found.name: world.admin() if is_for_staff(found) else world.ada for found in WITH_IDS}
    told = {found.name: world.ask(askers[found.name], found) for found in WITH_IDS}
    assert {name: answer.text for name, answer in told.items() if not 200 <= answer.status < 300} == {}


def traces(world: World) -> set[str]:
    """What would give Ada away: her names and every id of hers."""
    rows = [json.loads(row) for found in world.of_ada().values() for row in found]
    ids = {value for row in rows for name, value in row.items() if name == "id" or name.endswith("_id")}
    names = {str(world.ada_id), ADA.email.lower(), f'"{ADA.username}"'}
    return names | {str(value).lower() for value in ids - {None, str(world.bob_id)}}


@pytest.mark.parametrize("asker", ["bob", "nobody"])
def test_what_takes_no_ids_shows_and_changes_nothing_of_ada_s(asker: str, world: World) -> None:
    before, given_away = world.of_ada(), traces(world)
    for found in WITHOUT_IDS:
        answer = world.ask(world.bob() if asker == "bob" else world.nobody, found)
        if is_for_staff(found):
            assert answer.status == (403 if asker == "bob" else 401), found.name
        assert answer.status < 500, found.name
        assert [trace for trace in given_away if trace in answer.text.lower()] == [], found.name
    assert world.of_ada() == before


def test_every_route_was_asked_as_it_wants_to_be(world: World) -> None:
    """With the body that it asks for: a route that refuses Bob for his body alone was not tried."""
    told = {found.name: world.ask(world.bob(), found) for found in WITHOUT_IDS if not is_for_staff(found)}
    assert [name for name, answer in told.items() if '"missing"' in answer.text] == []
    assert {found.name for found in ROUTES if found.route.body_field} == set(BODIES)


def test_staff_s_routes_are_open_to_staff_and_their_keys(world: World) -> None:
    admin = world.admin()
    made = admin.post("/v1/auth/api-keys", {"name": "bot", "scopes": ["admin"]}).json()
    bot = world.nobody.signed_in(f"{made['key']}.{made['secret']}")
    for_staff = [found for found in WITHOUT_IDS if is_for_staff(found)]
    assert len(for_staff) >= 3
    for asker in (admin, bot):
        told = {found.name: world.ask(asker, found).status for found in for_staff}
        assert {name for name, status in told.items() if status in (401, 403, 404) or status >= 500} == set()


def test_a_user_s_key_opens_no_staff_s_route(world: World) -> None:
    made = world.bob().post("/v1/auth/api-keys", {"name": "bot", "scopes": ["read", "trade", "transfer"]})
    bot = world.nobody.signed_in(f"{made.json()['key']}.{made.json()['secret']}")
    told = {found.name: world.ask(bot, found).status for found in ROUTES if is_for_staff(found)}
    assert set(told.values()) == {403}
