"""Wilder's directional movement (1978): which way prices move, and how much of it is one way.

Smoothed and started as TA-Lib does: the first sum is of n - 1 movements. Where highs and lows have not moved
at all there is no index: the average of the indices stays as it is. Among the first n it counts 0, unless
there is none at all.
"""

from collections.abc import Sequence

import cython
import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.columns import column


def dmi(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """In percent of the true range; where prices have never moved there is no percentage."""
    plus, minus = np.full(len(bars), np.nan), np.full(len(bars), np.nan)
    high, low, close = column(bars.high), column(bars.low), column(bars.close)
    _lines(high, low, close, int(settings[0]), column(plus), column(minus))
    return plus, minus


def adx(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    average = np.full(len(bars), np.nan)
    _average(column(bars.high), column(bars.low), int(settings[0]), column(average))
    return (average,)


def _lines(
    high: Floats, low: Floats, close: Floats, n: cython.Py_ssize_t, plus: Floats, minus: Floats
) -> None:
    i: cython.Py_ssize_t
    kept: cython.double
    up: cython.double = 0.0
    down: cython.double = 0.0
    reach: cython.double = 0.0
    for i in range(1, high.shape[0]):
        kept = 1.0 if i < n else 1.0 - 1.0 / n
        rise: cython.double = high[i] - high[i - 1]
        fall: cython.double = low[i - 1] - low[i]
        top: cython.double = high[i] if high[i] > close[i - 1] else close[i - 1]
        bottom: cython.double = low[i] if low[i] < close[i - 1] else close[i - 1]
        up = up * kept + (rise if rise > fall and rise > 0.0 else 0.0)
        down = down * kept + (fall if fall > rise and fall > 0.0 else 0.0)
        reach = reach * kept + (top - bottom)
        if i >= n and reach > 0.0:
            plus[i] = 100.0 * up / reach
            minus[i] = 100.0 * down / reach


def _average(high: Floats, low: Floats, n: cython.Py_ssize_t, average: Floats) -> None:
    """The true range is in both lines alike and drops out of the index."""
    i: cython.Py_ssize_t
    kept: cython.double
    index: cython.double
    up: cython.double = 0.0
    down: cython.double = 0.0
    mean: cython.double = 0.0
    moved: cython.bint = False
    for i in range(1, high.shape[0]):
        kept = 1.0 if i < n else 1.0 - 1.0 / n
        rise: cython.double = high[i] - high[i - 1]
        fall: cython.double = low[i - 1] - low[i]
        up = up * kept + (rise if rise > fall and rise > 0.0 else 0.0)
        down = down * kept + (fall if fall > rise and fall > 0.0 else 0.0)
        if i >= n and up + down > 0.0:
            moved = True
            index = 100.0 * (up - down if up > down else down - up) / (up + down)
            mean = mean * (1.0 if i < 2 * n else 1.0 - 1.0 / n) + index / n
        if i >= 2 * n - 1 and moved:
            average[i] = mean
