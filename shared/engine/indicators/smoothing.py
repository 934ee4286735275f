"""Exponential smoothing: each bar closes a part of the distance to its value.

It begins, as TA-Lib's, with the mean of n bars; after a gap (what is undefined, or infinite) it begins anew.
Eight bars at a time are smoothed as if the first of them had always been the value; what was is added at the
end: no bar waits for the one before it, and where prices stand still, the value is the price.
"""

import cython
import numpy as np

from shared.engine.bars import Floats
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.undefined import NAN


def ema(x: Floats, n: int) -> Floats:
    return smoothed(x, n, 2.0 / (n + 1))


def wilder(x: Floats, n: int) -> Floats:
    return smoothed(x, n, 1.0 / n)


def smoothed(x: Floats, n: int, weight: float) -> Floats:
    """The weight is a bar's own: what was keeps the rest."""
    out = empty(x)
    _smoothed(column(x), n, weight, column(kept(weight)), column(out))
    return out


def kept(weight: float) -> Floats:
    """What is left of what was after one bar, two bars, and so on."""
    left, bars = 1.0, []
    for _ in range(8):
        left *= 1.0 - weight
        bars.append(left)
    return np.array(bars)


def _smoothed(x: Floats, n: cython.Py_ssize_t, weight: cython.double, left: Floats, out: Floats) -> None:
    count: cython.Py_ssize_t = x.shape[0]
    i: cython.Py_ssize_t = 0
    while i < count:
        i = begun(x, i, n, out)
        if i < count:
            i = _run(x, i + 1, weight, left, out)


def begun(x: Floats, i: cython.Py_ssize_t, n: cython.Py_ssize_t, out: Floats) -> cython.Py_ssize_t:
    """The next bar that has n values up to it, where `out` is their mean; what is before is undefined."""
    count: cython.Py_ssize_t = x.shape[0]
    known: cython.Py_ssize_t = 0
    centre: cython.double = 0.0
    total: cython.double = 0.0
    while i < count:
        known = known + 1 if x[i] - x[i] == 0.0 else 0
        if known <= 1:
            centre = x[i]
            total = 0.0
        total += x[i] - centre
        out[i] = NAN
        if known == n:
            out[i] = centre + total / n
            return i
        i += 1
    return count


def _run(
    x: Floats, start: cython.Py_ssize_t, weight: cython.double, left: Floats, out: Floats
) -> cython.Py_ssize_t:
    """On from `out` at the bar before, to where it ends or to a gap."""
    count: cython.Py_ssize_t = x.shape[0]
    stay: cython.double = 1.0 - weight
    last: cython.double = out[start - 1]
    behind: cython.double
    ahead: cython.double
    centre: cython.double
    j: cython.Py_ssize_t
    i: cython.Py_ssize_t = start
    while i + 8 <= count and last - last == 0.0:
        centre = x[i]
        behind = last - centre
        ahead = 0.0
        for j in range(8):
            ahead = stay * ahead + weight * (x[i + j] - centre)
            out[i + j] = centre + (ahead + left[j] * behind)
        last = out[i + 7]
        i += 8
    if last - last != 0.0:
        return gap(x, i - 8)
    centre = x[i] if i < count else 0.0
    behind = last - centre
    ahead = 0.0
    for j in range(count - i):
        ahead = stay * ahead + weight * (x[i + j] - centre)
        last = centre + (ahead + left[j] * behind)
        out[i + j] = last
    return gap(x, i) if last - last != 0.0 else count


def gap(x: Floats, i: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """The next bar without a value."""
    while i < x.shape[0] and x[i] - x[i] == 0.0:
        i += 1
    return i
