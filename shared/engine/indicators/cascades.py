"""Averages of averages (Mulloy, 1994), whose own lag is taken off, in one pass.

As in `smoothing`, what is carried on is how far each average is from the value below it. What one average
moves by is what the next one smooths.
"""

import cython
import numpy as np

from shared.engine.bars import Floats
from shared.engine.indicators.chunks import STRETCH
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.smoothing import begun, gap
from shared.engine.indicators.undefined import NAN


def dema(x: Floats, n: int) -> Floats:
    """Twice the average, less its own average."""
    return _cascade(x, n, thrice=False)


def tema(x: Floats, n: int) -> Floats:
    """Three times the average less its own average, and the average of that one."""
    return _cascade(x, n, thrice=True)


def _cascade(x: Floats, n: int, *, thrice: bool) -> Floats:
    out = empty(x)
    _averages(column(x), n, 2.0 / (n + 1), thrice, column(np.zeros(3)), column(out))
    return out


def _averages(
    x: Floats, n: cython.Py_ssize_t, weight: cython.double, thrice: cython.bint, off: Floats, out: Floats
) -> None:
    """`off` holds how far each of the averages is from the one below, the first from the bar."""
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t
    known: cython.Py_ssize_t
    while i < x.shape[0]:
        known = begun(x, i, n, out)
        if known < x.shape[0]:
            off[0] = out[known] - x[known]
            i, known = known, _all_begun(x, known, n, weight, thrice, off)
        for j in range(i, known):
            out[j] = NAN
        i = known
        if i < x.shape[0] and x[i] - x[i] == 0.0:
            out[i] = x[i] + ((off[0] - off[1]) - (off[1] - off[2] if thrice else 0.0))
            i = _averages_run(x, i + 1, weight, thrice, off, out)


def _all_begun(
    x: Floats,
    i: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    weight: cython.double,
    thrice: cython.bint,
    off: Floats,
) -> cython.Py_ssize_t:
    """The bar where the last of them begins, each with the mean of the n first of the one below; or a gap."""
    average: cython.Py_ssize_t
    below: cython.Py_ssize_t
    first: cython.double
    value: cython.double
    moved: cython.double
    total: cython.double
    for average in range(1, 3 if thrice else 2):
        first = x[i]
        for below in range(average):
            first += off[below]
        value = first
        total = 0.0
        for _ in range(1, n):
            i += 1
            if i == x.shape[0] or x[i] - x[i] != 0.0:
                return i
            value = x[i]
            moved = x[i - 1] - x[i]
            for below in range(average):
                moved += off[below]
                off[below] = (1.0 - weight) * moved
                moved *= weight
                value += off[below]
            total += value - first
        off[average] = first + total / n - value
    return i


def _averages_run(
    x: Floats,
    i: cython.Py_ssize_t,
    weight: cython.double,
    thrice: cython.bint,
    off: Floats,
    out: Floats,
) -> cython.Py_ssize_t:
    """The chains overlap: a bar takes as long as one of them."""
    stay: cython.double = 1.0 - weight
    once: cython.double = off[0]
    twice: cython.double = off[1]
    third: cython.double = off[2]
    value: cython.double = x[i - 1]
    moved: cython.double
    away: cython.double
    j: cython.Py_ssize_t
    while i < x.shape[0]:
        for j in range(i, min(i + STRETCH, x.shape[0])):
            moved = once + (value - x[j])
            value = x[j]
            once = stay * moved
            moved = twice + weight * moved
            twice = stay * moved
            away = once - twice
            if thrice:
                third = stay * (third + weight * moved)
                away -= twice - third
            out[j] = value + away
        if twice - twice != 0.0:
            return gap(x, i)
        i += STRETCH
    return x.shape[0]
