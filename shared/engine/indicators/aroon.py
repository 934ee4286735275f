"""Chande's Aroon (1995): how long ago the highest high and the lowest low of n + 1 bars were."""

from collections.abc import Sequence

import cython
import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.chunks import CHUNK
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.windows import known


def aroon(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """100 where it is the bar itself, 0 where it was n bars ago; of equal ones the latest counts."""
    n = int(settings[0])
    return _line_of(bars.high, n, 1.0), _line_of(bars.low, n, -1.0)


def _line_of(x: Floats, n: int, sign: float) -> Floats:
    out = empty(x)
    top, age, next_top, next_age = (column(np.empty(n + max(n, CHUNK))) for _ in range(4))
    _recency(column(x), n, sign, top, age, next_top, next_age, column(out))
    return known(out, x, n + 1)


def _recency(
    x: Floats,
    n: cython.Py_ssize_t,
    sign: cython.double,
    top: Floats,
    age: Floats,
    next_top: Floats,
    next_age: Floats,
    out: Floats,
) -> None:
    """Of the highest (sign 1) or the lowest (-1), by chunks of bars, in front of each the n before it."""
    start: cython.Py_ssize_t = n
    i: cython.Py_ssize_t
    while start < x.shape[0]:
        bars: cython.Py_ssize_t = min(top.shape[0], x.shape[0] - start + n)
        for i in range(bars):
            top[i] = sign * x[start - n + i]
            age[i] = 0.0
        width: cython.Py_ssize_t = 1
        while width < n + 1:
            _widen(top, age, width, min(width, n + 1 - width), bars, next_top, next_age)
            width += min(width, n + 1 - width)
            if width < n + 1:
                _widen(next_top, next_age, width, min(width, n + 1 - width), bars, top, age)
                width += min(width, n + 1 - width)
            else:
                for i in range(n, bars):
                    age[i] = next_age[i]
        for i in range(n, bars):
            out[start - n + i] = 100.0 * (n - age[i]) / n
        start += top.shape[0] - n


def _widen(
    top: Floats,
    age: Floats,
    width: cython.Py_ssize_t,
    more: cython.Py_ssize_t,
    bars: cython.Py_ssize_t,
    next_top: Floats,
    next_age: Floats,
) -> None:
    """The highest of `width` bars and of as many that end `more` bars earlier is that of both.

    So it is found of 2 bars, of 4, of 8 and so on, and no processor has to guess which bar is higher.
    """
    i: cython.Py_ssize_t
    earlier: cython.double = more
    for i in range(width + more - 1, bars):
        near: cython.double = top[i]
        far: cython.double = top[i - more]
        near_age: cython.double = age[i]
        far_age: cython.double = age[i - more] + earlier
        next_top[i] = near if near > far else far
        # Whole numbers: one of both, and yet both are always looked up.
        next_age[i] = (near_age + far_age) - (far_age if near >= far else near_age)
