"""Staying signed in: a token is followed by its successor, and one that was stolen ends the session."""

from datetime import timedelta
from typing import Any

import pytest

from functions.auth.events import SessionsRevoked
from functions.auth.tables import AuthLog, Session, User
from shared.crypto import new_token
from shared.db import house
from tests.calls import Answer, Api
from tests.functions.auth import make, stored
from tests.functions.auth.conftest import Clock
from tests.functions.auth.make import ADA, BOB

GRACE = timedelta(seconds=30)
LIFE = timedelta(days=30)


def refresh(api: Api, token: str) -> Answer:
    return api.post("/v1/auth/refresh", {"refresh_token": token})


def successor(api: Api, token: str) -> str:
    answer = refresh(api, token)
    assert answer.status == 200, answer.text
    return str(answer.json()["refresh_token"])


def refusal(api: Api, token: str) -> tuple[int, Any]:
    answer = refresh(api, token)
    return answer.status, answer.json()["code"]


@pytest.fixture
def token(api: Api) -> str:
    """Ada's first one."""
    make.account(ADA)
    return make.session(ADA).refresh_token


def test_a_token_is_followed_by_another_of_the_same_session_and_a_new_access_token(
    api: Api, token: str, clock: Clock
) -> None:
    clock.forward(timedelta(minutes=16))
    answer = refresh(api, token)
    following = answer.json()
    assert following["refresh_token"] != token
    assert following["refresh_token"].partition(".")[0] == token.partition(".")[0]
    assert api.signed_in(following["access_token"]).get("/v1/auth/me").status == 200


def test_each_use_gives_the_session_another_thirty_days_and_notes_where(
    api: Api, token: str, clock: Clock
) -> None:
    clock.forward(timedelta(days=29))
    answer = api.at("198.51.100.4").post(
        "/v1/auth/refresh", {"refresh_token": token}, **{"user-agent": "phone"}
    )
    assert answer.status == 200
    (session,) = stored.rows(Session)
    assert session.last_used_at - session.created_at >= timedelta(days=29)
    assert session.expires_at - session.last_used_at == LIFE
    assert (str(session.ip_address), session.user_agent) == ("198.51.100.4", "phone")


def test_for_thirty_seconds_the_token_before_is_answered_with_the_same_successor(
    api: Api, token: str, clock: Clock
) -> None:
    second = successor(api, token)
    clock.forward(GRACE - timedelta(seconds=5))
    assert successor(api, token) == second
    assert successor(api, second) == successor(api, second)


def test_an_old_token_after_its_grace_ends_the_session_for_whoever_has_the_other(
    api: Api, token: str, clock: Clock
) -> None:
    second = successor(api, token)
    clock.forward(GRACE + timedelta(seconds=1))
    assert refusal(api, token) == (401, "token_reused")
    assert refusal(api, second) == (401, "session_ended")
    assert refusal(api, token) == (401, "session_ended")


def test_a_token_older_than_the_one_before_is_reuse_at_once(api: Api, token: str) -> None:
    second = successor(api, token)
    successor(api, second)
    assert refusal(api, token) == (401, "token_reused")


def test_reuse_leaves_its_trace_for_the_owner_the_auditors_and_a_reviewer(
    api: Api, token: str, clock: Clock
) -> None:
    successor(api, token)
    clock.forward(GRACE + timedelta(seconds=1))
    assert refresh(api.at("198.51.100.4"), token).status == 401
    (session,), (user,) = stored.rows(Session), stored.rows(User)
    assert session.revoked_at is not None
    (event,) = stored.rows(house.security_events)
    assert (event.event_code, event.user_id, event.requires_review) == (
        "auth.refresh_token_reused",
        user.id,
        True,
    )
    assert (str(event.ip_address), event.raw_data) == ("198.51.100.4", {"session": str(session.id)})
    revoked = {"user_id": str(user.id), "session_ids": [str(session.id)], "reason": "token_reused"}
    assert stored.sent(SessionsRevoked) == [revoked]
    assert "sessions_revoked" in {line.event for line in stored.rows(AuthLog)}
    assert "auth.sessions_revoked" in {row.action for row in stored.rows(house.audit_logs)}


def test_a_guessed_secret_ends_the_session_it_names_and_no_other(api: Api, token: str) -> None:
    make.account(BOB)
    others = [make.session(account).refresh_token for account in (ADA, BOB)]
    assert refusal(api, f"{token.partition('.')[0]}.{new_token()}") == (401, "token_reused")
    assert refusal(api, token) == (401, "session_ended")
    assert [refresh(api, other).status for other in others] == [200, 200]


def test_somebody_else_s_secret_does_not_open_a_session(api: Api, token: str) -> None:
    make.account(BOB)
    other = make.session(BOB).refresh_token
    mixed = f"{token.partition('.')[0]}.{other.partition('.')[2]}"
    assert refusal(api, mixed) == (401, "token_reused")
    assert refresh(api, other).status == 200


NOBODYS = "01a20fcf-1566-7695-8aa3-9d6b8c043a2f"


@pytest.mark.parametrize(
    "text", ["", ".", "nonsense", NOBODYS, f"{NOBODYS}.{'k' * 43}", "x" * 200, f"{NOBODYS}.é🙂"]
)
def test_what_is_no_token_of_a_session_finds_none(api: Api, text: str) -> None:
    assert refusal(api, text) == (401, "session_ended")


def test_a_session_that_was_not_used_for_thirty_days_has_ended(api: Api, token: str, clock: Clock) -> None:
    clock.forward(LIFE)
    assert refusal(api, token) == (401, "session_ended")
    assert stored.rows(Session)[0].revoked_at is None


def test_a_revoked_session_has_ended(api: Api, token: str) -> None:
    assert api.signed_in(make.session(ADA).access_token).delete("/v1/auth/sessions").status == 204
    assert refusal(api, token) == (401, "session_ended")


def test_a_suspended_account_s_session_is_not_kept_alive(api: Api, token: str) -> None:
    stored.change(User, status="suspended")
    assert refusal(api, token) == (401, "session_ended")
    stored.change(User, status="active")
    assert refresh(api, token).status == 200


def test_a_role_that_changed_is_in_the_next_access_token(api: Api, token: str) -> None:
    stored.change(User, role="support")
    access = refresh(api, token).json()["access_token"]
    assert api.signed_in(access).get("/v1/auth/me").json()["role"] == "support"


def test_only_hashes_of_tokens_are_kept(api: Api, token: str) -> None:
    second = successor(api, token)
    kept = repr(stored.rows(Session))
    assert [text.partition(".")[2] in kept for text in (token, second)] == [False, False]
