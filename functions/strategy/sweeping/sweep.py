"""A sweep: every combination run and measured, the best found, the luck in it reckoned with."""

import math
import random
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from contextlib import closing
from typing import Any, NamedTuple

import numpy as np

from functions.strategy.errors import WrongOption
from functions.strategy.remarks import Remark, remark, sentences
from functions.strategy.running import Run, Task, run
from functions.strategy.sweeping.sharing import tried
from functions.strategy.sweeping.space import Space
from functions.strategy.sweeping.trying import Trial, Trier, Work, rectangle
from shared.engine.bars import Floats
from shared.engine.language.strategy import with_parameters
from shared.engine.metrics import LESS_IS_BETTER

Watch = Callable[[Iterable[Trial]], Iterable[Trial]]
RETURNS = 16 << 20  # bytes of daily returns that are held to judge overfitting
DAY = 86_400_000_000  # µs


class Swept(NamedTuple):
    task: Task
    space: Space
    objective: str
    figures: dict[str, Floats]  # of each combination, by its number
    order: tuple[int, ...]  # the combinations with an objective, best first
    best: Run
    overfitting: dict[str, Any]
    failures: dict[str, int]  # combinations that could not be run, by why
    warnings: tuple[Remark, ...]


def sweep(
    task: Task,
    space: Space,
    *,
    objective: str = "sharpe_ratio",
    processes: int = 2,
    watch: Watch = lambda trials: trials,
    notes: tuple[Remark, ...] = (),
    method: str = "",
) -> Swept:
    work = Work(task, space, objective, judged=_judged(task, len(space)))
    Trier(work)  # what it refuses is refused here, not by each process
    found = np.full((len(work.kept), len(space)), math.nan)
    failed: Counter[str] = Counter()
    returns: dict[int, Floats] = {}
    # Closed in any case: where somebody breaks it off, nobody works on what is left.
    with closing(tried(work, processes=processes, method=method)) as trials:
        for trial in watch(trials):
            found[:, trial.number] = trial.figures
            if trial.failure:
                failed[trial.failure] += 1
            if trial.returns is not None:
                returns[trial.number] = trial.returns
    failures = dict(sorted(failed.items(), key=lambda each: (-each[1], each[0])))  # whoever was first
    figures = _compared(dict(zip(work.kept, found, strict=True)), objective)
    order = _order(figures[objective], least=objective in LESS_IS_BETTER)
    if not order:
        raise WrongOption(_why_none(task, space, found, failures))
    best = _alone(task, space, order[0])
    return Swept(
        task,
        space,
        objective,
        figures,
        order,
        best,
        overfitting=_overfitting(best, figures["sharpe_ratio"], returns),
        failures=failures,
        warnings=notes + _warnings(figures, objective, failures) + _of_the_best(best),
    )


def _judged(task: Task, count: int) -> Container[int]:
    """The trials whose daily returns are held: all, or as many as there is room for, always the same."""
    span = max(bars.time[-1] for bars in task.market) - min(bars.time[0] for bars in task.market)
    room = RETURNS // (8 * (int(span) // DAY + 1))
    return range(count) if count <= room else frozenset(random.Random(0).sample(range(count), room))


def _alone(task: Task, space: Space, index: int) -> Run:
    return run(task._replace(definition=with_parameters(task.definition, space.point(index))))


def _compared(figures: dict[str, Floats], objective: str) -> dict[str, Floats]:
    """Nothing swings less than an account that never trades: its objective is undefined."""
    idle = figures["trade_count"] == 0
    return figures | {objective: np.where(idle, math.nan, figures[objective])}


def _order(values: Floats, *, least: bool) -> tuple[int, ...]:
    ranked = np.argsort(values if least else -values, kind="stable")  # NaN last
    return tuple(ranked[: int(np.count_nonzero(~np.isnan(values)))].tolist())


def _why_none(task: Task, space: Space, found: Floats, failures: Mapping[str, int]) -> str:
    """No combination has an objective. One that could be run has other figures, and says what to doubt."""
    ran = np.flatnonzero(~np.isnan(found).all(axis=0))
    if not len(ran):
        why = next(iter(failures))
        return f"--param: none of {len(space)} combinations could be run: {why}"
    undefined = f"--objective: it is undefined for each of {len(space)} combinations"
    said = "; ".join(sentences(_alone(task, space, int(ran[0])).warnings))
    return f"{undefined}; of the first that ran: {said}" if said else undefined


def _overfitting(best: Run, sharpes: Floats, returns: dict[int, Floats]) -> dict[str, Any]:
    from shared.engine.metrics import daily_of
    from shared.engine.metrics.performance import per_day
    from shared.engine.overfitting import luck

    daily, rate = daily_of(best.outcome), best.task.risk_free
    trials = [None if math.isnan(value) else float(value) for value in sharpes]
    columns = [returns[index] for index in sorted(returns)]
    deflated = luck.deflated_sharpe_ratio(daily, trials=trials, risk_free=rate)
    likely = None
    if len(columns) > 1:
        likely = luck.probability_of_overfitting(rectangle(columns) - per_day(rate, daily))
    return {
        "trials": len(trials),
        "deflated_sharpe_ratio": deflated,
        "probability_of_overfitting": likely,
        "probability_of_overfitting_trials": len(columns),
    }


def _warnings(
    figures: Mapping[str, Floats], objective: str, failures: Mapping[str, int]
) -> tuple[Remark, ...]:
    said, values = [], figures[objective]
    if failed := sum(failures.values()):
        why = next(iter(failures))
        said.append(remark("combinations_failed", failed=failed, all=len(values), why=why))
    if idle := int((figures["trade_count"] == 0).sum()):
        said.append(remark("combinations_idle", idle=idle, all=len(values)))
    if undefined := int(np.isnan(values).sum()) - failed - idle:
        said.append(remark("objective_undefined", undefined=undefined, all=len(values)))
    return tuple(said)


def _of_the_best(best: Run) -> tuple[Remark, ...]:
    return tuple(remark("of_the_best", what=one) for one in best.warnings)
