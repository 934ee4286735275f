"""Whatever is brought twice, late, in another order, or killed: the books end as on a calm day."""

import random
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.conftest import Database, forget
from tests.storm import account
from tests.storm.machine import KillPoint, Machine, machine
from tests.storm.mortal import mortal
from tests.storm.world import World

Scenario = Callable[[World], None]
SAMPLE = 8  # kill points in `make test`; `make soak` takes them all
PARTS = 8  # of them, so that they run side by side
RUNS = count(1)
Choice = Callable[[list[KillPoint]], list[KillPoint]]


def some(points: list[KillPoint]) -> list[KillPoint]:
    return random.Random(0).sample(points, SAMPLE)


@pytest.fixture
def stormy(database: Database, keys_folder: Path, tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path, urls=database.urls, owner_url=database.url("app_owner"), keys=keys_folder) as made:
        yield made


@pytest.fixture
def fragile(keys_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """Strikes hit PostgreSQL itself, which comes back by itself."""
    with mortal(tmp_path / "postgres") as server:
        for setting, url in server.urls.items():
            monkeypatch.setenv(setting, url)
        forget()
        urls, owner_url = server.urls, server.url("app_owner")
        with machine(tmp_path, urls=urls, owner_url=owner_url, keys=keys_folder) as made:
            made.executioner.strike = lambda _: server.kill()
            yield made
        forget()


def play(stormy: Machine, scenario: Scenario, *, kill: KillPoint | None = None) -> dict[str, str]:
    tag = f"x{next(RUNS)}x"
    stormy.executioner.begin(kill)
    scenario(World(stormy, tag))
    return stormy.end_state(tag=tag)


def kill_points(stormy: Machine, scenario: Scenario) -> list[KillPoint]:
    """What two more calm runs have in common: a worker's first call has more to say to the database."""
    runs = []
    for _ in range(2):
        play(stormy, scenario)
        runs.append(stormy.executioner.kill_points())
    return sorted(runs[0] & runs[1])


def strike(stormy: Machine, scenario: Scenario, chosen: Choice) -> None:
    """Once for each chosen message of a calm run, before or after the database saw it."""
    calm = play(stormy, scenario)
    for point in chosen(kill_points(stormy, scenario)):
        assert play(stormy, scenario, kill=point) == calm, point
        assert stormy.executioner.struck, f"{point} was not reached"


def test_two_calm_days_end_alike(stormy: Machine) -> None:
    assert play(stormy, account.life) == play(stormy, account.life)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_messages_brought_twice_late_and_shuffled_change_nothing(stormy: Machine, seed: int) -> None:
    calm = play(stormy, account.life)
    stormy.mood.bad(seed)
    assert play(stormy, account.life) == calm


def test_a_worker_killed_at_a_message_changes_nothing(stormy: Machine) -> None:
    strike(stormy, account.life, some)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_a_worker_killed_at_any_message_changes_nothing(stormy: Machine, part: int) -> None:
    strike(stormy, account.life, lambda points: points[part::PARTS])


def test_the_database_killed_at_a_message_changes_nothing(fragile: Machine) -> None:
    strike(fragile, account.life, lambda points: random.Random(1).sample(points, 3))


@pytest.mark.soak
def test_the_database_killed_at_many_messages_changes_nothing(fragile: Machine) -> None:
    strike(fragile, account.life, lambda points: random.Random(2).sample(points, 40))
