"""Opening an account, and what nobody learns by trying to."""

from datetime import timedelta
from typing import Any

import pytest

from functions.auth import cron_purge_expired
from functions.auth.operations import purge, registration
from functions.auth.tables import EmailVerification, User, UserKey
from shared.db import identity, system, transaction
from shared.errors import Unavailable
from shared.problem import MEDIA_TYPE
from tests.calls import Answer, Api
from tests.functions.auth import make, stored
from tests.functions.auth.conftest import Clock
from tests.functions.auth.make import ADA, BOB, Account

DAY = timedelta(days=1)
NEW = "another long phrase"
PENDING = Account("pending@example.com", "pending")


def verify(api: Api, token: str) -> Answer:
    return api.post("/v1/auth/verify-email", {"token": token})


def log_in(api: Api, account: Account) -> int:
    return api.post("/v1/auth/login", account.credentials).status


def with_email() -> list[Any]:
    return stored.rows(User, User.email.is_not(None))


def test_an_address_for_trying_things_out_is_one_as_well(api: Api) -> None:
    demo = make.verified(api, Account("demo@astrolabe.test", "demo"))
    assert log_in(api, demo) == 200


def test_an_address_is_one_account_in_whatever_case_it_is_written(api: Api) -> None:
    make.account(ADA)
    assert make.register(api, Account("aDA@EXAMPLE.com", "countess")).status == 202
    assert [(user.email, user.username) for user in with_email()] == [("Ada@example.com", "ada")]


def test_an_address_that_no_letter_reaches_is_refused(api: Api) -> None:
    answer = make.register(api, Account("josé@example.com", "jose"))
    assert (answer.status, [fault["field"] for fault in answer.json()["errors"]]) == (422, ["email"])


@pytest.mark.parametrize("domain", ["bücher.example", "BÜCHER.example", "xn--bcher-kva.example"])
def test_a_domain_of_other_letters_is_one_that_mail_servers_know(api: Api, domain: str) -> None:
    make.register(api, Account(f"ada@{domain}", "ada"))
    (letter,) = make.mails()
    assert letter["To"] == "ada@xn--bcher-kva.example"
    assert verify(api, make.link_token(letter)).status == 204
    assert log_in(api, Account("ada@bücher.example", "ada")) == 200


def test_a_username_is_one_account_s_in_whatever_case_it_is_written(api: Api) -> None:
    make.account(ADA)
    answer = make.register(api, Account("bob@example.com", "AdA"))
    assert (answer.status, answer.json()["code"]) == (409, "username_taken")
    assert len(with_email()) == 1


def test_the_answer_is_the_same_for_a_new_a_waiting_and_an_active_address(api: Api) -> None:
    make.account(ADA)
    make.account(PENDING, status="pending")
    new, waiting, active = (
        make.register(api, Account(email, f"asked_{number}"))
        for number, email in enumerate(["new@example.com", PENDING.email, ADA.email])
    )
    assert (new.status, new.json()) == (202, {"status": "check_your_mail"})
    for other in (waiting, active):
        assert (other.status, other.text) == (new.status, new.text)
        assert set(other.headers) == set(new.headers)


def test_the_owner_of_an_active_address_is_told_by_letter_and_no_link_changes_anything(api: Api) -> None:
    make.account(ADA)
    make.register(api, Account(ADA.email, "countess", NEW))
    (letter,) = make.mails()
    assert (letter["To"], letter["Subject"]) == (ADA.email, "You have an account already")
    assert letter.get_content().rstrip().endswith("/account/forgot-password")
    assert log_in(api, ADA) == 200


@pytest.mark.parametrize("status", [None, "active", "suspended"])
def test_asking_again_and_again_tells_nothing_about_an_address(api: Api, status: str | None) -> None:
    if status:
        make.account(ADA, status=status)
    upper = ADA.email.upper()
    asked = [
        (ADA.email, "first"),
        (upper, "first"),
        (BOB.email, "first"),
        (ADA.email, "second"),
        (BOB.email, "FIRST"),
        (upper, "first"),
    ]
    answers = [make.register(api, Account(email, username)) for email, username in asked]
    assert [answer.status for answer in answers] == [202, 202, 409, 202, 202, 409]


def test_an_unconfirmed_account_is_told_apart_from_an_active_one_by_no_username(api: Api) -> None:
    make.account(ADA)
    assert [make.register(api, Account(email, "ada")).status for email in (ADA.email, BOB.email)] == [
        409,
        409,
    ]


def test_registering_again_replaces_the_password_and_the_earlier_link(api: Api) -> None:
    second = Account(ADA.email, "countess", NEW)
    make.register(api, ADA)
    (first_letter,) = make.mails()
    make.register(api, second)
    old, new = make.link_token(first_letter), make.link_token(make.mails()[-1])
    assert old != new
    refused = verify(api, old)
    assert (refused.status, refused.json()["code"]) == (422, "bad_link")
    assert verify(api, new).status == 204
    assert (log_in(api, ADA), log_in(api, second)) == (401, 200)
    assert [user.username for user in with_email()] == ["countess"]


def test_an_account_that_was_confirmed_while_argon2_ran_keeps_its_password(api: Api) -> None:
    user_id = make.account(ADA, status="pending")
    late = registration.application(
        email=ADA.email, username="late", password=NEW, held=registration.Standing(user_id, "pending")
    )
    stored.change(User, status="active")
    with transaction("fn_auth", identity.user(user_id)) as db:
        registration.register(db, application=late, device=make.DEVICE)
    assert [(user.username, user.password_hash) for user in with_email()] == [
        ("ada", make.password_hash(ADA.password))
    ]
    assert (stored.rows(EmailVerification), make.mails()) == ([], [])


def test_an_account_that_was_replaced_while_argon2_ran_is_asked_for_again(api: Api) -> None:
    user_id = make.account(ADA, status="pending")
    late = registration.application(
        email=ADA.email, username="late", password=NEW, held=registration.Standing(user_id, "pending")
    )
    with transaction("fn_system", system()) as db:
        purge.drop_registrations(db, [user_id])
    make.account(ADA)
    with pytest.raises(Unavailable), transaction("fn_auth", identity.user(user_id)) as db:
        registration.register(db, application=late, device=make.DEVICE)
    assert [user.username for user in stored.rows(User)] == ["ada"]


def test_an_account_that_nobody_confirms_lapses_after_a_day_and_frees_its_username(
    api: Api, clock: Clock
) -> None:
    make.register(api, ADA)
    token = make.link_token(make.mails()[-1])
    clock.forward(DAY - timedelta(minutes=1))
    stored.run(cron_purge_expired.handle)
    assert make.register(api, Account(BOB.email, ADA.username)).status == 409
    clock.forward(timedelta(minutes=2))
    stored.run(cron_purge_expired.handle)
    assert [stored.rows(table) for table in (User, UserKey, EmailVerification)] == [[], [], []]
    assert verify(api, token).json()["code"] == "bad_link"
    assert make.register(api, Account(BOB.email, ADA.username)).status == 202


def test_a_username_asked_for_with_an_address_in_use_is_held_for_a_day(api: Api, clock: Clock) -> None:
    make.account(ADA)
    make.register(api, Account(ADA.email, "countess"))
    clock.forward(DAY - timedelta(minutes=1))
    stored.run(cron_purge_expired.handle)
    assert make.register(api, Account(BOB.email, "countess")).status == 409
    clock.forward(timedelta(minutes=2))
    stored.run(cron_purge_expired.handle)
    assert make.register(api, Account(BOB.email, "countess")).status == 202
    assert sorted(user.username for user in stored.rows(User)) == ["ada", "countess"]


def test_a_link_confirms_an_address_once(api: Api) -> None:
    make.register(api, ADA)
    token = make.link_token(make.mails()[-1])
    assert log_in(api, ADA) == 401
    assert [verify(api, token).status for _ in range(2)] == [204, 422]
    (user,) = stored.rows(User)
    assert (user.status, user.email_verified_at is not None) == ("active", True)
    assert log_in(api, ADA) == 200


def test_a_link_that_has_expired_confirms_nothing(api: Api, clock: Clock) -> None:
    make.register(api, ADA)
    token = make.link_token(make.mails()[-1])
    clock.forward(DAY)
    assert verify(api, token).json()["code"] == "bad_link"
    assert [user.status for user in stored.rows(User)] == ["pending"]


def test_a_link_of_another_kind_or_nobody_s_confirms_nothing(api: Api) -> None:
    make.account(BOB)
    api.post("/v1/auth/forgot-password", {"email": BOB.email})
    reset = make.link_token(make.mails(to=BOB.email)[-1])
    for token in (reset, "A" * 43, "🙂" * 20):
        answer = verify(api, token)
        assert (answer.status, answer.json()["code"]) == (422, "bad_link")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("q1w2e3r4t5y6", "invalid"),  # common
        ("Q1W2E3R4T5Y6", "invalid"),
        ("my friend lovelace", "invalid"),  # the address's local part
        ("123456789", "string_too_short"),
        ("x" * 129, "string_too_long"),
    ],
)
def test_a_weak_password_is_refused_by_the_name_of_its_field(api: Api, password: str, code: str) -> None:
    answer = make.register(api, Account("Lovelace@example.com", "ada", password))
    assert (answer.status, answer.headers["content-type"]) == (422, MEDIA_TYPE)
    assert [(fault["field"], fault["code"]) for fault in answer.json()["errors"]] == [("password", code)]
    assert password not in answer.text
    assert stored.rows(User) == []


@pytest.mark.parametrize("password", ["x" * 10, "x" * 128, "🙂" * 10, " " * 12])
def test_a_password_may_be_any_ten_to_a_hundred_and_twenty_eight_characters(api: Api, password: str) -> None:
    assert make.register(api, Account(ADA.email, "ada", password)).status == 202


@pytest.mark.parametrize("username", ["ab", "a" * 31, "ada lovelace", "adá", "ada\n", ""])
def test_a_username_has_three_to_thirty_plain_characters(api: Api, username: str) -> None:
    answer = make.register(api, Account(ADA.email, username))
    assert (answer.status, answer.json()["errors"][0]["field"]) == (422, "username")
