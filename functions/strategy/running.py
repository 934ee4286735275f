"""A strategy on the bars of files or tables → a run: what it did, what that is worth, what one must know."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from functions.strategy.doubts import doubts
from functions.strategy.remarks import Remark
from shared.engine import VERSION
from shared.engine.bars import Bars, digest
from shared.engine.costs import FREE, Costs, Instrument
from shared.engine.language.definition import Definition
from shared.engine.outcome import Outcome
from shared.engine.plan import Plan


class Task(NamedTuple):
    """All that decides what comes out."""

    definition: Definition
    market: tuple[Bars, ...]
    cash: float
    costs: Costs = FREE
    instruments: Mapping[str, Instrument] = {}  # by symbol


class Run(NamedTuple):
    task: Task
    plan: Plan
    outcome: Outcome
    metrics: dict[str, Any]  # None: undefined
    warnings: tuple[Remark, ...]
    engine_version: str
    definition_sha256: str
    data_sha256: str


def run(task: Task, *, notes: tuple[Remark, ...] = (), risk_free: float = 0.0) -> Run:
    """`notes`: what was to be said of the data when it was read."""
    from shared.engine import metrics, rules
    from shared.engine.kernel.run import run as simulated

    plan = rules.plan(
        task.definition, task.market, instruments=task.instruments, costs=task.costs, cash=task.cash
    )
    outcome = simulated(plan)
    return Run(
        task,
        plan,
        outcome,
        metrics=metrics.measure(outcome, market=task.market, benchmark=benchmark(task), risk_free=risk_free),
        warnings=notes + doubts(task.definition, plan, outcome),
        engine_version=VERSION,
        definition_sha256=definition_sha256(task.definition),
        data_sha256=digest(task.market),
    )


def benchmark(task: Task) -> Bars | None:
    """What could have been held instead: only of one symbol it is plain what."""
    return task.market[0] if len(task.market) == 1 else None


def definition_sha256(definition: Definition) -> str:
    return hashlib.sha256(definition.canonical.encode()).hexdigest()
