"""What works without being asked: schedules and loops."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.clock import Clock
from shared import clock
from shared.schedule import next_due
from shared.settings import settings
from tests.infra.runtime import Running, config, eventually, running

YEARLY = "cron(0 0 1 1 ? *)"
CRON = """
import json

def tick(event, context):
    with open(os.environ["SEEN"], "a") as file:
        file.write(json.dumps(event) + "\\n")
    if os.path.exists(os.environ["SEEN"] + ".broken"):
        raise ValueError("not today")

handler = Handler(Trigger(kind="cron", schedule="cron(0 0 1 1 ? *)"), tick)
"""
LOOP = """
def turn(event, context):
    assert event == {}
    left = context.get_remaining_time_in_millis()
    with open(os.environ["SEEN"] + ".loop", "a") as file:
        file.write(f"{os.getpid()} {left}\\n")
    time.sleep(0.05)
    if os.path.exists(os.environ["SEEN"] + ".broken"):
        raise ValueError("not today")

handler = Handler(Trigger(kind="loop", timeout=60), turn)
"""
FILES = {"tests/cron_tick.py": CRON, "tests/loop_turn.py": LOOP}


@pytest.fixture
def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[timedelta], None]]:
    """Moves the wall clock of everything that runs here."""
    file = tmp_path / "clock"
    file.write_text("0")
    monkeypatch.setenv("CLOCK_FILE", str(file))
    settings.cache_clear()
    yield lambda by: file.write_text(str(by.total_seconds())) and None
    settings.cache_clear()


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Running]:
    with running(config(tmp_path, FILES, environment={"SEEN": str(tmp_path / "seen")})) as platform:
        yield platform


@pytest.fixture
def ticks(tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    file = tmp_path / "seen"
    return lambda: [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def turns(tmp_path: Path) -> Callable[[], list[list[int]]]:
    """Process and remaining milliseconds of each turn."""
    file = tmp_path / "seen.loop"
    return lambda: (
        [[*map(int, line.split())] for line in file.read_text().splitlines()] if file.exists() else []
    )


def test_a_schedule_is_woken_at_the_start_by_the_very_eventbridge_event(
    platform: Running, ticks: Any
) -> None:
    (event,) = eventually(ticks)
    assert len(event.pop("id")) == 36
    assert len(event.pop("time")) == len("2026-03-02T12:00:00Z")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "region": "local",
        "resources": ["arn:aws:events:local:000000000000:rule/tests-cron-tick"],
        "detail": {},
    }
    (function,) = [each for each in platform.platform.describe()["functions"] if each["kind"] == "cron"]
    assert function["next_run"] == next_due(YEARLY, clock.now()).isoformat()


def test_a_schedule_is_woken_once_when_the_clock_reaches_it(
    moved: Any, platform: Running, ticks: Any
) -> None:
    eventually(ticks)
    due = next_due(YEARLY, clock.now())
    moved(due - clock.now() + timedelta(days=400))
    eventually(lambda: len(ticks()) == 2)
    assert ticks()[1]["time"][:4] == str(due.year + 1)
    moved(due - clock.now() + timedelta(days=401))
    assert platform.platform.clock.next_runs["tests-cron-tick"].year == due.year + 2
    eventually(lambda: platform.platform.jobs.free == 2)
    assert len(ticks()) == 2


def test_a_schedule_is_woken_in_its_time_where_the_clock_was_ahead_and_is_set_back(
    moved: Any, platform: Running, ticks: Any
) -> None:
    eventually(ticks)
    due = next_due(YEARLY, clock.now())
    moved(timedelta(days=800))
    eventually(lambda: len(ticks()) == 2)
    moved(timedelta(0))
    eventually(lambda: len(ticks()) == 3)
    assert platform.platform.clock.next_runs["tests-cron-tick"] == due
    eventually(lambda: platform.platform.jobs.free == 2)
    assert len(ticks()) == 3


def test_a_failed_schedule_is_tried_twice_more(platform: Running, ticks: Any, tmp_path: Path) -> None:
    eventually(ticks)
    (tmp_path / "seen.broken").touch()

    async def woken() -> None:
        hasty = Clock(platform.platform.functions, platform.platform.jobs, pauses=(0.01, 0.02))
        await hasty._wake("tests-cron-tick")

    platform.wait_for(woken())
    assert len(ticks()) == 4
    assert len({event["id"] for event in ticks()}) == 2


def test_a_loop_turns_in_one_process_with_a_minute_each_time(platform: Running, turns: Any) -> None:
    eventually(lambda: len(turns()) > 2)
    assert {pid for pid, _ in turns()} == set(platform.platform.loops["tests-loop-turn"].pids)
    assert all(59_000 < left <= 60_000 for _, left in turns())


def test_a_loop_that_is_killed_turns_again(platform: Running, turns: Any) -> None:
    ((pid, _), *_) = eventually(turns)
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: turns()[-1][0] != pid)


def test_a_loop_may_end_its_last_turn_when_its_time_is_over(tmp_path: Path, turns: Any) -> None:
    slow = LOOP.replace("timeout=60", "timeout=1").replace("sleep(0.05)", "sleep(1.3)")
    files = {"tests/loop_turn.py": slow}
    with running(config(tmp_path, files, environment={"SEEN": str(tmp_path / "seen")})):
        eventually(lambda: len(turns()) == 2)
    assert len({pid for pid, _ in turns()}) == 1


def test_a_loop_that_fails_takes_pauses(platform: Running, turns: Any, tmp_path: Path) -> None:
    eventually(turns)
    (tmp_path / "seen.broken").touch()
    calls = platform.platform.loops["tests-loop-turn"].calls
    before = calls["tests-loop-turn"]
    eventually(lambda: calls["tests-loop-turn"] == before + 4)
    (tmp_path / "seen.broken").unlink()
    eventually(lambda: calls["tests-loop-turn"] > before + 6)
