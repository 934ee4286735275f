"""Keys for programs: what they open, what they never do, and when they end."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from functions.auth import cron_fold_key_use
from functions.auth.events import ApiKeyCreated, ApiKeyRevoked
from functions.auth.tables import ApiKey, User
from shared import clock as clocks
from shared.db import house
from shared.permissions import Role
from tests.calls import Answer, Api, Context
from tests.functions.auth import make, stored
from tests.functions.auth.conftest import Clock
from tests.functions.auth.make import BOB

BOT = {"name": "bot", "scopes": ["read"]}


def created(me: Api, **given: Any) -> dict[str, Any]:
    answer = me.post("/v1/auth/api-keys", BOT | given)
    assert answer.status == 201, answer.text
    return dict(answer.json())


def as_bearer(key: dict[str, Any]) -> Api:
    return Api(token=f"{key['key']}.{key['secret']}")


def as_pair(key: dict[str, Any]) -> Api:
    return Api(headers={"apca-api-key-id": key["key"], "apca-api-secret-key": key["secret"]})


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json()["code"]


def test_a_key_is_used_as_bearer_or_as_the_pair_of_alpaca_s_clients(signed_in: Api) -> None:
    key = created(signed_in)
    for program in (as_bearer(key), as_pair(key)):
        answer = program.get("/v1/auth/me")
        assert (answer.status, answer.json()["username"]) == (200, "ada")


def test_the_secret_is_shown_once_and_not_kept(signed_in: Api) -> None:
    key = created(signed_in)
    assert key["key"] == f"ask_live_{key['id'].replace('-', '')}"
    assert len(key["secret"]) == 43
    (listed,) = signed_in.get("/v1/auth/api-keys").json()["items"]
    assert listed == {name: value for name, value in key.items() if name != "secret"}
    assert key["secret"] not in repr(stored.rows(ApiKey))


def test_a_key_manages_no_credentials_and_no_sessions_whatever_its_scopes(api: Api) -> None:
    key = created(make.signed_in(api, role="admin"), scopes=["read", "trade", "transfer", "admin"])
    calls = [
        ("POST", "/v1/auth/api-keys"),
        ("GET", "/v1/auth/api-keys"),
        ("DELETE", f"/v1/auth/api-keys/{key['id']}"),
        ("GET", "/v1/auth/sessions"),
        ("DELETE", "/v1/auth/sessions"),
        ("DELETE", f"/v1/auth/sessions/{uuid4()}"),
        ("POST", "/v1/auth/logout"),
    ]
    for program in (as_bearer(key), as_pair(key)):
        answers = [program.send(method, path, b"{}") for method, path in calls]
        assert [refused(answer) for answer in answers] == [(403, "forbidden")] * len(calls)


def test_a_key_does_only_what_its_scopes_name(signed_in: Api) -> None:
    for scopes, status in ((["trade"], 403), (["transfer"], 403), (["trade", "read"], 200)):
        assert as_bearer(created(signed_in, scopes=scopes)).get("/v1/auth/me").status == status


@pytest.mark.parametrize(
    ("role", "status"),
    [("user", 422), ("instructor", 422), ("support", 201), ("compliance", 201), ("admin", 201)],
)
def test_only_staff_make_a_key_that_may_administer(api: Api, role: Role, status: int) -> None:
    me = make.signed_in(api, role=role)
    answer = me.post("/v1/auth/api-keys", BOT | {"scopes": ["admin"]})
    assert answer.status == status
    if status == 422:
        assert answer.json()["errors"][0]["field"] == "scopes"


def test_a_scope_is_granted_once_however_often_it_is_asked_for(signed_in: Api) -> None:
    assert created(signed_in, scopes=["trade", "read", "trade"])["scopes"] == ["read", "trade"]


def test_a_key_that_cannot_be_is_refused_by_the_name_of_its_field(signed_in: Api) -> None:
    faults: list[tuple[dict[str, Any], str]] = [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["write"]}, "scopes.0"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2030-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"user_id": str(uuid4())}, "user_id"),
    ]
    for given, field in faults:
        answer = signed_in.post("/v1/auth/api-keys", BOT | given)
        assert (answer.status, [fault["field"] for fault in answer.json()["errors"]]) == (422, [field])
    assert stored.rows(ApiKey) == []


def test_a_key_ends_when_it_expires(signed_in: Api) -> None:
    expires_at = clocks.now() + timedelta(days=1)
    program = as_bearer(created(signed_in, expires_at=expires_at.isoformat()))
    assert [row.expires_at for row in stored.rows(ApiKey)] == [expires_at]
    assert program.get("/v1/auth/me").status == 200
    stored.change(ApiKey, expires_at=clocks.now() - timedelta(seconds=1))
    assert refused(program.get("/v1/auth/me")) == (401, "bad_token")


def test_a_key_ends_when_it_is_revoked_and_is_listed_no_more(signed_in: Api) -> None:
    key, other = created(signed_in), created(signed_in, name="other")
    path = f"/v1/auth/api-keys/{key['id']}"
    assert signed_in.delete(path).status == 204
    assert refused(as_bearer(key).get("/v1/auth/me")) == (401, "bad_token")
    assert as_bearer(other).get("/v1/auth/me").status == 200
    assert [item["name"] for item in signed_in.get("/v1/auth/api-keys").json()["items"]] == ["other"]
    assert refused(signed_in.delete(path)) == (404, "not_found")
    (user,) = stored.rows(User)
    ids = {"user_id": str(user.id), "key_id": key["id"]}
    assert stored.sent(ApiKeyRevoked) == [ids]
    assert ids | {"scopes": ["read"]} in stored.sent(ApiKeyCreated)


def test_a_key_ends_with_its_account(signed_in: Api) -> None:
    program = as_bearer(created(signed_in))
    stored.change(User, status="suspended")
    assert refused(program.get("/v1/auth/me")) == (401, "bad_token")


def test_a_key_outlives_the_session_that_made_it(signed_in: Api) -> None:
    program = as_bearer(created(signed_in))
    assert signed_in.post("/v1/auth/logout").status == 204
    assert program.get("/v1/auth/me").status == 200


def test_somebody_else_s_key_is_not_there(signed_in: Api, api: Api) -> None:
    bob = make.signed_in(api, BOB)
    theirs = created(bob)
    before = stored.rows(ApiKey)
    assert refused(signed_in.delete(f"/v1/auth/api-keys/{theirs['id']}")) == (404, "not_found")
    assert signed_in.get("/v1/auth/api-keys").json()["items"] == []
    assert stored.rows(ApiKey) == before


def test_a_key_or_a_secret_that_is_wrong_opens_nothing(signed_in: Api) -> None:
    key, other = created(signed_in), created(signed_in)
    pairs = [
        (key["key"], other["secret"]),
        (key["key"], ""),
        (f"ask_live_{uuid4().hex}", key["secret"]),
        (key["key"].upper(), key["secret"]),
        ("ask_live_", ""),
    ]
    for name, secret in pairs:
        assert refused(Api(token=f"{name}.{secret}").get("/v1/auth/me")) == (401, "bad_token")
    for name, secret in [(key["key"], other["secret"]), (key["id"], key["secret"]), ("ada", make.PASSWORD)]:
        pair = as_pair({"key": name, "secret": secret})
        assert refused(pair.get("/v1/auth/me")) == (401, "bad_token")


def test_half_a_pair_is_no_credential(signed_in: Api) -> None:
    key = created(signed_in)
    assert refused(as_pair(key | {"secret": ""}).get("/v1/auth/me")) == (401, "unauthenticated")


def test_the_last_use_of_a_key_is_read_off_the_request_log(signed_in: Api) -> None:
    key, idle = created(signed_in), created(signed_in, name="idle")
    program = as_bearer(key)
    program.get("/v1/auth/me")
    stored.run(cron_fold_key_use.handle)
    used = {str(row.id): row.last_used_at for row in stored.rows(ApiKey)}
    requests = stored.rows(house.api_request_logs, house.api_request_logs.c.api_key_id.is_not(None))
    assert used[idle["id"]] is None
    assert used[key["id"]] == max(row.created_at for row in requests)
    listed = {item["id"]: item["last_used_at"] for item in signed_in.get("/v1/auth/api-keys").json()["items"]}
    assert listed[idle["id"]] is None
    assert listed[key["id"]] is not None


def test_a_use_just_before_the_platform_stood_still_is_seen_when_it_runs_again(
    signed_in: Api, clock: Clock
) -> None:
    program = as_bearer(created(signed_in))
    fold = partial(cron_fold_key_use.handler, {}, Context("auth-cron-fold-key-use"))
    fold()
    program.get("/v1/auth/me")
    clock.forward(timedelta(days=3))
    fold()
    (request,) = stored.rows(house.api_request_logs, house.api_request_logs.c.api_key_id.is_not(None))
    assert [row.last_used_at for row in stored.rows(ApiKey)] == [request.created_at]


def test_an_earlier_use_that_is_seen_late_does_not_turn_the_last_one_back(signed_in: Api) -> None:
    program = as_bearer(created(signed_in))
    program.get("/v1/auth/me")
    later = clocks.now() + timedelta(minutes=1)
    stored.change(ApiKey, last_used_at=later)
    stored.run(cron_fold_key_use.handle)
    assert [row.last_used_at for row in stored.rows(ApiKey)] == [later]
