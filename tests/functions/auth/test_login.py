"""Signing in, and the lock that five wrong passwords put on an address and a place."""

from datetime import timedelta

import bcrypt
import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from functions.auth import passwords
from functions.auth.errors import LockedOut, WrongCredentials
from functions.auth.operations import login
from functions.auth.passwords import Proof
from functions.auth.tables import LoginAttempt, Session, User
from shared.db import identity, transaction
from shared.device import Device
from tests.calls import Answer, Api
from tests.functions.auth import make, stored
from tests.functions.auth.conftest import Clock
from tests.functions.auth.make import ADA, BOB, Account

pytestmark = pytest.mark.usefixtures("database")

WRONG = "not the password, though long"
QUARTER = timedelta(minutes=15)
HERE = "203.0.113.7"


def log_in(api: Api, account: Account, password: str | None = None) -> Answer:
    return api.post("/v1/auth/login", {"email": account.email, "password": password or account.password})


def tried(account: Account = ADA, *, at: str = HERE) -> bool:
    return make.tried(account, device=Device(at, None))


def finished(account: Account, proof: Proof) -> bool:
    """Is somebody signed in whose password was looked at, and found as `proof` says?"""
    with transaction("fn_auth", identity.owner_of_email(account.email)) as db:
        attempt = login.count_attempt(db, email=account.email, device=make.DEVICE)
        assert isinstance(attempt, login.Attempt)
        opened = login.open_session(db, attempt=attempt, proof=proof, device=make.DEVICE)
    return not isinstance(opened, WrongCredentials)


def test_a_session_opens_with_the_right_password_in_whatever_case_the_address_is_written(api: Api) -> None:
    make.account(ADA)
    answer = log_in(api, Account("aDa@example.COM", "ada"))
    assert answer.status == 200
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 900)
    (session,), (user,) = stored.rows(Session), stored.rows(User)
    assert session.user_id == user.id
    assert session.expires_at - session.created_at == timedelta(days=30)
    assert user.last_login_at == session.created_at


def test_a_wrong_password_and_an_account_that_cannot_be_used_get_one_answer(api: Api) -> None:
    make.account(ADA)
    make.account(BOB, status="pending")
    make.account(Account("eve@example.com", "eve"), status="suspended")
    emails = ["ada@example.com", "nobody@example.com", "bob@example.com", "eve@example.com"]
    passwords_sent = [WRONG, make.PASSWORD, make.PASSWORD, make.PASSWORD]
    answers = [
        log_in(api, Account(email, ""), password)
        for email, password in zip(emails, passwords_sent, strict=True)
    ]
    assert {(answer.status, answer.text) for answer in answers} == {(401, answers[0].text)}
    assert answers[0].json()["code"] == "wrong_credentials"
    assert stored.rows(Session) == []


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_five_wrong_passwords_lock_the_address_here_and_not_elsewhere(api: Api, known: bool) -> None:
    if known:
        make.account(ADA)
    assert [log_in(api, ADA, WRONG).status for _ in range(5)] == [401] * 5
    locked = log_in(api, ADA)
    assert (locked.status, locked.json()["code"]) == (429, "locked_out")
    assert 890 <= int(locked.headers["retry-after"]) <= 900
    assert log_in(api.at("203.0.113.8"), ADA).status == (200 if known else 401)
    assert log_in(api, BOB).status == 401


def test_a_lock_ends_after_a_quarter_of_an_hour_however_often_it_is_knocked_at(clock: Clock) -> None:
    assert [tried() for _ in range(6)] == [True] * 5 + [False]
    clock.forward(QUARTER - timedelta(seconds=5))
    assert tried() is False
    clock.forward(timedelta(seconds=6))
    assert [tried() for _ in range(6)] == [True] * 5 + [False]


def test_failures_are_forgotten_a_quarter_of_an_hour_after_the_first(clock: Clock) -> None:
    assert [tried(), tried()] == [True, True]
    clock.forward(timedelta(minutes=10))
    assert [tried(), tried()] == [True, True]
    clock.forward(timedelta(minutes=5, seconds=1))
    assert [tried() for _ in range(6)] == [True] * 5 + [False]


def test_a_lock_knows_its_address_in_whatever_case_it_is_written() -> None:
    assert [tried(ADA) for _ in range(5)] == [True] * 5
    assert tried(Account("ADA@EXAMPLE.COM", "ada")) is False


def test_no_other_spelling_of_an_address_is_worth_five_more_tries(api: Api) -> None:
    make.account(Account("lind@example.com", "lind"))
    for email in ("lind@example.com", "l\u0130nd@example.com"):  # PostgreSQL's lower() makes the two one
        for _ in range(6):
            log_in(api, Account(email, ""), WRONG)
    assert [attempt.failed for attempt in stored.rows(LoginAttempt)] == [5]


def test_an_ipv6_subscriber_is_one_place_and_the_next_one_another() -> None:
    assert [tried(at=f"2001:db8:0:1::{number}") for number in range(6)] == [True] * 5 + [False]
    assert tried(at="2001:db8:0:2::1") is True


def test_the_right_password_gives_its_own_try_back_and_no_other() -> None:
    make.account(ADA)
    assert [tried() for _ in range(4)] == [True] * 4
    assert finished(ADA, Proof(matches=True)) is True
    (attempt,) = stored.rows(LoginAttempt)
    assert (attempt.failed, attempt.locked_until) == (4, None)
    assert [tried(), tried()] == [True, False]


def test_a_refused_try_is_not_counted() -> None:
    assert [tried() for _ in range(9)] == [True] * 5 + [False] * 4
    assert [attempt.failed for attempt in stored.rows(LoginAttempt)] == [5]


def test_a_password_reset_is_let_through_a_lock(api: Api) -> None:
    make.account(ADA)
    assert [tried() for _ in range(6)][-1] is False
    api.post("/v1/auth/forgot-password", {"email": ADA.email})
    body = {"token": make.link_token(make.mails()[-1]), "password": "another long phrase"}
    assert api.post("/v1/auth/reset-password", body).status == 204
    assert stored.rows(LoginAttempt) == []
    assert log_in(api, ADA, body["password"]).status == 200


def test_a_password_that_was_reset_while_it_was_looked_at_opens_nothing(api: Api) -> None:
    user_id = make.account(ADA)
    api.post("/v1/auth/forgot-password", {"email": ADA.email})
    body = {"token": make.link_token(make.mails()[-1]), "password": "another long phrase"}
    with transaction("fn_auth", identity.user(user_id)) as db:
        attempt = login.count_attempt(db, email=ADA.email, device=make.DEVICE)
    assert isinstance(attempt, login.Attempt)
    assert api.post("/v1/auth/reset-password", body).status == 204
    with transaction("fn_auth", identity.user(user_id)) as db:
        opened = login.open_session(db, attempt=attempt, proof=Proof(matches=True), device=make.DEVICE)
    assert isinstance(opened, WrongCredentials)
    assert stored.rows(Session) == []


def test_an_account_that_was_suspended_while_its_password_was_looked_at_opens_nothing() -> None:
    user_id = make.account(ADA)
    with transaction("fn_auth", identity.user(user_id)) as db:
        attempt = login.count_attempt(db, email=ADA.email, device=make.DEVICE)
    assert isinstance(attempt, login.Attempt)
    stored.change(User, status="suspended")
    with transaction("fn_auth", identity.user(user_id)) as db:
        opened = login.open_session(db, attempt=attempt, proof=Proof(matches=True), device=make.DEVICE)
    assert isinstance(opened, WrongCredentials)
    assert stored.rows(Session) == []


def test_an_imported_bcrypt_hash_lets_in_and_becomes_argon2(api: Api) -> None:
    make.account(ADA)
    imported = bcrypt.hashpw(ADA.password.encode(), bcrypt.gensalt(4)).decode()
    stored.change(User, password_hash=imported)
    assert log_in(api, ADA, WRONG).status == 401
    assert stored.rows(User)[0].password_hash == imported
    assert log_in(api, ADA).status == 200
    (user,) = stored.rows(User)
    assert user.password_hash.startswith("$argon2id$")
    assert passwords.proof(ADA.password, user.password_hash) == Proof(matches=True)


@pytest.mark.parametrize("length", [72, 73])
def test_what_bcrypt_would_cut_off_is_a_wrong_password(length: int) -> None:
    imported = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    assert passwords.proof("x" * length, imported).matches is (length == 72)
    assert passwords.proof("é" * 37, imported).matches is False


def test_argon2_reads_the_longest_password_there_may_be_to_its_end() -> None:
    password_hash = make.password_hash("x" * 128)
    assert passwords.proof("x" * 128, password_hash).matches is True
    assert passwords.proof("x" * 127 + "y", password_hash).matches is False


def test_nobody_s_hash_costs_what_everybody_s_does() -> None:
    assert Argon2Hasher().check_needs_rehash(passwords.NOBODYS_HASH) is False
    assert passwords.proof("nobody has this password", None) == Proof(matches=False)


def test_the_lock_s_refusal_says_when_to_come_back(clock: Clock) -> None:
    for _ in range(5):
        tried()
    clock.forward(timedelta(minutes=10))
    with transaction("fn_auth", identity.nobody()) as db:
        refusal = login.count_attempt(db, email=ADA.email, device=make.DEVICE)
    assert isinstance(refusal, LockedOut)
    assert 295 <= int(refusal.headers["Retry-After"]) <= 300


def test_where_somebody_is_comes_from_the_gateway_alone(api: Api) -> None:
    make.account(ADA)
    elsewhere = {
        "x-forwarded-for": "198.51.100.9",
        "x-real-ip": "198.51.100.9",
        "forwarded": "for=198.51.100.9",
    }
    answer = api.post("/v1/auth/login", ADA.credentials, **elsewhere)
    assert answer.status == 200
    assert [str(session.ip_address) for session in stored.rows(Session)] == [HERE]
