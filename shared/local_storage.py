"""Objects in a folder of this machine, and signed links to them that end by themselves."""

import hmac
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from shared import clock
from shared.errors import Forbidden
from shared.ids import new_id

KEY = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)*", re.ASCII)  # no part is hidden, none leads up
PIECE = 64 * 1024  # bytes read at a time


class BadLink(Forbidden):
    code = "bad_link"
    detail = "This link is not valid, or no longer."


@dataclass(frozen=True)
class Stored:
    content_type: str
    size: int
    file: BinaryIO

    def __iter__(self) -> Iterator[bytes]:
        with self.file:
            while piece := self.file.read(PIECE):
                yield piece


@dataclass(frozen=True)
class Folder:
    """A file an object: its type in the first line, then what it holds, so that both change in one move."""

    root: Path

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Written aside, then named: a reader never sees a half one."""
        file = self._file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        written = file.with_name(f".{new_id()}")
        written.write_bytes(content_type.encode() + b"\n" + body)
        written.rename(file)

    def opened(self, key: str) -> Stored:
        try:
            file = self._file(key).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise KeyError(key) from None
        content_type = file.readline()
        size = os.fstat(file.fileno()).st_size - len(content_type)
        return Stored(content_type.decode().rstrip("\n"), size, file)

    def drop_before(self, prefix: str, moment: datetime) -> None:
        """Half-written ones of the dead as well."""
        for file in (self.root / prefix).iterdir():
            with suppress(FileNotFoundError):  # others drop, too
                if file.stat().st_mtime < moment.timestamp():
                    file.unlink()

    def link(self, key: str, life: timedelta) -> str:
        expires = str(int((clock.now() + life).timestamp()))
        return f"/storage/{quote(key)}?expires={expires}&signature={self._signature(key, expires)}"

    def followed(self, key: str, *, expires: str, signature: str) -> Stored:
        """The signature is looked at first: what it covers is ours, and no stranger's."""
        if not hmac.compare_digest(signature.encode(), self._signature(key, expires).encode()):
            raise BadLink
        if clock.now().timestamp() >= int(expires):
            raise BadLink
        return self.opened(key)

    def _signature(self, key: str, expires: str) -> str:
        return hmac.new(self._secret(), f"{expires} {key}".encode(), "sha256").hexdigest()

    def _secret(self) -> bytes:
        """Made by whoever needs it first; whoever was as quick takes theirs."""
        file = self._inside(".key")
        if not file.exists():
            made = self._inside(f".{new_id()}")
            made.touch(mode=0o600)
            made.write_bytes(os.urandom(32))
            with suppress(FileExistsError):
                file.hardlink_to(made)
            made.unlink()
        return file.read_bytes()

    def _file(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no key of an object")
        return self._inside(key)

    def _inside(self, name: str) -> Path:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.root / name
