"""What a bar changed: against the bar before it, or n bars before."""

import cython
import numpy as np
from cython.cimports.libc.math import log

from shared.engine.bars import Floats
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.undefined import NAN


def momentum(x: Floats, n: int) -> Floats:
    out = empty(x)
    out[:n] = np.nan
    with np.errstate(over="ignore", invalid="ignore"):
        np.subtract(x[n:], x[:-n], out=out[n:])
    return out


def percent(x: Floats, n: int) -> Floats:
    """Of the value n bars before; undefined where that is 0."""
    out = empty(x)
    _percent(column(x), n, column(out))
    return out


def logarithmic(x: Floats) -> Floats:
    """Undefined where a value is not above 0."""
    out = empty(x)
    _logarithmic(column(x), column(out))
    return out


def streaks(x: Floats, n: int, *, up: bool) -> Floats:
    """Whether each of the last n changes is up, or down."""
    out = empty(x)
    _streaks(column(x), n, up, column(out))
    return out


def _percent(x: Floats, n: cython.Py_ssize_t, out: Floats) -> None:
    i: cython.Py_ssize_t
    for i in range(min(n, x.shape[0])):
        out[i] = NAN
    nothing: cython.double = NAN
    for i in range(n, x.shape[0]):
        before: cython.double = x[i - n]
        change: cython.double = (x[i] / (before if before != 0.0 else 1.0) - 1.0) * 100.0
        out[i] = change + (0.0 if before != 0.0 else nothing)


def _logarithmic(x: Floats, out: Floats) -> None:
    i: cython.Py_ssize_t
    if x.shape[0] > 0:
        out[0] = NAN
    for i in range(1, x.shape[0]):
        out[i] = NAN
        if x[i] > 0.0 and x[i - 1] > 0.0:
            out[i] = log(x[i] / x[i - 1])


def _streaks(x: Floats, n: cython.Py_ssize_t, up: cython.bint, out: Floats) -> None:
    i: cython.Py_ssize_t
    known: cython.Py_ssize_t = -1  # changes without a gap
    streak: cython.Py_ssize_t = 0
    for i in range(x.shape[0]):
        known = known + 1 if x[i] == x[i] else -1
        if known > 0 and (x[i] > x[i - 1] if up else x[i] < x[i - 1]):
            streak += 1
        else:
            streak = 0
        if known < n:
            out[i] = NAN
        else:
            out[i] = 1.0 if streak >= n else 0.0
