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
    """The account's folder, mode 0700; what stands in its place is accepted only if nobody else made it."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid in (os.geteuid(), account.uid)
    if not ours or found.st_mode & 0o077:
        raise NotStarted(f"{path} must be a folder of user {account.uid} with mode 0700: remove it")
    account.own(path)
    return path


def socket_folder(data: Path, *, account: Account) -> Path:
    """Beside the data; in the folder for temporary files where that makes the socket's path too long."""
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    for folder in (
        data.with_name(data.name.replace("postgres", "socket")),
        Path(tempfile.gettempdir(), f"astrolabe-{name}"),
        Path("/tmp", f"astrolabe-{name}"),
    ):
        if len(os.fsencode(folder / SOCKET)) <= LONGEST_SOCKET:
            break
    return private_folder(folder, account=account)


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
