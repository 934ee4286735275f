"""What happens when everybody comes at once, and PostgreSQL puts them in a line."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session as Db

from functions.auth.errors import BadLink, SessionEnded
from functions.auth.operations import resets, sessions
from functions.auth.tables import LoginAttempt, PasswordReset, Session, User
from functions.auth.tokens import RefreshToken
from shared.db import identity, system, transaction
from tests.calls import Answer, Api
from tests.conftest import Database
from tests.functions.auth import make, stored
from tests.functions.auth.crowd import PATIENCE, Post, at_once, room
from tests.functions.auth.make import ADA, BOB, Account

NEW = "another long phrase"
Act = Callable[[Db], Any]


@pytest.fixture(autouse=True)
def _room(database: Database) -> Iterator[None]:
    with room():
        yield


def statuses(answers: Sequence[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def sign_in(password: str) -> Post:
    return Post("/v1/auth/login", {"email": ADA.email, "password": password})


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_of_fifty_wrong_passwords_at_once_exactly_five_are_looked_at(known: bool) -> None:
    if known:
        make.account(ADA)
    answers = at_once([sign_in(f"wrong password {number}") for number in range(50)])
    assert statuses(answers) == {401: 5, 429: 45}
    (attempt,) = stored.rows(LoginAttempt)
    assert (attempt.failed, attempt.locked_until is not None) == (5, True)


def test_the_right_password_among_wrong_ones_leaves_no_longer_lock_than_the_wrong_ones_earned() -> None:
    make.account(ADA)
    posts = [sign_in(f"wrong password {number}") for number in range(4)]
    answers = at_once([*posts[:2], sign_in(ADA.password), *posts[2:]])
    assert statuses(answers) == {200: 1, 401: 4}
    (attempt,) = stored.rows(LoginAttempt)
    assert (attempt.failed, attempt.locked_until) == (4, None)
    assert [make.tried(), make.tried()] == [True, False]


def test_twenty_requests_with_one_refresh_token_all_get_its_one_successor() -> None:
    make.account(ADA)
    token = make.session().refresh_token
    answers = at_once([Post("/v1/auth/refresh", {"refresh_token": token})] * 20)
    assert statuses(answers) == {200: 20}
    (successor,) = {answer.json()["refresh_token"] for answer in answers}
    assert successor != token
    (session,) = stored.rows(Session)
    assert session.revoked_at is None
    (me,) = {Api(token=answer.json()["access_token"]).get("/v1/auth/me").status for answer in answers}
    assert me == 200


def test_an_address_that_several_register_at_once_is_one_account() -> None:
    forms = [
        {"email": email, "username": f"user_{number}", "password": NEW}
        for number, email in enumerate(["ada@example.com", "ADA@example.com"] * 4)
    ]
    answers = at_once([Post("/v1/auth/register", form) for form in forms])
    assert statuses(answers) == {202: 8}
    (user,) = stored.rows(User)
    assert [letter["To"] for letter in make.mails()] == [user.email]


def test_a_username_that_several_ask_for_at_once_is_one_account_s() -> None:
    forms = [
        {"email": f"{number}@example.com", "username": name, "password": NEW}
        for number, name in enumerate(["ada", "ADA"] * 4)
    ]
    answers = at_once([Post("/v1/auth/register", form) for form in forms])
    assert statuses(answers) == {202: 1, 409: 7}
    assert len(stored.rows(User)) == 1


def test_a_link_that_is_used_twice_at_once_confirms_once(api: Api) -> None:
    make.register(api)
    body = {"token": make.link_token(make.mails()[-1])}
    assert statuses(at_once([Post("/v1/auth/verify-email", body)] * 6)) == {204: 1, 422: 5}


def test_a_confirmation_and_a_new_registration_at_once_wait_for_each_other_and_no_longer(api: Api) -> None:
    make.register(api)
    confirm = Post("/v1/auth/verify-email", {"token": make.link_token(make.mails()[-1])})
    again = Post("/v1/auth/register", {**ADA.credentials, "username": ADA.username, "password": NEW})
    seen = statuses(at_once([confirm, again] * 4))
    assert set(seen) <= {202, 204, 422, 409}
    (user,) = stored.rows(User, User.email.is_not(None))
    assert (user.status == "active") == (seen[204] == 1)


def test_several_requests_for_a_reset_at_once_leave_three_links() -> None:
    make.account(ADA)
    answers = at_once([Post("/v1/auth/forgot-password", {"email": ADA.email})] * 8)
    assert statuses(answers) == {202: 8}
    assert len(stored.rows(PasswordReset)) == 3


def test_of_several_resets_at_once_one_sets_the_password(api: Api) -> None:
    make.account(ADA)
    for _ in range(2):
        api.post("/v1/auth/forgot-password", {"email": ADA.email})
    tokens = [make.link_token(letter) for letter in make.mails()]
    bodies = [{"token": token, "password": f"{NEW} {number}"} for number, token in enumerate(tokens * 3)]
    answers = at_once([Post("/v1/auth/reset-password", body) for body in bodies])
    assert statuses(answers) == {204: 1, 422: 5}
    chosen = bodies[[answer.status for answer in answers].index(204)]["password"]
    assert api.post("/v1/auth/login", {"email": ADA.email, "password": chosen}).status == 200


def while_it_is_open(user_id: UUID, first: Act, second: Act) -> Any:
    """The second begins while the first has not committed, and waits for it."""

    def begun() -> Any:
        with transaction("fn_auth", identity.user(user_id)) as db:
            return second(db)

    with ThreadPoolExecutor(1) as thread:
        with transaction("fn_auth", identity.user(user_id)) as db:
            first(db)
            late = thread.submit(begun)
            wait_until_blocked()
        return late.result()


def wait_until_blocked() -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with transaction("fn_system", system()) as db:
            if db.scalar(text("select exists(select from pg_locks where not granted)")):
                return
    raise TimeoutError("nobody waits for a lock")


def test_a_reset_that_waited_for_another_finds_its_link_used(api: Api) -> None:
    user_id = make.account(ADA)
    api.post("/v1/auth/forgot-password", {"email": ADA.email})
    token = make.link_token(make.mails()[-1])

    def reset(password_hash: str) -> Act:
        given = {"token": token, "password_hash": password_hash, "device": make.DEVICE}
        return partial(resets.reset_password, **given)  # type: ignore[arg-type]

    with pytest.raises(BadLink):
        while_it_is_open(user_id, reset("first"), reset("second"))
    assert stored.rows(User)[0].password_hash == "first"


def test_a_refresh_that_waited_for_a_revocation_finds_the_session_ended() -> None:
    user_id = make.account(ADA)
    token = RefreshToken.parse(make.session().refresh_token)
    end = partial(sessions.log_out, user_id=user_id, session_id=token.session_id, device=make.DEVICE)
    refresh = partial(sessions.refresh, token=token, device=make.DEVICE)
    assert isinstance(while_it_is_open(user_id, end, refresh), SessionEnded)


def test_a_username_held_and_asked_for_at_once_goes_to_one(api: Api) -> None:
    make.account(ADA)
    forms = [Account(ADA.email, "countess"), Account(BOB.email, "countess")]
    answers = at_once(
        [Post("/v1/auth/register", {**form.credentials, "username": form.username}) for form in forms]
    )
    assert statuses(answers) == {202: 1, 409: 1}
