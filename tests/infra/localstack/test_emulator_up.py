"""`make localstack`, as who typed it sees it: where it is, a database behind a secret, a clean end."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from pg8000.native import Connection, DatabaseError

from tests.infra.localstack.functions import client_of, free_port, listens_on, told_of, tree

LONGEST = 240  # seconds to end: its database writes to the disk that others may be installing on
# As from a terminal: who runs the tests in the background has told all that they start to ignore Ctrl-C.
RUNS = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from infra.localstack import up
sys.exit(up.run(int(sys.argv[1])))
"""


@contextmanager
def run(port: int, place: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", RUNS, str(port)],
        env={**os.environ, "TMPDIR": str(place)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def greeting(process: "subprocess.Popen[str]") -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(6)]


def administrator(url: str) -> dict[str, str | int]:
    secrets = client_of(url, "secretsmanager")
    said = secrets.get_secret_value(SecretId="astrolabe/database/admin")["SecretString"]
    secrets.close()
    return dict(json.loads(said))


def test_it_says_where_it_is_and_its_secret_leads_to_a_database(tmp_path: Path) -> None:
    port = free_port()
    with run(port, tmp_path) as process:
        url = f"http://127.0.0.1:{port}"
        said = greeting(process)
        (folder,) = tmp_path.iterdir()
        assert said[1:3] == [
            f"A local AWS (ministack) answers at {url}.",
            "Ctrl-C stops it, and what was made in it is gone.",
        ]
        assert said[4:] == ["deploy  make deploy-local, in another terminal", f"log     {folder}/log"]
        found = administrator(url)
        place = {"host": found["host"], "port": found["port"], "database": "postgres"}
        with Connection(str(found["username"]), password=str(found["password"]), **place) as connection:
            assert connection.run("select rolsuper from pg_roles where rolname = current_user") == [[True]]
        with pytest.raises(DatabaseError, match="password authentication failed"):
            Connection(str(found["username"]), password="guess", **place)
        assert listens_on(tree(process.pid)) == {"127.0.0.1"}
        process.send_signal(signal.SIGINT)
        assert process.wait(LONGEST) == 0
        out, err = process.communicate()
        assert out == ""
        assert [line for line in err.splitlines() if not line.startswith("Making ")] == []  # its environments
    assert told_of(folder) == []
    assert list(tmp_path.iterdir()) == []


def test_an_emulator_that_ends_by_itself_ends_the_command(tmp_path: Path) -> None:
    with run(free_port(), tmp_path) as process:
        greeting(process)
        children = psutil.Process(process.pid).children()
        (emulator,) = (each for each in children if "infra.localstack.ministack" in each.cmdline())
        emulator.kill()
        assert process.wait(LONGEST) == 1
        assert process.communicate()[1].startswith("ministack has ended. The last that it said:\n")
    assert list(tmp_path.iterdir()) == []
