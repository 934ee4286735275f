"""One run of a scenario, calm or struck, and what it leaves behind."""

import random
from collections.abc import Callable
from itertools import count

from sqlalchemy.orm import Session

from functions.financial.verification import verify
from tests.storm.machine import KillPoint, Machine
from tests.storm.world import World

Scenario = Callable[[World], None]
Choice = Callable[[list[KillPoint]], list[KillPoint]]
RUNS = count(1)
WEBHOOK = "financial-stripe-webhook-api"


def play(stormy: Machine, scenario: Scenario, *, kill: KillPoint | None = None) -> dict[str, str]:
    tag = f"x{next(RUNS)}x"
    stormy.executioner.begin(kill)
    scenario(World(stormy, tag))
    state = stormy.end_state(tag=tag)
    with Session(stormy.owner) as db:
        assert verify(db) == []
    return state


def sample(size: int, *, seed: int, of: str = "") -> Choice:
    """Kill points for `make test`; `make soak` takes them all. `of`: how their functions' names begin."""
    return lambda points: random.Random(seed).sample(_of(points, of), size)


def one_of_each(*functions: str, seed: int) -> Choice:
    chance = random.Random(seed)
    return lambda points: [chance.choice(_of(points, function)) for function in functions]


def untold(points: list[KillPoint]) -> list[KillPoint]:
    """After the last message of each call: all is committed, and nobody has heard of it."""
    last = {(point.function, point.call): point for point in points if point.phase == "after"}
    return list(last.values())


def part(number: int, of: int, *, functions: str = "") -> Choice:
    """All of them, in parts that run side by side."""
    return lambda points: _of(points, functions)[number::of]


def _of(points: list[KillPoint], functions: str) -> list[KillPoint]:
    return [point for point in points if point.function.startswith(functions)]


def strike(stormy: Machine, scenario: Scenario, chosen: Choice) -> None:
    """Once for each chosen message of a calm run, before or after the database saw it.

    A job's messages come in batches, on another day in others, a schedule says more where something waits at
    that moment, and a webhook that was answered late comes again: not each of these is met in another run,
    but most are.
    """
    calm, points = _calm(stormy, scenario)
    missed = []
    for point in (picked := chosen(points)):
        assert play(stormy, scenario, kill=point) == calm, point
        if not stormy.executioner.struck:
            missed.append(point)
    functions = stormy.running.platform.functions
    varying = {f.name for f in functions if f.trigger.kind in ("job", "cron")} | {WEBHOOK}
    never = [point for point in missed if point.function not in varying]
    assert not never, f"met in the calm run alone: {never}"
    assert 2 * len(missed) <= len(picked)


def _calm(stormy: Machine, scenario: Scenario) -> tuple[dict[str, str], list[KillPoint]]:
    """What two calm runs have in common: a worker's first call has more to say to the database."""
    first = play(stormy, scenario)
    points = stormy.executioner.kill_points()
    second = play(stormy, scenario)
    assert first == second
    return first, sorted(points & stormy.executioner.kill_points())
