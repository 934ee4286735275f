"""What an earlier server left of itself: its lock files, its backends, or the whole of it."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from infra.local.postgres.errors import AlreadyRunning
from infra.local.postgres.private import SOCKET

LEAVING = 10.0  # seconds we give a server whose parent died for its last checkpoint
SAME_START = 10.0  # seconds between the fork of a server and the start time that it notes down


@dataclass(frozen=True)
class Postmaster:
    pid: int
    started: float  # seconds since the epoch
    port: int
    socket: Path
    status: str  # starting, ready, stopping


@dataclass(frozen=True)
class Process:
    name: str
    started: float  # seconds since the epoch


def postmaster(data: Path) -> Postmaster | None:
    """The living server of a data folder, by its pid file."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        noted = Postmaster(int(lines[0]), float(lines[2]), int(lines[3]), Path(lines[4]), lines[-1].strip())
    except (FileNotFoundError, IndexError, ValueError):  # none, or cut short by a power cut
        return None
    return noted if _is_alive(noted, data) else None


def clear(data: Path, *, socket: Path) -> None:
    """Make way for a new server, or refuse."""
    if old := _not_leaving(data):
        raise AlreadyRunning(f"PostgreSQL is already running on {data}, as process {old.pid}")
    _end_backends(data)
    for file in (data / "postmaster.pid", socket / SOCKET, socket / f"{SOCKET}.lock"):
        file.unlink(missing_ok=True)  # the pid in them may be anyone's by now, and would stop the new server


def _not_leaving(data: Path) -> Postmaster | None:
    deadline = time.monotonic() + LEAVING
    while (old := postmaster(data)) and old.status == "stopping" and time.monotonic() < deadline:
        time.sleep(0.02)
    return old


def _is_alive(noted: Postmaster, data: Path) -> bool:
    """The pid alone says little: after a crash it may be another process's, even another PostgreSQL's."""
    process = _process(noted.pid)
    if process is None or process.name != "postgres":
        return False
    # Whoever sets the clock moves the start time. The folder tells better, but not of every user's process.
    return abs(process.started - noted.started) < SAME_START or _works_in(noted.pid, data)


def _end_backends(data: Path) -> None:
    """A killed server's backends finish their statements first, and hold the shared memory until then."""
    while backends := list(_backends(data)):
        for pid in backends:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def _backends(data: Path) -> Iterator[int]:
    for pid in (int(folder.name) for folder in Path("/proc").glob("[0-9]*")):
        process = _process(pid)
        if process and process.name == "postgres" and _works_in(pid, data):
            yield pid


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:  # gone, not ours to look into, or there is no such folder yet
        return False


def _process(pid: int) -> Process | None:
    """None for a zombie as well: it holds nothing any more."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    name, _, rest = stat.partition("(")[2].rpartition(")")
    state, *numbers = rest.split()
    booted = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    started = booted + int(numbers[18]) / os.sysconf("SC_CLK_TCK")
    return None if state in "ZX" else Process(name, started)
