"""Whose processes there are in a local AWS, for how long, and who can reach them."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.localstack import emulator as emulators
from infra.localstack import throwaway
from infra.localstack.emulator import Emulator, Name
from tests.infra.localstack.functions import Functions, free_port, listens_on, told_of, tree
from tests.infra.runtime import eventually, is_alive

BOTH = pytest.mark.parametrize("name", ["ministack", pytest.param("localstack", marks=pytest.mark.soak)])


@contextmanager
def another(name: Name, *, idle: int = 300) -> Iterator[Emulator]:
    with (
        throwaway.folder() as folder,
        emulators.started(name, port=free_port(), folder=folder, idle=idle) as started,
    ):
        yield started


def test_a_call_that_takes_too_long_ends_with_all_that_it_started(
    emulator_functions: Functions, tmp_path: Path
) -> None:
    tell = tmp_path / "pids"
    begun = time.monotonic()
    answer = emulator_functions.call(does="hangs", tell=str(tell))
    assert 2.0 <= time.monotonic() - begun < 20
    assert (answer.error, answer.body["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    assert answer.body["errorMessage"].endswith("Error: Task timed out after 2.00 seconds")
    assert "Task timed out after 2.00 seconds" in answer.log
    assert [pid for pid in map(int, tell.read_text().split()) if is_alive(pid)] == []
    assert emulator_functions.call().error is None


def test_twenty_calls_at_once_have_twenty_processes(emulator_functions: Functions) -> None:
    with ThreadPoolExecutor(20) as callers:
        answers = list(callers.map(lambda _: emulator_functions.call(does="sleeps", seconds=1), range(20)))
    assert {answer.error for answer in answers} == {None}
    assert len({answer.body for answer in answers}) == 20


def test_nothing_listens_but_on_loopback(emulator: Emulator, emulator_functions: Functions) -> None:
    emulator_functions.call()
    assert listens_on(tree(emulator.process.pid)) == {"127.0.0.1"}


@BOTH
def test_a_process_that_nobody_calls_ends_and_the_next_call_has_another(name: Name) -> None:
    with another(name, idle=1) as emulator, Functions.of(emulator) as functions:
        before = functions.call().body["pid"]
        assert eventually(lambda: not is_alive(before))
        assert functions.call().body["pid"] != before


@BOTH
def test_a_stop_leaves_no_process_and_no_file(name: Name, tmp_path: Path) -> None:
    tell = tmp_path / "pids"
    with ThreadPoolExecutor(1) as caller:
        with another(name) as emulator, Functions.of(emulator) as functions:
            functions.call()
            caller.submit(functions.call, does="hangs", tell=str(tell))
            eventually(lambda: tell.exists() and " " in tell.read_text())
        assert told_of(emulator.folder) == []
    assert not emulator.folder.exists()
    assert not Path("/tmp/localstack-s3-storage").exists()


@BOTH
def test_a_killed_emulator_takes_its_functions_with_it(name: Name, tmp_path: Path) -> None:
    tell = tmp_path / "pids"
    with another(name) as emulator, Functions.of(emulator) as functions, ThreadPoolExecutor(1) as caller:
        idle = functions.call().body["pid"]
        hanging = caller.submit(functions.call, does="hangs", tell=str(tell))
        eventually(lambda: tell.exists() and " " in tell.read_text())
        busy = int(tell.read_text().split()[0])
        os.kill(emulator.process.pid, signal.SIGKILL)
        assert eventually(lambda: not is_alive(idle) and not is_alive(busy))
        assert hanging.exception() is not None
        with pytest.raises(emulators.Refused, match=f"^{name} has ended. The last that it said:"):
            emulator.wait()
    assert told_of(emulator.folder) == []
