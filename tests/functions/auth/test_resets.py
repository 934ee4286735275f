"""A forgotten password: who reads the mailbox chooses a new one, and everybody else is signed out."""

from datetime import timedelta

import pytest

from functions.auth.errors import WrongCredentials
from functions.auth.events import PasswordReset as PasswordWasReset
from functions.auth.events import PasswordResetRequested, SessionsRevoked
from functions.auth.tables import PasswordReset, Session, User
from tests.calls import Answer, Api
from tests.functions.auth import make, stored
from tests.functions.auth.conftest import Clock
from tests.functions.auth.make import ADA, BOB

NEW = "another long phrase"
HALF_AN_HOUR = timedelta(minutes=30)


def forget(api: Api, email: str = ADA.email) -> Answer:
    return api.post("/v1/auth/forgot-password", {"email": email})


def reset(api: Api, token: str, password: str = NEW) -> Answer:
    return api.post("/v1/auth/reset-password", {"token": token, "password": password})


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json()["code"]


def log_in(api: Api, password: str) -> int:
    return api.post("/v1/auth/login", {"email": ADA.email, "password": password}).status


def newest_token() -> str:
    return make.link_token(make.mails()[-1])


def test_a_letter_leads_to_a_new_password_which_opens_a_session_and_the_old_one_does_not(api: Api) -> None:
    user_id = make.account(ADA)
    forget(api, "ADA@example.com")
    (letter,) = make.mails()
    assert (letter["To"], letter["Subject"]) == (ADA.email, "Choose a new password")
    assert reset(api, make.link_token(letter)).status == 204
    assert (log_in(api, ADA.password), log_in(api, NEW)) == (401, 200)
    assert stored.sent(PasswordResetRequested) == [{"user_id": str(user_id)}]
    assert stored.sent(PasswordWasReset) == [{"user_id": str(user_id)}]


def test_whoever_asks_is_not_told_whether_there_is_such_an_account(api: Api) -> None:
    make.account(ADA)
    make.account(BOB, status="pending")
    answers = [forget(api, email) for email in (ADA.email, BOB.email, "nobody@example.com")]
    assert {(answer.status, answer.text) for answer in answers} == {(202, '{"status":"check_your_mail"}')}
    assert len({frozenset(answer.headers) for answer in answers}) == 1
    assert [letter["To"] for letter in make.mails()] == [ADA.email]


@pytest.mark.parametrize("status", ["pending", "suspended"])
def test_an_account_that_may_not_sign_in_gets_no_link(api: Api, status: str) -> None:
    make.account(ADA, status=status)
    assert forget(api).status == 202
    assert (stored.rows(PasswordReset), make.mails()) == ([], [])


def test_a_link_is_used_once(api: Api) -> None:
    make.account(ADA)
    forget(api)
    token = newest_token()
    assert reset(api, token).status == 204
    assert code(reset(api, token, "a third long phrase")) == (422, "bad_link")
    assert log_in(api, NEW) == 200


def test_a_link_lives_for_half_an_hour(api: Api, clock: Clock) -> None:
    make.account(ADA)
    forget(api)
    token = newest_token()
    clock.forward(HALF_AN_HOUR)
    assert code(reset(api, token)) == (422, "bad_link")
    assert log_in(api, ADA.password) == 200


def test_at_most_three_links_wait_at_a_time(api: Api, clock: Clock) -> None:
    make.account(ADA)
    assert [forget(api).status for _ in range(5)] == [202] * 5
    assert len(make.mails()) == 3
    clock.forward(HALF_AN_HOUR)
    forget(api)
    assert len(make.mails()) == 4


def test_the_link_that_is_used_takes_those_that_wait_along(api: Api) -> None:
    make.account(ADA)
    forget(api)
    forget(api)
    first, second = (make.link_token(letter) for letter in make.mails())
    assert reset(api, second).status == 204
    assert code(reset(api, first, "a third long phrase")) == (422, "bad_link")
    assert log_in(api, NEW) == 200


def test_a_reset_signs_out_every_device(api: Api) -> None:
    make.account(ADA)
    make.account(BOB)
    sessions = [make.session(ADA), make.session(ADA), make.session(BOB)]
    forget(api)
    assert reset(api, newest_token()).status == 204
    refreshed = [api.post("/v1/auth/refresh", {"refresh_token": held.refresh_token}) for held in sessions]
    assert [answer.status for answer in refreshed] == [401, 401, 200]
    assert len([row for row in stored.rows(Session) if row.revoked_at]) == 2


@pytest.mark.parametrize("weak", ["q1w2e3r4t5y6", "short", "lovelace's diary"])
def test_a_weak_password_is_refused_and_leaves_the_link_as_it_was(api: Api, weak: str) -> None:
    lovelace = make.Account("lovelace@example.com", "ada")
    make.account(lovelace)
    forget(api, lovelace.email)
    token = newest_token()
    answer = reset(api, token, weak)
    assert (answer.status, answer.json()["errors"][0]["field"]) == (422, "password")
    assert reset(api, token).status == 204


def test_a_link_of_another_kind_or_nobody_s_resets_nothing(api: Api) -> None:
    make.register(api, ADA)
    for token in (newest_token(), "A" * 43):
        assert code(reset(api, token)) == (422, "bad_link")


def test_a_link_of_an_account_that_was_suspended_meanwhile_resets_nothing(api: Api) -> None:
    make.account(ADA)
    forget(api)
    token = newest_token()
    stored.change(User, status="suspended")
    assert code(reset(api, token)) == (422, "bad_link")


def test_an_account_without_a_password_cannot_be_signed_in_to_until_it_has_one(api: Api) -> None:
    make.account(ADA)
    stored.change(User, password_hash=None)
    answer = api.post("/v1/auth/login", ADA.credentials)
    assert code(answer) == (401, WrongCredentials.code)
    forget(api)
    assert reset(api, newest_token()).status == 204
    assert log_in(api, NEW) == 200


def test_a_reset_ends_however_many_sessions_a_thief_has_opened(api: Api) -> None:
    user_id = make.account(ADA)
    make.sessions(user_id, 6_000)  # their ids would be heavier than an event may be
    forget(api)
    assert reset(api, newest_token()).status == 204
    assert stored.rows(Session, Session.revoked_at.is_(None)) == []
    told = [session_id for event in stored.sent(SessionsRevoked) for session_id in event["session_ids"]]
    assert sorted(told) == [str(session.id) for session in stored.rows(Session)]
