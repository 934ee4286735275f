"""How the returns of the trades are spread: bars of equal width, those of losses and those of gains apart."""

import math
from typing import NamedTuple

import numpy as np

from functions.strategy.report import numbers
from functions.strategy.report.calendar_ticks import TimeTick
from functions.strategy.report.charts import WIDTH, Scale, nice_step
from functions.strategy.report.drawing import Face, chart, percent_of, shape
from functions.strategy.report.markup import Said, folded, key, table
from shared.engine.bars import Floats, Integers

HEIGHT = 220.0
MOST = 48  # bars


class Spread(NamedTuple):
    edges: Floats  # one more than there are counts
    counts: Integers
    beyond: bool  # whether the outermost hold more than their width


def spread(returns: Floats) -> Spread:
    """Edges at round numbers, zero among them; Freedman and Diaconis' width, where the tails allow it."""
    finite = returns[np.isfinite(returns)]
    if len(finite) == 0:
        return Spread(np.array([0.0]), np.zeros(0, dtype=np.int64), False)
    low, first, third, high = np.quantile(finite, [0.01, 0.25, 0.75, 0.99]).tolist()
    low, high = (finite.min(), finite.max()) if len(finite) < 100 else (low, high)
    width = 2.0 * (third - first) / len(finite) ** (1 / 3) or (high - low) / 10 or abs(high) / 5 or 0.01
    step = nice_step(max(width, (max(high, 0.0) - min(low, 0.0)) / MOST))
    start, end = math.floor(low / step), math.floor(high / step) + 1
    edges = np.arange(start, end + 1) * step
    inside = np.clip(np.floor(finite / step).astype(np.int64) - start, 0, end - start - 1)
    counts = np.bincount(inside, minlength=end - start)
    return Spread(edges, counts, bool(finite.min() < edges[0] or finite.max() >= edges[-1]))


def histogram(returns: Floats, say: Said) -> str:
    found = spread(returns)
    if len(found.counts) == 0:
        return f'<p class="about">{say("no_trades")}</p>'
    heights = Scale(0.0, float(found.counts.max()) * 1.06, HEIGHT)
    middle, mean = _median(returns), _mean(returns)
    face = Face("linear", heights, _boxes(found, heights), _lines(found, middle, mean))
    label = f"{say('distribution')}: {say('median')} {_told(middle, say)}, {say('mean')} {_told(mean, say)}"
    picture = chart(
        "distribution",
        label=label,
        faces=[face],
        axis=_axis(found, say),
        written=lambda ticks: [_whole(tick, say) for tick in ticks],
        data=False,
    )
    entries = [
        ("median", f"{say('median')} {_told(middle, say)}"),
        ("mean", f"{say('mean')} {_told(mean, say)}"),
    ]
    about = f'<p class="about">{say("outermost")}</p>' if found.beyond else ""
    return picture + key(entries) + about + folded(say("as_table"), _table(found, say))


def _boxes(found: Spread, heights: Scale) -> str:
    width = WIDTH / len(found.counts)
    gap = min(width * 0.08, 2.0)
    pieces = {"up": "", "down": ""}
    for index, count in enumerate(found.counts.tolist()):
        if count:
            top = heights.at(count)
            kind = "down" if found.edges[index] < -1e-12 else "up"
            pieces[kind] += (
                f"M{index * width + gap:.1f} {HEIGHT:g}V{top:.1f}h{width - 2 * gap:.1f}V{HEIGHT:g}Z"
            )
    return "".join(shape(f"box {kind}", d) for kind, d in pieces.items())


def _lines(found: Spread, middle: float, mean: float) -> str:
    pieces = []
    for kind, value in (("median", middle), ("mean", mean)):
        part = (value - found.edges[0]) / (found.edges[-1] - found.edges[0])
        if 0 <= part <= 1:
            pieces.append(
                f'<line class="{kind}" x1="{percent_of(part)}" x2="{percent_of(part)}" y2="{HEIGHT:g}"/>'
            )
    return "".join(pieces)


def _axis(found: Spread, say: Said) -> list[TimeTick]:
    low, high = float(found.edges[0]), float(found.edges[-1])
    step = nice_step((high - low) / 6)
    values = [index * step for index in range(math.ceil(low / step), math.floor(high / step) + 1)]
    digits = numbers.enough_digits([step * 100])
    return [
        TimeTick((value - low) / (high - low), numbers.percent(value, say.language, digits=digits))
        for value in values
    ]


def _table(found: Spread, say: Said) -> str:
    step = float(found.edges[1] - found.edges[0])
    digits = numbers.enough_digits([step * 100])
    rows = [
        [
            numbers.percent(float(found.edges[index]), say.language, digits=digits),
            numbers.percent(float(found.edges[index + 1]), say.language, digits=digits),
            numbers.decimal(count, 0, say.language),
        ]
        for index, count in enumerate(found.counts.tolist())
    ]
    return table([say("from"), say("to"), say("count")], rows, caption=say("distribution"))


def _median(returns: Floats) -> float:
    return float(np.nanmedian(returns))


def _mean(returns: Floats) -> float:
    return float(np.nanmean(returns))


def _whole(count: float, say: Said) -> str:
    """There are no halves of trades."""
    return numbers.compact(count, say.language) if count == int(count) else ""


def _told(value: float, say: Said) -> str:
    return numbers.percent(value, say.language, digits=2)
