"""A run's folder among the temporary files: gone after a stop, or with the next start after a kill."""

import fcntl
import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "astrolabe-aws-"
DRAFT = "new-"  # until it is locked, so that no other start takes it for abandoned
LEAVING = 10.0  # seconds for a database whose parent was killed


@contextmanager
def folder() -> Iterator[Path]:
    """Locked while it is in use: the kernel takes the lock back from whoever dies."""
    _clear_abandoned()
    draft = Path(tempfile.mkdtemp(prefix=f"{DRAFT}{PREFIX}"))  # open to nobody else
    with _locked(draft):
        place = draft.rename(draft.with_name(draft.name.removeprefix(DRAFT)))
        try:
            yield place
        finally:
            _clear(place)


def _clear_abandoned() -> None:
    for place in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(BlockingIOError, FileNotFoundError):  # in use, or another start was faster
            if _ours(place):
                with _locked(place):
                    _clear(place)


def end_told_of(place: Path) -> None:
    """A function's own children inherit its environment, however far they have gone from their parent."""
    while told := list(_told_of(place)):
        _kill(told)


def _clear(place: Path) -> None:
    end_told_of(place)
    deadline = time.monotonic() + LEAVING
    while databases := list(_databases_in(place)):  # which stop by themselves when their parent is gone
        if time.monotonic() > deadline:
            _kill(databases)
        time.sleep(0.02)
    shutil.rmtree(place)


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _ours(place: Path) -> bool:
    found = place.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _told_of(place: Path) -> Iterator[int]:
    """By this variable alone: a person's editor may have others that name the folder."""
    here = b"TMPDIR=" + os.fsencode(place) + b"/"
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone, or another user's
            if any(each.startswith(here) for each in (process / "environ").read_bytes().split(b"\0")):
                yield int(process.name)


def _databases_in(place: Path) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            is_database = (process / "comm").read_text() == "postgres\n"
            if is_database and (process / "cwd").readlink().is_relative_to(place):
                yield int(process.name)


def _kill(processes: list[int]) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    time.sleep(0.01)
