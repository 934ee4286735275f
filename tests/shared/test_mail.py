"""Mail out: whole letters, in a folder that is its owner's alone, or by SES."""

from collections.abc import Iterator
from email import message_from_bytes, message_from_string, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from shared import mail
from shared.aws import client
from shared.settings import settings
from tests import web
from tests.shared.moto import Set


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("MAIL_DIR", str(tmp_path / "data" / "mail"))
    settings.cache_clear()
    yield tmp_path / "data" / "mail"
    settings.cache_clear()


def letters(folder: Path) -> list[EmailMessage]:
    files = sorted(folder.glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def test_a_letter_says_what_was_written_in_any_language(folder: Path) -> None:
    mail.send(
        to="ada@example.com", subject="¿Olvidaste tu contraseña?", text="Señora 😀,\n\nun día:\n" + "x" * 900
    )
    [letter] = letters(folder)
    assert (letter["To"], letter["Subject"]) == ("ada@example.com", "¿Olvidaste tu contraseña?")
    assert letter["From"] == settings().mail_from
    assert letter["Date"].datetime.utcoffset().total_seconds() == 0
    assert letter.get_content() == "Señora 😀,\n\nun día:\n" + "x" * 900 + "\n"
    assert letter.get_content_type() == "text/plain"


def test_the_folder_is_its_owner_s_and_holds_no_half_letter(folder: Path) -> None:
    mail.send(to="ada@example.com", subject="one", text="two")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [file.suffix for file in folder.iterdir()] == [".eml"]


@pytest.mark.parametrize("name", ["to", "subject"])
def test_no_header_can_be_smuggled_in(name: str, folder: Path) -> None:
    told = {"to": "ada@example.com", "subject": "one", "text": ""} | {
        name: "a@example.com\r\nBcc: b@example.com"
    }
    with pytest.raises(ValueError, match="linefeed"):
        mail.send(**told)
    assert not folder.exists()


def at_ses(moto: str) -> list[tuple[str, list[str], EmailMessage]]:
    """What was sent: by whom, to whom, and the letter."""
    sent = web.get(f"{moto}/moto-api/data.json").json()["ses"]["RawMessage"]
    return [
        (mail["source"], mail["destinations"], message_from_string(mail["raw_data"], policy=policy.default))
        for mail in sent
    ]


def test_where_there_is_no_folder_it_goes_to_ses(aws: Set, moto: str) -> None:
    client("ses").verify_domain_identity(Domain="astrolabe.test")
    text = "Señora 😀,\n\nun día:\n" + "x" * 1_200 + "\n.\n"
    mail.send(to="ada@example.com", subject="¿Olvidaste tu contraseña?", text=text)
    source, destinations, letter = at_ses(moto)[-1]  # a slow answer may be asked for twice
    assert (source, destinations) == ("no-reply@astrolabe.test", ["ada@example.com"])
    assert (letter["From"], letter["To"]) == (settings().mail_from, "ada@example.com")
    assert letter["Subject"] == "¿Olvidaste tu contraseña?"
    assert letter.get_content() == text


def test_a_sender_that_ses_does_not_know_is_an_error_and_sends_nothing(aws: Set, moto: str) -> None:
    client("ses").verify_domain_identity(Domain="astrolabe.test")
    aws(MAIL_FROM="Somebody <no-reply@example.com>")
    with pytest.raises(client("ses").exceptions.MessageRejected, match=r"no-reply@example\.com"):
        mail.send(to="ada@example.com", subject="one", text="two")
    assert at_ses(moto) == []
