"""Letters about an account: each once, with a link whose token nobody on the way sees."""

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from functions.auth import job_send_account_mail
from functions.auth.jobs import Letter, SendAccountMail
from functions.auth.operations import letters
from functions.auth.tables import EmailVerification, PasswordReset, User
from shared.db import house
from shared.settings import settings
from shared.words import LANGUAGES, Language
from tests.calls import Api
from tests.functions.auth import make, stored
from tests.functions.auth.conftest import Clock
from tests.functions.auth.make import ADA
from tests.queues import deliver, waiting

SPANISH = {"accept-language": "es-MX,es;q=0.9,en;q=0.5"}


def links(letter: EmailMessage) -> list[Any]:
    return [urlsplit(word) for word in letter.get_content().split() if "://" in word]


def test_a_link_s_token_stands_behind_the_hash_alone(api: Api) -> None:
    make.register(api, ADA)
    (letter,) = make.mails()
    ((url),) = links(letter)
    assert (url.scheme, url.netloc, url.path, url.query) == (
        "http",
        "127.0.0.1:8000",
        "/account/verify-email",
        "",
    )
    assert len(url.fragment) == 43
    assert (letter["To"], letter["From"]) == (ADA.email, settings().mail_from)
    assert stored.rows(EmailVerification)[0].sent_at is not None


def test_a_message_that_comes_again_sends_no_second_letter(api: Api) -> None:
    make.account(ADA)
    api.post("/v1/auth/forgot-password", {"email": ADA.email})
    for _ in range(3):
        assert deliver(job_send_account_mail.handler) == []
    assert len(make.mails()) == 1


def test_a_try_that_broke_off_before_it_was_noted_is_repeated_with_the_same_link(api: Api) -> None:
    make.account(ADA)
    api.post("/v1/auth/forgot-password", {"email": ADA.email})
    (message,) = waiting(job_send_account_mail.handler)
    job = SendAccountMail.model_validate(message["body"])
    draft = letters.Draft(job, ADA.email, ADA.username)
    letters.send(draft)  # and then the process dies
    first, second = make.mails()
    assert first.get_content() == second.get_content()
    body = {"token": make.link_token(first), "password": "another long phrase"}
    assert api.post("/v1/auth/reset-password", body).status == 204


def test_a_mailbox_that_fails_fails_the_message_which_then_comes_again(api: Api, tmp_path: Path) -> None:
    make.register(api, ADA)
    blocked = tmp_path / "mail"
    blocked.write_text("not a folder")
    (message,) = waiting(job_send_account_mail.handler)
    assert deliver(job_send_account_mail.handler, message) == [message["id"]]
    blocked.unlink()
    assert deliver(job_send_account_mail.handler, message) == []
    assert len(make.mails()) == 1


def test_a_link_that_was_replaced_used_or_has_expired_is_not_sent(api: Api, clock: Clock) -> None:
    make.register(api, ADA)
    make.register(api, ADA)
    assert len(make.mails()) == 1
    make.account(make.BOB)
    api.post("/v1/auth/forgot-password", {"email": make.BOB.email})
    clock.forward(timedelta(minutes=30))
    assert make.mails(to=make.BOB.email) == []


def test_nobody_is_written_to_whose_account_has_lapsed(api: Api) -> None:
    make.register(api, ADA)
    stored.change(User, email=None)
    assert make.mails() == []


def test_a_letter_speaks_the_language_that_was_asked_in(api: Api) -> None:
    make.account(ADA)
    asked = [{}, SPANISH, {"accept-language": "de,es"}, {"accept-language": "de"}]
    for headers in asked[:3]:
        api.post("/v1/auth/forgot-password", {"email": ADA.email}, **headers)
    subjects = sorted(letter["Subject"] for letter in make.mails())
    assert subjects == ["Choose a new password", "Elige una contraseña nueva", "Elige una contraseña nueva"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", list(letters.PAGES))
def test_every_letter_is_plain_text_with_one_link_in_every_language(
    api: Api, letter: Letter, language: Language
) -> None:
    user_id = make.account(ADA)
    job = SendAccountMail(user_id=user_id, letter=letter, language=language, link_id=None)
    letters.send(letters.Draft(job, ADA.email, ADA.username))
    (sent,) = make.mails()
    assert sent.get_content_type() == "text/plain"
    assert [url.path for url in links(sent)] == [letters.PAGES[letter]]
    assert ADA.username in sent.get_content()
    assert "<" not in sent.get_content()


def test_neither_a_token_nor_an_address_waits_in_the_outbox(api: Api) -> None:
    make.register(api, ADA)
    token = make.link_token(make.mails()[-1])
    kept = repr(stored.rows(house.outbox)).lower()
    assert [text.lower() in kept for text in (token, ADA.email, ADA.password)] == [False] * 3
    assert token not in repr(stored.rows(EmailVerification)) + repr(stored.rows(PasswordReset))
