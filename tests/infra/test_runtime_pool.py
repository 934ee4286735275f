"""Workers: one call at a time, and nothing that ends one of them stops the platform."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from infra.local.pool import AnswerTooLarge, Died, FunctionFailed, RequestTooLarge, TimedOut
from infra.local.processes import ImportFailed
from tests.infra.runtime import Running, config, eventually, is_alive, running

API = """
import subprocess

def answer(event, context):
    match event["do"]:
        case "echo":
            return event["say"]
        case "pid":
            return os.getpid()
        case "context":
            return {
                "function_name": context.function_name,
                "memory": context.memory_limit_in_mb,
                "arn": context.invoked_function_arn,
                "request_id": context.aws_request_id,
                "left": context.get_remaining_time_in_millis(),
            }
        case "fail":
            raise LookupError("no such flag \\ud800\\0")
        case "sleep":
            began = time.monotonic()
            time.sleep(event["seconds"])
            return [os.getpid(), began, time.monotonic()]
        case "start a program":
            program = subprocess.Popen(["sleep", "60"])
            open(event["file"], "w").write(str(program.pid))
            time.sleep(60)
        case "weigh":
            return "x" * event["bytes"]
        case "exit":
            os._exit(3)
        case "answer no JSON":
            return {1, 2}

handler = Handler(Trigger(kind="http", paths=("/v1/tests",), memory=1024), answer)
"""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(config(tmp_path_factory.mktemp("pool"), {"tests/api.py": API})) as platform:
        yield platform


def test_a_call_is_answered_by_a_worker(platform: Running) -> None:
    assert platform.call("tests-api", {"do": "echo", "say": {"πολύ": [1, None, 2.5]}}) == {
        "πολύ": [1, None, 2.5]
    }


def test_a_handler_sees_what_aws_shows_it(platform: Running) -> None:
    context = platform.call("tests-api", {"do": "context"}, timeout=12)
    assert context["function_name"] == "tests-api"
    assert context["memory"] == 1024
    assert context["arn"] == "arn:aws:lambda:local:000000000000:function:tests-api"
    assert 11_000 < context["left"] <= 12_000
    assert context["request_id"] != platform.call("tests-api", {"do": "context"})["request_id"]


def test_a_failed_call_leaves_its_worker_alive(platform: Running) -> None:
    before = set(platform.platform.http.pids)
    with pytest.raises(FunctionFailed) as failure:
        platform.call("tests-api", {"do": "fail"})
    assert (failure.value.error_type, failure.value.message) == ("LookupError", "no such flag ?")
    assert set(platform.platform.http.pids) == before


def test_an_answer_that_is_no_json_is_a_failure(platform: Running) -> None:
    with pytest.raises(FunctionFailed, match="TypeError"):
        platform.call("tests-api", {"do": "answer no JSON"})


def test_a_call_that_takes_too_long_is_killed_with_all_that_it_started(
    platform: Running, tmp_path: Path
) -> None:
    before = set(platform.platform.http.pids)
    file = tmp_path / "pid"
    with pytest.raises(TimedOut):
        platform.call("tests-api", {"do": "start a program", "file": str(file)}, timeout=0.5)
    eventually(lambda: not is_alive(int(file.read_text())))
    after = eventually(lambda: len(now := set(platform.platform.http.pids)) == 2 and now != before and now)
    assert len(before & after) == 1
    assert platform.call("tests-api", {"do": "echo", "say": 1}) == 1


@pytest.mark.parametrize("end", ["exit", "kill"])
def test_a_worker_that_ends_in_a_call_is_replaced(platform: Running, end: str) -> None:
    restarts = platform.platform.http.restarts
    with ThreadPoolExecutor(1) as other:
        call = other.submit(
            platform.call, "tests-api", {"do": "exit" if end == "exit" else "sleep", "seconds": 60}
        )
        if end == "kill":
            (pid,) = eventually(lambda: list(platform.platform.running))
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(Died):
            call.result()
    eventually(lambda: len(platform.platform.http.pids) == 2)
    assert platform.platform.http.restarts == restarts + 1
    assert platform.platform.running == {}


def test_what_a_worker_has_started_dies_with_it(platform: Running, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    with ThreadPoolExecutor(1) as other:
        call = other.submit(platform.call, "tests-api", {"do": "start a program", "file": str(file)})
        program = int(eventually(lambda: file.exists() and file.read_text()))
        os.kill(next(iter(platform.platform.running)), signal.SIGKILL)
        with pytest.raises(Died):
            call.result()
    eventually(lambda: not is_alive(program))


def test_an_idle_worker_that_is_killed_is_replaced(platform: Running) -> None:
    before = set(platform.platform.http.pids)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    after = eventually(lambda: len(now := set(platform.platform.http.pids)) == 2 and not now & before and now)
    assert platform.call("tests-api", {"do": "pid"}) in after


def test_a_fork_parent_that_is_killed_is_replaced_with_its_workers(platform: Running) -> None:
    nursery, before = platform.platform.nursery.pid, set(platform.platform.http.pids)
    os.kill(nursery, signal.SIGKILL)
    eventually(lambda: platform.platform.nursery.pid != nursery)
    after = eventually(lambda: len(now := set(platform.platform.http.pids)) == 2 and not now & before and now)
    assert platform.call("tests-api", {"do": "pid"}) in after
    assert not any(map(is_alive, before))


def test_each_worker_serves_one_call_at_a_time(platform: Running) -> None:
    with ThreadPoolExecutor(6) as clients:
        calls = [
            clients.submit(platform.call, "tests-api", {"do": "sleep", "seconds": 0.1}) for _ in range(6)
        ]
        turns = sorted(call.result() for call in calls)
    assert len({pid for pid, _, _ in turns}) == 2
    for (pid, _, ended), (next_pid, began, _) in pairwise(turns):
        assert pid != next_pid or ended <= began


def test_more_than_six_megabytes_do_not_travel(platform: Running) -> None:
    six = 6 * 1024 * 1024
    assert len(platform.call("tests-api", {"do": "echo", "say": "x" * (six - 300)})) == six - 300
    calls = platform.platform.http.calls["tests-api"]
    with pytest.raises(RequestTooLarge):
        platform.call("tests-api", {"do": "echo", "say": "x" * six})
    assert platform.platform.http.calls["tests-api"] == calls
    with pytest.raises(AnswerTooLarge):
        platform.call("tests-api", {"do": "weigh", "bytes": six})
    assert platform.call("tests-api", {"do": "echo", "say": "again"}) == "again"


def test_what_runs_is_told_by_process_function_and_call(platform: Running) -> None:
    calls = platform.platform.http.calls["tests-api"]
    with ThreadPoolExecutor(1) as other:
        call = other.submit(platform.call, "tests-api", {"do": "sleep", "seconds": 0.2})
        ((pid, now),) = eventually(lambda: list(platform.platform.running.items()))
        assert (now.function, now.number) == ("tests-api", calls + 1)
        assert call.result()[0] == pid


def test_the_terminals_interrupt_is_not_for_workers(platform: Running) -> None:
    before = platform.platform.http.pids
    for pid in [*before, platform.platform.nursery.pid]:
        os.kill(pid, signal.SIGINT)
    assert platform.call("tests-api", {"do": "echo", "say": 1}) == 1
    time.sleep(0.1)
    assert platform.platform.http.pids == before


def test_a_worker_holds_its_own_line_and_no_other(platform: Running) -> None:
    for pid in platform.platform.http.pids:
        held = [os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir()]
        assert len([file for file in held if file.startswith(("socket:", "pipe:", "anon_inode:"))]) == 1
    assert psutil.Process(platform.platform.nursery.pid).num_threads() == 1


def test_an_exception_is_in_the_log_with_its_call(platform: Running) -> None:
    with pytest.raises(FunctionFailed):
        platform.call("tests-api", {"do": "fail"})
    log = Path(platform.platform._log_file).read_text().splitlines()
    failed = [line for line in map(json.loads, log) if line["message"] == "call failed"]
    assert failed[-1]["function"] == "tests-api"
    assert "LookupError" in failed[-1]["exception"]


def test_functions_that_cannot_be_imported_are_no_platform(tmp_path: Path) -> None:
    given = config(tmp_path, {"tests/api.py": API})
    Path(sys.modules[given.functions[0].module].__file__ or "").write_text("import nothing_of_this_name")
    with pytest.raises(ImportFailed, match="cannot be imported"), running(given):
        pass
    assert "nothing_of_this_name" in given.log_file.read_text()
