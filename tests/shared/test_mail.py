"""Mail out: whole letters, in a folder that is its owner's alone, or by SES."""

import base64
import json
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from shared import aws, mail
from shared.settings import settings


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


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """SES at the socket: what it was asked."""
    asked: list[tuple[str, dict[str, Any]]] = []

    class Face(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, json.loads(body)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"MessageId": "1"}')

        def log_message(self, format: str, *args: object) -> None:
            pass

    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-west-1"}
    with HTTPServer(("127.0.0.1", 0), Face) as server:
        for name, value in (keys | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}"}).items():
            monkeypatch.setenv(name, value)
        forget()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield asked
        aws.client("sesv2").close()
        server.shutdown()
        thread.join()
    forget()


def forget() -> None:
    settings.cache_clear()
    aws.client.cache_clear()


def test_where_there_is_no_folder_it_goes_to_ses(ses: list[tuple[str, dict[str, Any]]]) -> None:
    mail.send(to="ada@example.com", subject="Señora", text="un día\n")
    path, given = ses[-1]  # a slow answer may be asked for twice
    assert path == "/v2/email/outbound-emails"
    letter = message_from_bytes(base64.b64decode(given["Content"]["Raw"]["Data"]), policy=policy.default)
    assert (letter["To"], letter["Subject"], letter.get_content()) == (
        "ada@example.com",
        "Señora",
        "un día\n",
    )
