"""Many bars → as many candles as a page can hold, each over the same number of bars."""

from typing import Any, NamedTuple

import numpy as np

from functions.strategy.report.curves import steps
from shared.engine.bars import Bars, Floats, Integers

DIGITS = 7  # of the greatest price


class Candles(NamedTuple):
    each: int  # bars in one
    time: Integers  # of the first bar in each
    middle: Floats  # between the first bar in each and the last
    open: Floats
    high: Floats
    low: Floats
    close: Floats

    @property
    def width(self) -> float:
        """The time that most of them span: what lies before a weekend spans more."""
        return float(np.median(np.diff(self.time))) if len(self.time) > 1 else 1e6


def candles(bars: Bars, most: int) -> Candles:
    count = len(bars)
    each = max(1, -(-count // most))
    starts = np.arange(0, count, each)
    ends = np.minimum(starts + each, count) - 1
    if count == 0:
        return Candles(each, bars.time, bars.time.astype(float), bars.open, bars.high, bars.low, bars.close)
    return Candles(
        each,
        bars.time[starts],
        (bars.time[starts] + bars.time[ends]) / 2,
        bars.open[starts],
        np.maximum.reduceat(bars.high, starts),
        np.minimum.reduceat(bars.low, starts),
        bars.close[ends],
    )


def data(shown: Candles) -> dict[str, Any]:
    """Whole numbers, each told from its neighbour: a tenth of what the prices take as they are.

    `open` from the close before, `close` from its open, `high` and `low` from the body.
    """
    places = _places(shown)
    opens, highs, lows, closes = (
        np.rint(column * 10.0**places).astype(np.int64)
        for column in (shown.open, shown.high, shown.low, shown.close)
    )
    before = np.concatenate(([0], closes[:-1]))[: len(closes)]
    return {
        "each": shown.each,
        "places": places,
        "time": steps(shown.time // 1_000_000),
        "open": (opens - before).tolist(),
        "close": (closes - opens).tolist(),
        "high": (highs - np.maximum(opens, closes)).tolist(),
        "low": (np.minimum(opens, closes) - lows).tolist(),
    }


def _places(shown: Candles) -> int:
    """Digits after the point that prices of this size are told with; below 0 where they are huge."""
    highest = float(shown.high.max(initial=0.0))
    return DIGITS - 1 - int(np.floor(np.log10(highest))) if highest > 0 else 0
