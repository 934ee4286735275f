"""Sums, means and extremes of the last n bars: what indicators are made of.

A window that covers an undefined value has none itself. No sum is carried on by taking off what leaves it,
which would leave its rounding behind: bars stand in blocks of n, a window is the end of one block and the
beginning of the next, and both are summed from where they meet (van Herk, 1992, does so for extremes). Means
are of distances to the bar where blocks meet: digits are kept far from zero, and prices that stand still are
their mean.
"""

import cython
import numpy as np

from shared.engine.bars import Floats
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.smoothing import ema
from shared.engine.indicators.undefined import NAN

__all__ = ["ema", "highest", "lowest", "rolling_sum", "sma"]


def rolling_sum(x: Floats, n: int) -> Floats:
    out = empty(x)
    _means(column(x), n, True, column(no_ends(n)), column(out))
    return out


def sma(x: Floats, n: int) -> Floats:
    out = empty(x)
    _means(column(x), n, False, column(no_ends(n)), column(out))
    return out


def highest(x: Floats, n: int) -> Floats:
    out = empty(x)
    _highest(column(x), n, column(no_ends(n, nothing=-np.inf)), column(out))
    return out


def lowest(x: Floats, n: int) -> Floats:
    out = empty(x)
    _lowest(column(x), n, column(no_ends(n, nothing=np.inf)), column(out))
    return out


def known(out: Floats, x: Floats, n: int) -> Floats:
    """Clear what is of a window that covers an undefined value, or is not yet full."""
    _known(column(x), n, len(x) if np.isnan(x).any() else min(n - 1, len(x)), column(out))
    return out


def no_ends(n: int, *, nothing: float = 0.0) -> Floats:
    """Room for the ends of two blocks. Before the first there is none: its last window alone is full."""
    ends = np.full((2, n + 1), NAN)
    ends[:, n] = nothing
    return ends


def _means(x: Floats, n: cython.Py_ssize_t, whole: cython.bint, ends: Floats, out: Floats) -> None:
    """Or the sums, which are taken from zero: of nothing but zeros they are zero."""
    count: cython.Py_ssize_t = x.shape[0]
    start: cython.Py_ssize_t = 0
    bars: cython.Py_ssize_t
    i: cython.Py_ssize_t
    row: cython.Py_ssize_t = 0
    part: cython.double = 1.0 if whole else 1.0 / n
    centre: cython.double
    later: cython.double  # where the next block begins
    begun: cython.double
    ended: cython.double
    while start < count:
        bars = min(n, count - start)
        centre = 0.0 if whole else x[start]
        later = 0.0 if whole or start + n >= count else x[start + n]
        begun = 0.0
        ended = 0.0
        for i in range(bars):
            begun += x[start + i] - centre
            out[start + i] = centre + part * (ends[row, i + 1] + begun)
            ended += x[start + bars - 1 - i] - later
            ends[1 - row, n - 1 - i] = ended
        start += n
        row = 1 - row


def _highest(x: Floats, n: cython.Py_ssize_t, ends: Floats, out: Floats) -> None:
    """What is undefined is not compared, and what covers it cleared in the end."""
    count: cython.Py_ssize_t = x.shape[0]
    start: cython.Py_ssize_t = 0
    bars: cython.Py_ssize_t
    i: cython.Py_ssize_t
    row: cython.Py_ssize_t = 0
    odd: cython.double = 0.0  # until a value is undefined, or infinite
    while start < count:
        bars = min(n, count - start)
        begun: cython.double = ends[0, n]
        ended: cython.double = begun
        total: cython.double = 0.0
        for i in range(bars):
            value: cython.double = x[start + i]
            total += value
            begun = value if value > begun else begun
            value = ends[row, i + 1]
            out[start + i] = value if value > begun else begun
            value = x[start + bars - 1 - i]
            ended = value if value > ended else ended
            ends[1 - row, n - 1 - i] = ended
        odd += total - total
        start += n
        row = 1 - row
    _known(x, n, min(n - 1, count) if odd == 0.0 else count, out)


def _lowest(x: Floats, n: cython.Py_ssize_t, ends: Floats, out: Floats) -> None:
    """The twin of `_highest`: one loop for both would compare twice as often."""
    count: cython.Py_ssize_t = x.shape[0]
    start: cython.Py_ssize_t = 0
    bars: cython.Py_ssize_t
    i: cython.Py_ssize_t
    row: cython.Py_ssize_t = 0
    odd: cython.double = 0.0  # until a value is undefined, or infinite
    while start < count:
        bars = min(n, count - start)
        begun: cython.double = ends[0, n]
        ended: cython.double = begun
        total: cython.double = 0.0
        for i in range(bars):
            value: cython.double = x[start + i]
            total += value
            begun = value if value < begun else begun
            value = ends[row, i + 1]
            out[start + i] = value if value < begun else begun
            value = x[start + bars - 1 - i]
            ended = value if value < ended else ended
            ends[1 - row, n - 1 - i] = ended
        odd += total - total
        start += n
        row = 1 - row
    _known(x, n, min(n - 1, count) if odd == 0.0 else count, out)


def _known(x: Floats, n: cython.Py_ssize_t, end: cython.Py_ssize_t, out: Floats) -> None:
    i: cython.Py_ssize_t
    full: cython.Py_ssize_t = 0
    for i in range(end):
        full = full + 1 if x[i] == x[i] else 0
        if full < n:
            out[i] = NAN
