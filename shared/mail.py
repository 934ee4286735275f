"""Mail out: SES, or on one machine a folder of .eml files that the mailbox shows."""

from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from shared import clock
from shared.aws import client
from shared.ids import new_id
from shared.settings import settings


def send(*, to: str, subject: str, text: str) -> None:
    """May happen twice for one letter; never half."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = settings().mail_from, to, subject
    letter["Date"] = format_datetime(clock.now())
    letter.set_content(text)
    folder = settings().mail_dir
    if folder is not None:
        _file(folder, letter)
    else:
        client("ses").send_raw_email(RawMessage={"Data": letter.as_bytes()})  # from and to as it says itself


def _file(folder: Path, letter: EmailMessage) -> None:
    """Written aside, then named: a reader never sees a half one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = new_id()
    written = folder / f".{name}"
    written.write_bytes(letter.as_bytes())
    written.rename(folder / f"{name}.eml")
