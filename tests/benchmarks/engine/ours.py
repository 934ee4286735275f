"""Our engine as whoever uses it calls it."""

import time
from typing import Any, NamedTuple

from functions.strategy.running import Task
from functions.strategy.sweeping import Space, Swept, sweep
from shared.engine import metrics, rules
from shared.engine.bars import Bars, Floats
from shared.engine.kernel.run import run
from shared.engine.language import read_strategy
from shared.engine.outcome import Outcome
from tests.benchmarks.engine.market import CASH, COSTS


class Whole(NamedTuple):
    milliseconds: float
    outcome: Outcome
    figures: dict[str, Any]


def whole(text: str, bars: Bars) -> Whole:
    """Rules as text → curve, trades and every metric that comes of daily equity and trades."""
    began = time.perf_counter()
    plan = rules.plan(read_strategy(text), (bars,), instruments={}, costs=COSTS, cash=CASH)
    outcome = run(plan)
    figures = metrics.measure(outcome)
    return Whole((time.perf_counter() - began) * 1000, outcome, figures)


def loop(text: str, bars: Bars) -> float:
    """Milliseconds of the fills alone, on rules that were worked out before."""
    plan = rules.plan(read_strategy(text), (bars,), instruments={}, costs=COSTS, cash=CASH)
    began = time.perf_counter()
    run(plan)
    return (time.perf_counter() - began) * 1000


def swept(text: str, bars: Bars, space: Space, *, processes: int = 2) -> tuple[float, Swept]:
    task = Task(read_strategy(text), (bars,), CASH, COSTS)
    began = time.perf_counter()
    found = sweep(task, space, objective="total_return", processes=processes)
    return (time.perf_counter() - began) * 1000, found


def finals(found: Swept) -> Floats:
    return CASH * (1 + found.figures["total_return"])
