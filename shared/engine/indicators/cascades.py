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
from shared.engine.indicators.twos import two_on
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
    """What an average is off the one below, in parts of its weight, is what that one was off, faded."""
    stay: cython.double = 1.0 - weight
    once: cython.double = off[0]
    twice: cython.double = off[1] / weight
    third: cython.double = off[2] / (weight * weight)
    first_third: cython.double = 0.0
    j: cython.Py_ssize_t
    last: cython.Py_ssize_t = x.shape[0] - 1
    while i < last:
        for j in range(i, min(i + STRETCH, last), 2):
            moved: cython.double = stay * (x[j - 1] - x[j])
            following: cython.double = stay * (x[j] - x[j + 1])
            first_once: cython.double = moved + stay * once
            once = two_on(stay, moved, following, once)
            first_twice: cython.double = first_once + stay * twice
            twice = two_on(stay, first_once, once, twice)
            if thrice:
                first_third = first_twice + stay * third
                third = two_on(stay, first_twice, twice, third)
            out[j] = x[j] + _away(first_once, first_twice, first_third, weight, thrice)
            out[j + 1] = x[j + 1] + _away(once, twice, third, weight, thrice)
        if twice - twice != 0.0:
            return gap(x, i)
        i = j + 2
    if i == last:
        once = stay * (x[i - 1] - x[i]) + stay * once
        twice = once + stay * twice
        third = twice + stay * third
        out[i] = x[i] + _away(once, twice, third, weight, thrice)
    return gap(x, i)


def _away(
    once: cython.double,
    twice: cython.double,
    third: cython.double,
    weight: cython.double,
    thrice: cython.bint,
) -> cython.double:
    """How far from the value."""
    return (once - 2.0 * weight * twice) + weight * weight * third if thrice else once - weight * twice
