"""The letters of one machine: a folder of .eml files, read as plain text and nothing else."""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

SHOWN = 200  # the newest: a folder may have filled for weeks
LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")  # the stop behind a link is the sentence's


@dataclass(frozen=True)
class Letter:
    id: str
    sent_at: datetime
    sender: str
    to: str
    subject: str
    text: str
    links: list[str]


def letters(folder: Path) -> list[Letter]:
    """Newest first: their names are ids, which begin with the time."""
    return list(_read(sorted(folder.glob("*.eml"), reverse=True)[:SHOWN]))


def wait_for(folder: Path, *, to: str, seconds: float) -> list[Letter]:
    """The letters to an address, once there is one."""
    end = time.monotonic() + seconds
    while True:
        found = [letter for letter in letters(folder) if to.lower() in letter.to.lower()]
        if found or time.monotonic() >= end:
            return found
        time.sleep(0.1)


def letter(folder: Path, letter_id: str) -> Letter | None:
    return next(_read([folder / f"{letter_id}.eml"]), None)


def count(folder: Path) -> int:
    return sum(1 for _ in folder.glob("*.eml"))


def empty(folder: Path) -> None:
    for file in folder.glob("*.eml"):
        file.unlink(missing_ok=True)


def _read(files: Iterable[Path]) -> Iterator[Letter]:
    for file in files:
        with suppress(FileNotFoundError):  # the mailbox was emptied meanwhile
            yield _letter(file.stem, file.read_bytes())


def _letter(letter_id: str, content: bytes) -> Letter:
    message = message_from_bytes(content, _class=EmailMessage, policy=default)
    plain = message.get_body(("plain",))
    text = plain.get_content() if plain else ""
    return Letter(
        id=letter_id,
        sent_at=parsedate_to_datetime(message["Date"]),
        sender=str(message.get("From", "")),
        to=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        text=text,
        links=LINK.findall(text),
    )
