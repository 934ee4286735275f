"""Whatever is brought twice, late, in another order, or killed: the books end as on a calm day."""

import random
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.conftest import Database
from tests.storm import account
from tests.storm.machine import KillPoint, Machine, machine
from tests.storm.views import end_state
from tests.storm.world import World

Scenario = Callable[[World], None]
SAMPLE = 10  # kill points in `make test`; `make soak` takes them all
RUNS = count(1)


@pytest.fixture
def stormy(database: Database, keys_folder: Path, tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path, urls=database.urls, owner_url=database.url("app_owner"), keys=keys_folder) as made:
        yield made


def play(stormy: Machine, scenario: Scenario, *, kill: KillPoint | None = None) -> dict[str, str]:
    tag = f"x{next(RUNS)}x"
    stormy.executioner.begin(kill)
    scenario(World(stormy, tag))
    stormy.drain()
    return end_state(stormy.owner, tag=tag)


def kill_points(stormy: Machine, scenario: Scenario) -> list[KillPoint]:
    """Every message that a calm run sends, before and after the database saw it."""
    play(stormy, scenario)
    return sorted(set(stormy.executioner.seen))


def test_two_calm_days_end_alike(stormy: Machine) -> None:
    assert play(stormy, account.life) == play(stormy, account.life)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_messages_brought_twice_late_and_shuffled_change_nothing(stormy: Machine, seed: int) -> None:
    calm = play(stormy, account.life)
    stormy.mood.bad(seed)
    assert play(stormy, account.life) == calm


def test_a_worker_killed_at_a_message_changes_nothing(stormy: Machine) -> None:
    strike(stormy, account.life, lambda points: random.Random(0).sample(points, SAMPLE))


@pytest.mark.soak
def test_a_worker_killed_at_any_message_changes_nothing(stormy: Machine) -> None:
    strike(stormy, account.life, lambda points: points)


def strike(stormy: Machine, scenario: Scenario, chosen: Callable[[list[KillPoint]], list[KillPoint]]) -> None:
    calm = play(stormy, scenario)
    for point in chosen(kill_points(stormy, scenario)):
        assert play(stormy, scenario, kill=point) == calm, point
        assert stormy.executioner.struck, f"{point} was not reached"
