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
    detail: tuple[Bars, ...] = ()  # finer bars of some symbols: what happens inside a bar is told by them
    rates: tuple[Bars, ...] = ()  # of each currency that is not the account's, its code as their symbol
    risk_free: float = 0.0  # what money earns in a year without risk


class Run(NamedTuple):
    task: Task
    plan: Plan
    outcome: Outcome
    metrics: dict[str, Any]  # None: undefined
    warnings: tuple[Remark, ...]
    engine_version: str
    definition_sha256: str
    data_sha256: str
    without: Outcome | None = None  # on its bars alone, where there are finer ones


def run(task: Task, *, notes: tuple[Remark, ...] = ()) -> Run:
    """`notes`: what was to be said of the data when it was read."""
    from shared.engine import metrics, rules
    from shared.engine.kernel.run import run as simulated

    rates = rules.converted(task.market, task.instruments, task.rates)
    plan = rules.plan(
        task.definition,
        task.market,
        instruments=task.instruments,
        costs=task.costs,
        cash=task.cash,
        detail=rules.resolved_on(task.market, task.detail),
        rates=rates,
    )
    outcome = simulated(plan)
    without = simulated(on_its_bars(plan)) if task.detail else None
    return Run(
        task,
        plan,
        outcome,
        metrics=metrics.measure(
            outcome, market=task.market, benchmark=benchmark(plan), risk_free=task.risk_free
        ),
        warnings=notes + doubts(task.definition, task.market, plan, outcome, without),
        engine_version=VERSION,
        definition_sha256=definition_sha256(task.definition),
        data_sha256=digest((*task.market, *_by_symbol(task.detail), *_by_symbol(task.rates))),
        without=without,
    )


def on_its_bars(plan: Plan) -> Plan:
    """Without the finer ones."""
    return plan._replace(traded=tuple(traded._replace(detail=None) for traded in plan.traded))


def _by_symbol(market: tuple[Bars, ...]) -> list[Bars]:
    return sorted(market, key=lambda bars: bars.symbol)


def benchmark(plan: Plan) -> Bars:
    """What could have been held instead."""
    from shared.engine.metrics.benchmark import in_equal_parts

    return in_equal_parts(held(plan))


def held(plan: Plan) -> tuple[Bars, ...]:
    """Each symbol in the account's currency, as who had bought and kept it would see it."""
    from shared.engine.rules import in_the_accounts

    return tuple(in_the_accounts(one.bars, one.rates) if one.rates else one.bars for one in plan.traded)


def definition_sha256(definition: Definition) -> str:
    return hashlib.sha256(definition.canonical.encode()).hexdigest()
