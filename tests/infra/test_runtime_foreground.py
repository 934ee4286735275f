"""`make up` from the outside: one at a time, gone soon, and nothing left, however it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.foreground import listen
from tests.infra.runtime import LIMIT, eventually, is_alive

PROGRAM = """
import json, sys
from contextlib import contextmanager
from pathlib import Path
from infra.local.foreground import run
from infra.local.queues import Dispatcher
from tests.infra.runtime import config

API = '''
def answer(event, context):
    seconds = event["path"].rsplit("/")[-1]
    open(os.environ["FOLDER"] + "/began-" + seconds, "w").close()
    time.sleep(float(seconds))
    return {"statusCode": 200, "body": "slept"}

handler = Handler(Trigger(kind="http", paths=("/v1/sleep",)), answer)
'''
LOOP = '''
def turn(event, context):
    time.sleep(60)

handler = Handler(Trigger(kind="loop", timeout=60), turn)
'''
class Broken(Dispatcher):
    async def run(self):
        raise ValueError("a bug in the dispatcher")

folder, port, *options = Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]
dispatcher = Broken if options else Dispatcher

@contextmanager
def house():
    print("stands", flush=True)
    try:
        files = {"tests/api.py": API, "tests/loop_turn.py": LOOP}
        yield config(folder, files, dispatcher=dispatcher, environment={"FOLDER": str(folder)})
    finally:
        print("falls", flush=True)

def ready(platform):
    print(json.dumps(platform.describe()), flush=True)

raise SystemExit(run(home=folder / "home", port=port, house=house, ready=ready))
"""

Start = Callable[..., tuple[subprocess.Popen[str], dict[str, Any]]]


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def start(tmp_path: Path, port: int) -> Iterator[Start]:
    """As a terminal does it: in a process group of its own, which Ctrl-C goes to as a whole."""
    started = []

    def launch(port: int = port, options: Sequence[str] = ()) -> tuple[subprocess.Popen[str], dict[str, Any]]:
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path), str(port), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(program)
        assert program.stdout
        lines = [program.stdout.readline(), program.stdout.readline()]
        return program, json.loads(lines[1]) if lines[1] else {}

    yield launch
    for program in started:
        if program.poll() is None:
            program.kill()
        program.communicate()


def pids(described: dict[str, Any]) -> list[int]:
    workers = [worker["pid"] for pool in described["pools"] for worker in pool["workers"]]
    return [described["pid"], described["nursery"], *workers]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_is_soon_done_is_answered_and_nobody_else_is_waited_for(
    start: Start, number: signal.Signals, tmp_path: Path
) -> None:
    program, described = start()
    everything = pids(described)
    assert len(everything) == 2 + 2 + 2 + 1
    with ThreadPoolExecutor(2) as clients:
        soon, late = [
            clients.submit(httpx.get, f"{described['url']}/v1/sleep/{seconds}", timeout=2 * LIMIT)
            for seconds in (0.6, 30)
        ]
        eventually(lambda: len(list(tmp_path.glob("began-*"))) == 2)
        os.killpg(program.pid, number)
        assert program.wait() == 0
        assert not any(map(is_alive, everything))
        assert soon.result().text == "slept"
        assert late.result().json()["code"] == "stopping"
    assert program.stdout
    assert program.stdout.read() == "falls\n"


def test_a_second_start_says_what_is_running_already(start: Start, port: int) -> None:
    first, _ = start()
    second, _ = start(port + 1)
    assert second.communicate() == (
        "",
        f"Astrolabe is already running at http://127.0.0.1:{port} (pid {first.pid})\n",
    )
    assert second.returncode == 1
    assert first.poll() is None


def test_a_taken_port_is_a_sentence_that_says_what_to_do(start: Start, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        program, _ = start()
        out, said = program.communicate()
    assert (program.returncode, out) == (1, "")
    assert f"Port {port} " in said
    assert "PORT=" in said
    assert "Traceback" not in said


def test_it_listens_on_this_machine_alone_unless_it_is_told_to() -> None:
    with listen(0) as here, listen(0, "127.0.0.2") as told:
        assert (here.getsockname()[0], told.getsockname()[0]) == ("127.0.0.1", "127.0.0.2")


def test_with_the_embedded_database_it_listens_nowhere_else(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "ASTROLABE_HOME": str(tmp_path / "home"),
        "LISTEN": "127.0.0.2",
    }
    command = [sys.executable, "-m", "infra.cli", "up"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT)
    assert ended.returncode == 2
    assert ended.stderr.startswith("LISTEN=127.0.0.2 is for a database of your own (DATABASE_URL): ")
    assert not (tmp_path / "home").exists()


def test_a_kill_of_the_supervisor_leaves_nothing_and_it_starts_again(start: Start) -> None:
    program, described = start()
    os.kill(program.pid, signal.SIGKILL)
    program.wait()
    eventually(lambda: not any(map(is_alive, pids(described))))
    _, again = start()
    assert httpx.get(f"{again['url']}/v1/sleep/0").text == "slept"
    assert again["pid"] != described["pid"]


def test_a_part_that_fails_ends_the_whole_with_its_reason(start: Start) -> None:
    program, described = start(options=["broken"])
    assert program.wait() == 1
    assert program.stderr
    assert program.stderr.read().endswith("ValueError: a bug in the dispatcher\n")
    assert not any(map(is_alive, pids(described)))
