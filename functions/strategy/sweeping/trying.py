"""One combination after the other, by whoever works at a sweep."""

import math
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from functions.strategy.errors import WrongOption
from functions.strategy.running import Task, benchmark
from functions.strategy.sweeping.bounded import BoundedCache
from functions.strategy.sweeping.briefly import Briefly, Figured, briefly
from functions.strategy.sweeping.space import Space
from shared.engine import metrics, rules
from shared.engine.bars import Bars, Floats
from shared.engine.kernel.run import run
from shared.engine.language.definition import Definition
from shared.engine.language.errors import LanguageError, did_you_mean, quoted
from shared.engine.language.strategy import with_parameters

KEPT = (
    *("total_return", "annualized_return", "sharpe_ratio", "sortino_ratio", "calmar_ratio", "max_drawdown"),
    *("win_rate", "profit_factor", "trade_count"),
)


class Trial(NamedTuple):
    number: int
    figures: tuple[float, ...]  # in the order of `Work.kept`, NaN where undefined
    returns: Floats | None = None  # of each day
    failure: str = ""  # why it could not be run


class Work(NamedTuple):
    task: Task
    space: Space
    objective: str
    judged: Container[int] = ()  # the trials that hand in their daily returns

    @property
    def kept(self) -> tuple[str, ...]:
        return KEPT if self.objective in KEPT else (*KEPT, self.objective)


class Trier:
    """Keeps what combinations share."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._cache = BoundedCache(work.task.market)
        self._detail = rules.resolved_on(work.task.market, work.task.detail)
        self._rates = rules.converted(work.task.market, work.task.instruments, work.task.rates)
        self.briefly: Briefly | None = None
        self._days: metrics.Days | None = None
        self._held: Bars | None = None  # what could have been held instead

    def trials(self, numbers: Iterable[int]) -> Iterator[Trial]:
        for index in numbers:
            try:
                yield self._trial(index)
            except (LanguageError, rules.DataError) as error:
                yield Trial(index, (math.nan,) * len(self.work.kept), failure=str(error))

    def _trial(self, index: int) -> Trial:
        point = self.work.space.point(index)
        found = self.briefly.tried(point) if self.briefly else None
        figured = found or self._in_full(with_parameters(self.work.task.definition, point))
        figures = tuple(_figure(figured.figures, name) for name in self.work.kept)
        return Trial(index, figures, figured.returns if index in self.work.judged else None)

    def _in_full(self, definition: Definition) -> Figured:
        task = self.work.task
        plan = rules.plan(
            definition,
            self._cache,
            instruments=task.instruments,
            costs=task.costs,
            cash=task.cash,
            detail=self._detail,
            rates=self._rates,
        )
        if self._days is None and self.work.objective in metrics.KEY_FIGURES:
            # The first that can be run: what the others share with it is known now.
            self.briefly = briefly(task, plan, self._cache, frozenset(self.work.space.names))
        outcome = run(plan)
        self._days = self._days or metrics.days_of(outcome.time)
        daily = metrics.daily_of(outcome, self._days)
        if self.work.objective in metrics.KEY_FIGURES:
            figures = metrics.key_figures(outcome, days=self._days, daily=daily, risk_free=task.risk_free)
            return Figured(figures, daily.returns)
        self._held = self._held or benchmark(plan)
        measured = metrics.measure(
            outcome, market=task.market, benchmark=self._held, risk_free=task.risk_free
        )
        return Figured(measured, daily.returns)


def _figure(measured: Mapping[str, metrics.Figure], name: str) -> float:
    if name not in measured:
        numbers = [known for known, value in measured.items() if not isinstance(value, str | dict)]
        meant = did_you_mean(name, numbers) or f": there are {quoted(numbers)}"
        raise WrongOption(f"--objective: unknown figure `{name[:40]}`{meant}")
    value = measured[name]
    if isinstance(value, str | dict):
        raise WrongOption(f"--objective: `{name}` is no number")
    return math.nan if value is None else float(value)


def rectangle(returns: list[Floats]) -> Floats:
    """A column for each trial. Who had nothing left earned nothing from then on."""
    longest = max(map(len, returns))
    table = np.zeros((longest, len(returns)))
    for column, of_days in enumerate(returns):
        table[: len(of_days), column] = of_days
    return table
