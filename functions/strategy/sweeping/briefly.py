"""Combinations that differ in their rules alone: one plan that is run again and again, by other rules."""

from collections.abc import Mapping
from typing import NamedTuple

from functions.strategy.running import Task
from shared.engine import metrics, rules
from shared.engine.bars import Floats
from shared.engine.kernel.repeating import Repeated
from shared.engine.language.errors import LanguageError
from shared.engine.language.risk import Halt
from shared.engine.plan import Plan, Side
from shared.engine.rules.varying import Values, Varying, is_varying


class Figured(NamedTuple):
    figures: Mapping[str, metrics.Figure]
    returns: Floats  # of each day


class Briefly:
    def __init__(self, task: Task, plan: Plan, varying: Varying) -> None:
        self._varying, self._risk_free = varying, task.risk_free
        time = plan.traded[0].bars.time
        self._days = metrics.days_of(time)
        self._repeated = Repeated(plan, metrics.last_rows(self._days.start, len(time)))

    def tried(self, values: Values) -> Figured | None:
        """None: whoever reads the strategy as a whole finds what is wrong with these values."""
        try:
            found = self._varying.rules(values)
        except (LanguageError, rules.DataError):
            return None
        if found is None:
            return None
        brief = self._repeated.run(Side(found[0], found[1]), Side(found[2], found[3]))
        daily = metrics.daily_from(brief.equity, self._days, initial=brief.initial)
        return Figured(metrics.figures_of_brief(brief, daily, risk_free=self._risk_free), daily.returns)


def briefly(task: Task, plan: Plan, cache: rules.Cache, names: frozenset[str]) -> Briefly | None:
    """None: the combinations differ in more than their rules, or a run of them needs more than that."""
    if task.definition.risk.halt != Halt() or not is_varying(task.definition, cache, names):
        return None
    return Briefly(task, plan, Varying(task.definition, cache))
