"""A run or a sweep as its page."""

import numpy as np

from functions.strategy import library, report
from functions.strategy.remarks import Remark, told
from functions.strategy.running import Run, held
from functions.strategy.sweeping import Swept
from functions.strategy.sweeping.space import Space
from shared.engine.bars import Floats
from shared.engine.costs import UNIT
from shared.words import Language


def page(run: Run, language: Language) -> str:
    sheet = report.sheet_of(
        run.outcome,
        definition=library.in_language(run.task.definition, language),
        market=run.task.market,
        costs=run.task.costs,
        metrics=run.metrics,
        source=_source(run),
        risk_free=run.task.risk_free,
        warnings=_told(run.warnings, language),
        inside=_inside(run),
        held=held(run.plan),
    )
    return report.page(sheet, language)


def map_page(swept: Swept, language: Language) -> str:
    market = swept.task.market
    first, last = min(int(bars.time[0]) for bars in market), max(int(bars.time[-1]) for bars in market)
    sheet = report.SweepSheet(
        definition=library.in_language(swept.task.definition, language),
        timeframe=market[0].timeframe,
        symbols=tuple(bars.symbol for bars in market),
        period=(first, last),
        parameters=swept.space.names,
        points=points(swept.space),
        objective=swept.objective,
        metrics=swept.figures,
        source=_source(swept.best),
        risk_free=swept.task.risk_free,
        requires=swept.space.requires,
        overfitting=swept.overfitting,
        warnings=_told(swept.warnings, language),
    )
    return report.heat_map(sheet, language)


def points(space: Space) -> Floats:
    """A row for each combination."""
    return np.array([list(space.point(index).values()) for index in range(len(space))], dtype=np.float64)


def _told(remarks: tuple[Remark, ...], language: Language) -> tuple[str, ...]:
    return tuple(told(remark, language) for remark in remarks)


def _inside(run: Run) -> report.Inside:
    outcome, without = run.outcome, run.without
    if without is None:
        return report.Inside(outcome.ambiguous)
    finer = dict.fromkeys(bars.timeframe for bars in run.task.detail)
    ends = (outcome.final * UNIT, without.final * UNIT)
    return report.Inside(outcome.ambiguous, ", ".join(finer), *ends, sum(without.ambiguous.values()))


def _source(run: Run) -> report.Source:
    return report.Source(run.engine_version, run.definition_sha256, run.data_sha256, run.outcome.digest)
