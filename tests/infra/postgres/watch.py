"""How a test looks at a server: by questions to it and by the processes of the machine."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pg8000.native import Connection
from sqlalchemy import make_url

from infra.local import postgres
from infra.local.postgres.account import Account

FAST = {"fsync": "off"}
STARTS_AND_SLEEPS = """
import sys, time
from pathlib import Path
from infra.local import postgres
with postgres.start(Path(sys.argv[1]), options={"fsync": "off"}) as server:
    print(server.pid, flush=True)
    time.sleep(600)
"""


def connect(server: postgres.Server) -> Connection:
    url = make_url(server.url("postgres", "postgres"))
    file = url.query["unix_sock"]
    return Connection(
        "postgres", password=url.password, database="postgres", unix_sock=file, ssl_context=False
    )


def ask(server: postgres.Server, question: str) -> Any:
    with connect(server) as connection:
        return connection.run(question)[0][0]


def starts(home: Path, account: Account | None = None) -> bool:
    with postgres.start(home, options=FAST, account=account) as server:
        return bool(ask(server, "select 1") == 1)


@contextmanager
def parent_of_a_server(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that starts one, prints the pid, and sleeps until it is killed."""
    command = [sys.executable, "-c", STARTS_AND_SLEEPS, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as parent:
        try:
            yield parent
        finally:
            parent.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def processes(home: Path) -> set[int]:
    """All of PostgreSQL that works in this home's data folder."""
    return {
        int(link.parent.name)
        for link in Path("/proc").glob("[0-9]*/cwd")
        if _target(link) == home / "postgres-18"
    }


def eventually(condition: Callable[[], bool], *, within: float) -> bool:
    deadline = time.monotonic() + within
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def _target(link: Path) -> Path | None:
    try:
        return link.readlink()
    except OSError:  # the process has ended
        return None
