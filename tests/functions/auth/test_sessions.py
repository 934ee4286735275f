"""The devices that are signed in: seen, and signed out."""

from datetime import timedelta
from uuid import uuid4

from functions.auth.events import SessionsRevoked
from functions.auth.tables import Session, User
from functions.auth.tokens import Tokens
from shared.device import Device
from tests.calls import Api
from tests.functions.auth import make, stored
from tests.functions.auth.conftest import Clock
from tests.functions.auth.make import ADA, BOB

PHONE = Device("198.51.100.4", "phone")


def signed_in_twice(api: Api) -> tuple[Tokens, Tokens]:
    make.account(ADA)
    return make.session(ADA), make.session(ADA, device=PHONE)


def refreshes(api: Api, tokens: Tokens) -> bool:
    return api.post("/v1/auth/refresh", {"refresh_token": tokens.refresh_token}).status == 200


def session_id(tokens: Tokens) -> str:
    return tokens.refresh_token.partition(".")[0]


def test_sessions_are_listed_with_their_device_the_newest_first(api: Api) -> None:
    here, phone = signed_in_twice(api)
    make.account(BOB)
    make.session(BOB)
    page = api.signed_in(here.access_token).get("/v1/auth/sessions").json()
    assert [(item["id"], item["ip_address"], item["user_agent"]) for item in page["items"]] == [
        (session_id(phone), PHONE.address, PHONE.user_agent),
        (session_id(here), make.DEVICE.address, make.DEVICE.user_agent),
    ]
    assert page["next_cursor"] is None
    assert set(page["items"][0]) == {
        "id",
        "ip_address",
        "user_agent",
        "created_at",
        "last_used_at",
        "expires_at",
    }


def test_a_long_list_comes_in_pages_that_leave_nothing_out(api: Api) -> None:
    make.account(ADA)
    opened = [make.session(ADA) for _ in range(5)]
    me, seen, cursor = api.signed_in(opened[0].access_token), [], ""
    while cursor is not None:
        page = me.get(f"/v1/auth/sessions?limit=2{cursor and '&cursor='}{cursor}").json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [session_id(tokens) for tokens in reversed(opened)]


def test_a_session_is_revoked_by_its_owner_from_another(api: Api) -> None:
    here, phone = signed_in_twice(api)
    me = api.signed_in(here.access_token)
    assert me.delete(f"/v1/auth/sessions/{session_id(phone)}").status == 204
    assert (refreshes(api, phone), refreshes(api, here)) == (False, True)
    assert [item["id"] for item in me.get("/v1/auth/sessions").json()["items"]] == [session_id(here)]
    (user,) = stored.rows(User)
    revoked = {"user_id": str(user.id), "session_ids": [session_id(phone)], "reason": "revoked"}
    assert stored.sent(SessionsRevoked) == [revoked]


def test_all_other_sessions_are_revoked_at_once(api: Api) -> None:
    here, phone = signed_in_twice(api)
    tablet = make.session(ADA)
    make.account(BOB)
    bobs = make.session(BOB)
    assert api.signed_in(here.access_token).delete("/v1/auth/sessions").status == 204
    assert [refreshes(api, tokens) for tokens in (here, phone, tablet, bobs)] == [True, False, False, True]
    assert [len(event["session_ids"]) for event in stored.sent(SessionsRevoked)] == [2]


def test_a_session_that_was_ended_ends_no_other_in_return(api: Api) -> None:
    here, phone = signed_in_twice(api)
    assert api.signed_in(here.access_token).delete("/v1/auth/sessions").status == 204
    ended = api.signed_in(phone.access_token)
    for path in ("/v1/auth/sessions", f"/v1/auth/sessions/{session_id(here)}"):
        refused = ended.delete(path)
        assert (refused.status, refused.json()["code"]) == (401, "bad_token")
    assert refreshes(api, here) is True


def test_a_session_that_is_somebody_else_s_has_ended_or_never_was_is_not_there(
    api: Api, clock: Clock
) -> None:
    here, phone = signed_in_twice(api)
    make.account(BOB)
    bobs = make.session(BOB)
    me = api.signed_in(here.access_token)
    gone = session_id(phone)
    assert me.delete(f"/v1/auth/sessions/{gone}").status == 204
    before = stored.rows(Session)
    for other in (session_id(bobs), gone, str(uuid4())):
        answer = me.delete(f"/v1/auth/sessions/{other}")
        assert (answer.status, answer.json()["code"]) == (404, "not_found")
    assert stored.rows(Session) == before


def test_an_expired_session_is_neither_listed_nor_there(api: Api, clock: Clock) -> None:
    _, phone = signed_in_twice(api)
    clock.forward(timedelta(days=31))
    here = make.session(ADA)
    me = api.signed_in(here.access_token)
    assert [item["id"] for item in me.get("/v1/auth/sessions").json()["items"]] == [session_id(here)]
    assert me.delete(f"/v1/auth/sessions/{session_id(phone)}").status == 404


def test_signing_out_ends_the_session_and_no_other_and_can_be_repeated(api: Api) -> None:
    here, phone = signed_in_twice(api)
    me = api.signed_in(here.access_token)
    assert [me.post("/v1/auth/logout").status for _ in range(2)] == [204, 204]
    assert (refreshes(api, here), refreshes(api, phone)) == (False, True)
    assert [event["reason"] for event in stored.sent(SessionsRevoked)] == ["signed_out"]


def test_a_revoked_session_s_token_reads_on_for_its_minutes_but_makes_no_key(api: Api, clock: Clock) -> None:
    here, _ = signed_in_twice(api)
    me = api.signed_in(here.access_token)
    me.post("/v1/auth/logout")
    key = {"name": "bot", "scopes": ["read"]}
    assert me.get("/v1/auth/me").status == 200
    refused = me.post("/v1/auth/api-keys", key)
    assert (refused.status, refused.json()["code"]) == (401, "bad_token")
    assert me.get("/v1/auth/api-keys").status == 401
    clock.forward(timedelta(minutes=15))
    assert me.get("/v1/auth/me").status == 401


def test_a_suspended_account_s_token_makes_no_key(signed_in: Api) -> None:
    stored.change(User, status="suspended")
    refused = signed_in.post("/v1/auth/api-keys", {"name": "bot", "scopes": ["read"]})
    assert (refused.status, refused.json()["code"]) == (401, "bad_token")


def test_nobody_lists_or_ends_sessions_without_a_token(api: Api) -> None:
    calls = [api.get("/v1/auth/sessions"), api.delete("/v1/auth/sessions"), api.post("/v1/auth/logout")]
    assert [(answer.status, answer.json()["code"]) for answer in calls] == [(401, "unauthenticated")] * 3
    assert [answer.headers["www-authenticate"] for answer in calls] == ["Bearer"] * 3
