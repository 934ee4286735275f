"""One platform a home folder: who is first holds a lock, and says in it where it is."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """The sentence for whoever starts a second one."""


@contextmanager
def held(home: Path, url: str) -> Iterator[None]:
    """The kernel takes the lock back from whoever dies, so that no stale one can be."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "running").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyRunning(f"Astrolabe is already running at {file.read().strip()}") from None
        file.truncate(0)
        file.write(f"{url} (pid {os.getpid()})\n")
        file.flush()
        yield
        file.truncate(0)
