"""The sweep: every route of every face, asked by somebody else. A new route is in it before it is written.

What it must be told of a route: an id of Ada's for each name in braces, and a body where one is asked for.
"""

import json
from typing import Any

import pytest

from infra.migrations.whole import whole
from shared.http import Rule
from shared.permissions import Permission
from tests.architecture.routes import Found, routes
from tests.calls import Answer, Api
from tests.conftest import Database
from tests.functions.auth import make
from tests.functions.auth.make import ADA, BOB
from tests.shared.notes import change, stored

ROUTES = list(routes())
WITHOUT_OWNER = {"GET /account/{page}"}  # a page's name: the same for all

# Where an id of Ada's is found, by its name in a path.
IDS = {
    "session_id": "id from auth.sessions where user_id = '{ada}' order by created_at limit 1",
    "key_id": "id from auth.api_keys where user_id = '{ada}'",
    "dead_letter_id": "id from platform.dead_letters",
    "event_id": "id from audit.security_events where user_id = '{ada}'",
}
# What Bob sends where a body is asked for.
BODIES: dict[str, Any] = {
    "POST /v1/auth/api-keys": {"name": "bot", "scopes": ["read"]},
    "POST /v1/auth/forgot-password": {"email": BOB.email},
    "POST /v1/auth/login": BOB.credentials,
    "POST /v1/auth/refresh": {"refresh_token": "00000000-0000-7000-8000-000000000000.secret"},
    "POST /v1/auth/register": {"email": "new@example.com", "username": "new", "password": make.PASSWORD},
    "POST /v1/auth/reset-password": {"token": "x" * 43, "password": make.PASSWORD},
    "POST /v1/auth/verify-email": {"token": "x" * 43},
}
NEEDS_NO_BODY = {"POST /v1/auth/logout"}


class World:
    """Ada has something in every table that has owners; Bob is signed in."""

    def __init__(self, api: Api, database: Database) -> None:
        self.nobody, self.database = api, database
        self.ada_id, self.bob_id = make.account(ADA), make.account(BOB)
        make.session(ADA)  # the one that others would like to end
        self.ada = api.signed_in(make.session(ADA).access_token)
        assert self.ada.post("/v1/auth/api-keys", {"name": "bot", "scopes": ["read"]}).status == 201
        assert api.post("/v1/auth/forgot-password", {"email": ADA.email}).status == 202
        change(database, THINGS.format(ada=self.ada_id))
        self.admin_id = make.account(make.Account("admin@example.com", "admin"), role="admin")

    def bob(self) -> Api:
        """Newly signed in: some routes sign out."""
        return self.nobody.signed_in(make.session(BOB).access_token)

    def admin(self) -> Api:
        return self.nobody.signed_in(make.session(make.Account("admin@example.com", "admin")).access_token)

    def path(self, found: Found) -> str:
        names = [part.partition("}")[0] for part in found.path.split("{")[1:]]
        ids = {name: stored(self.database, IDS[name].format(ada=self.ada_id))[0] for name in names}
        return found.path.format(**ids)

    def ask(self, asker: Api, found: Found) -> Answer:
        body = BODIES.get(found.name)
        return asker.send(found.method, self.path(found), json.dumps(body).encode() if body else b"")

    def of_ada(self) -> dict[str, list[Any]]:
        """Every row of hers, and all that was told or noted of her."""
        owned = {
            table.fullname: table.info["owner"] for table in whole().sorted_tables if table.info["owner"]
        }
        owned |= {"platform.outbox": "key", "audit.audit_logs": "tenant"}
        rows = "to_jsonb(t)::text from {table} t where t.{owner}::text = '{ada}' order by 1"
        return {
            table: stored(self.database, rows.format(table=table, owner=owner, ada=self.ada_id))
            for table, owner in owned.items()
        }


THINGS = """
    insert into auth.email_verifications (id, user_id, token_hash, expires_at, created_at)
        values (gen_random_uuid(), '{ada}', 'hash', now() + interval '1 day', now());
    insert into audit.security_events
        (id, category, severity, user_id, event_code, is_blocked, requires_review, created_at)
        values (gen_random_uuid(), 'auth', 'warning', '{ada}', 'auth.token_reused', true, true, now());
    insert into platform.dead_letters (id, consumer, event_id, payload, attempts, failed_at)
        values (gen_random_uuid(), 'auth-job-send-account-mail', gen_random_uuid(),
            '{{"id": "00000000-0000-7000-8000-000000000001", "body": {{"user_id": "{ada}"}}}}', 5, now());
"""


@pytest.fixture
def world(api: Api, database: Database) -> World:
    return World(api, database)


def permission(found: Found) -> Permission | None:
    assert isinstance(found.rule, Rule)
    return found.rule.permission


def is_for_staff(found: Found) -> bool:
    wanted = permission(found)
    return wanted is not None and "user" not in wanted.roles


WITH_IDS = [found for found in ROUTES if found.takes_ids and found.name not in WITHOUT_OWNER]
WITHOUT_IDS = [found for found in ROUTES if not found.takes_ids]


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
    told = {found.name: world.ask(askers[found.name], found).status for found in WITH_IDS}
    assert {name: status for name, status in told.items() if status not in (200, 204)} == {}


def traces(world: World) -> set[str]:
    """What would give Ada away: her names and every id of hers."""
    rows = [json.loads(row) for found in world.of_ada().values() for row in found]
    ids = {str(value) for row in rows for name, value in row.items() if name == "id" or name.endswith("_id")}
    return {str(world.ada_id), ADA.email.lower(), f'"{ADA.username}"'} | ids - {"None", str(world.bob_id)}


@pytest.mark.parametrize("asker", ["bob", "nobody"])
def test_what_takes_no_ids_shows_and_changes_nothing_of_ada_s(asker: str, world: World) -> None:
    before, given_away = world.of_ada(), traces(world)
    for found in WITHOUT_IDS:
        answer = world.ask(world.bob() if asker == "bob" else world.nobody, found)
        if is_for_staff(found):
            assert answer.status == (403 if asker == "bob" else 401), found.name
        assert [trace for trace in given_away if trace in answer.text.lower()] == [], found.name
    assert world.of_ada() == before


def test_every_route_without_ids_was_asked_as_it_wants_to_be(world: World) -> None:
    """With the body that it asks for: a route that refuses Bob for his body alone was not tried."""
    told = {found.name: world.ask(world.bob(), found) for found in WITHOUT_IDS if not is_for_staff(found)}
    assert [name for name, answer in told.items() if '"missing"' in answer.text] == []
    posts = {found.name for found in WITHOUT_IDS if found.method in ("POST", "PUT", "PATCH")}
    assert posts == set(BODIES) | NEEDS_NO_BODY


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
