"""The equity beside buy & hold, how far it stood under water, and both year by year."""

import math
from typing import NamedTuple

import numpy as np

from functions.strategy.report import numbers
from functions.strategy.report.charts import Scale, Span, both_scales, scale, telling
from functions.strategy.report.curves import Curves, Line
from functions.strategy.report.markup import Said, table
from functions.strategy.report.sheet import Sheet, drawdown
from shared.engine.bars import Floats, Integers

BUCKETS = 300
HEIGHT, SHALLOW = 320.0, 150.0


class Sampled(NamedTuple):
    time: Integers
    equity: Floats
    hold: Floats
    below: Floats


def sampled(sheet: Sheet) -> Sampled:
    below = drawdown(sheet.equity, sheet.initial)
    rows = telling([sheet.equity, sheet.hold, below], BUCKETS)
    return Sampled(sheet.time[rows], sheet.equity[rows], sheet.hold[rows], below[rows])


def equity_curves(sheet: Sheet, shown: Sampled, say: Said) -> Curves:
    scales = both_scales([shown.equity, shown.hold], HEIGHT)
    last = sheet.equity[-1] if len(sheet.equity) else math.nan
    label = (
        f"{say('equity')}: {numbers.decimal(sheet.initial, 2, say.language)} → "
        f"{numbers.decimal(float(last), 2, say.language)}"
    )
    lines = [
        Line("hold", say("hold"), shown.hold),
        Line("strategy", say("strategy"), shown.equity, floor=-math.inf),
    ]
    return Curves("equity", label, shown.time, lines, scales, "money", zero=sheet.initial)


def underwater_curves(shown: Sampled, say: Said) -> Curves:
    deepest = numbers.percent(float(shown.below.min(initial=0.0)), say.language)
    line = Line("below", say("drawdown"), shown.below, floor=0.0)
    depths = _depths(shown.below)
    label = f"{say('underwater')}: {say('deepest')} {deepest}"
    return Curves("underwater", label, shown.time, [line], {"linear": depths}, "percent")


def _depths(below: Floats) -> Scale:
    found = scale([below], SHALLOW, zero=True)
    return found._replace(high=0.0) if found.low < 0 else Scale(-0.01, 0.0, SHALLOW)


def span_of(sheet: Sheet) -> Span:
    return Span(int(sheet.time[0]), int(sheet.time[-1])) if len(sheet.time) else Span(0, 1)


def yearly_table(sheet: Sheet, say: Said) -> str:
    """The same as the two charts, in numbers."""
    heads = [say(name) for name in ("year", "return", "hold", "deepest", "last_equity")]
    below = drawdown(sheet.equity, sheet.initial)
    years = sheet.time.astype("datetime64[us]").astype("datetime64[Y]").astype(int) + 1970
    ends = [*np.flatnonzero(np.diff(years)).tolist(), len(years) - 1] if len(years) else []
    rows, before, held, start = [], sheet.initial, sheet.initial, 0
    for end in ends:
        after, hold = float(sheet.equity[end]), float(sheet.hold[end])
        gains = [_gain(after, before), _gain(hold, held), float(below[start : end + 1].min())]
        told = [numbers.percent(gain, say.language) for gain in gains]
        rows.append([str(years[end]), *told, numbers.decimal(after, 2, say.language)])
        before, held, start = after, hold, end + 1
    return table(heads, rows, caption=say("equity"))


def _gain(after: float, before: float) -> float:
    return after / before - 1.0 if before > 0 else math.nan
