"""What nobody else on the machine may read or forge: folders for the server alone, passwords of roles."""

import hashlib
import os
import secrets
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from infra.local.postgres.account import Account
from infra.local.postgres.errors import NotStarted

SOCKET = ".s.PGSQL.5432"  # PostgreSQL's own name for it; the port is no more than a part of the name
LONGEST_SOCKET = 92  # bytes


def password(home: Path, role: str) -> str:
    """A role's password, made on first demand."""
    file = home / "passwords" / role
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(file, secrets.token_urlsafe(32))
    return file.read_text()


def private_folder(path: Path, *, account: Account) -> Path:
    path.mkdir(mode=0o700, exist_ok=True)
    account.own(path)
    return path


def socket_folder(data: Path, *, account: Account) -> Path:
    """Beside the data; among the temporary files where that would make the socket's path too long."""
    beside = data.with_name(data.name.replace("postgres", "socket"))
    if _fits(beside):
        return private_folder(beside, account=account)
    name = f"astrolabe-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"
    places = (Path(place, name) for place in (tempfile.gettempdir(), "/tmp"))
    return shared_place(next(filter(_fits, places)), account=account)


def shared_place(path: Path, *, account: Account) -> Path:
    """A private folder where anybody may write: what has its name may be another's, or a link."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid in (os.geteuid(), account.uid)
    if not ours or found.st_mode & 0o077:
        raise NotStarted(f"{path} must be a folder of user {account.uid} with mode 0700: remove it")
    account.own(path)
    return path


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET)) <= LONGEST_SOCKET


def _write_once(file: Path, text: str) -> None:
    """Whole or not at all, and the first of two writers wins."""
    draft, name = tempfile.mkstemp(dir=file.parent)  # mode 0600
    with os.fdopen(draft, "w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(draft)
    with suppress(FileExistsError):
        os.link(name, file)
    os.unlink(name)
