"""Exponential smoothing: each bar closes a part of the distance to its value.

It begins, as TA-Lib's, with the mean of n bars; after a gap (what is undefined, or infinite) it begins anew.
What is carried on is how far the average is from the value, which is nothing where prices stand still. Four
bars at a time are smoothed as if it had been nothing, and what it was is added at the end: no bar waits for
the one before it.
"""

import cython

from shared.engine.bars import Floats
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.undefined import NAN


def ema(x: Floats, n: int) -> Floats:
    out = empty(x)
    _smoothed(column(x), n, 1.0 - 2.0 / (n + 1), column(out))
    return out


def _smoothed(x: Floats, n: cython.Py_ssize_t, stay: cython.double, out: Floats) -> None:
    i: cython.Py_ssize_t = 0
    while i < x.shape[0]:
        i = begun(x, i, n, out)
        if i < x.shape[0]:
            i = _run(x, i + 1, stay, out[i] - x[i], out)


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
    x: Floats, i: cython.Py_ssize_t, stay: cython.double, off: cython.double, out: Floats
) -> cython.Py_ssize_t:
    """On from an average so far off the bar before, to where the series ends or to a gap."""
    while i + 4 <= x.shape[0]:
        off = _stretch(x, i, 4, stay, off, out)
        if off - off != 0.0:
            return gap(x, i)
        i += 4
    _stretch(x, i, x.shape[0] - i, stay, off, out)
    return gap(x, i)


def _stretch(
    x: Floats,
    start: cython.Py_ssize_t,
    bars: cython.Py_ssize_t,
    stay: cython.double,
    off: cython.double,
    out: Floats,
) -> cython.double:
    """How far off the average is after so many bars more."""
    i: cython.Py_ssize_t
    kept: cython.double = 1.0  # of what it was
    fresh: cython.double = 0.0
    last: cython.double = 0.0
    before: cython.double = x[start - 1]
    for i in range(start, start + bars):
        value: cython.double = x[i]
        fresh = stay * (fresh + (before - value))
        kept *= stay
        last = fresh + kept * off
        out[i] = value + last
        before = value
    return last


def gap(x: Floats, i: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """The next bar without a value."""
    while i < x.shape[0] and x[i] - x[i] == 0.0:
        i += 1
    return i
