"""The embedded database without the platform, for commands: it ends a minute after its last guest."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text

from infra.local import postgres
from infra.local.home import Home, Unprepared, embedded
from infra.local.postgres import Server

LINGERS = 60.0  # seconds without a guest
LOOK = 1.0
OTHERS = "backend_type = 'client backend' and pid <> pg_backend_pid()"
GUESTS = text(f"select count(*) from pg_stat_activity where {OTHERS}")  # noqa: S608 (a constant)
READY = "ready"


def server(home: Home) -> Server:
    """The one that runs, or one that lingers until nobody needs it."""
    return postgres.running(home.folder) or _started(home)


def end(home: Home) -> None:
    """Before the platform starts: it brings its own server."""
    with suppress(FileNotFoundError, ProcessLookupError, ValueError):
        pid = int(_pid_file(home).read_text())
        os.kill(pid, signal.SIGTERM)
        while _pid_file(home).exists():
            os.kill(pid, 0)
            time.sleep(0.05)


def _started(home: Home) -> Server:
    """A child that outlives this command. It says when it is ready, and then no more."""
    child = subprocess.Popen(
        [sys.executable, "-m", "infra.local.lingering", str(home.folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    assert child.stdout is not None
    said = child.stdout.readline()
    found = postgres.running(home.folder)
    if said.strip() != READY or found is None:
        raise Unprepared("The database of this machine does not start: the lines above say why.")
    return found


def _pid_file(home: Home) -> Path:
    return home.folder / "lingering"


def main() -> None:
    home = Home(Path(sys.argv[1]))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), embedded(home) as running:
        _pid_file(home).write_text(str(os.getpid()))
        try:
            sys.stdout.write(f"{READY}\n")
            sys.stdout.flush()
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            _wait_for_the_last_guest(running)
        finally:
            _pid_file(home).unlink(missing_ok=True)


def _wait_for_the_last_guest(running: Server) -> None:
    engine = create_engine(running.url("postgres", "postgres"), poolclass=NullPool)
    seen = time.monotonic()
    while time.monotonic() - seen < LINGERS:
        time.sleep(LOOK)
        with engine.connect() as connection:
            if connection.scalar(GUESTS):
                seen = time.monotonic()


if __name__ == "__main__":
    main()
