"""How far the last n bars are spread, and where a line through them stands.

Both are of distances to the bar where two blocks meet (see `windows`). It is in every window across it, so
that a window's squares are at most n times its spread: no digits are lost to prices far from zero.
"""

import cython
import numpy as np
from cython.cimports.libc.math import sqrt

from shared.engine.bars import Floats
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.windows import no_ends


def spread(x: Floats, n: int) -> tuple[Floats, Floats]:
    """The mean, and the deviation of the population."""
    middle, deviation = empty(x), empty(x)
    ends, squares = column(no_ends(n)), column(no_ends(n))
    rest = column(np.empty(0))
    _spread(column(x), n, False, 0.0, ends, squares, column(middle), column(deviation), rest)
    return middle, deviation


def bands(x: Floats, n: int, factor: float) -> tuple[Floats, Floats, Floats]:
    """So many deviations above the mean, the mean, and as many below."""
    upper, middle, lower = empty(x), empty(x), empty(x)
    ends, squares = column(no_ends(n)), column(no_ends(n))
    _spread(column(x), n, True, factor, ends, squares, column(middle), column(upper), column(lower))
    return upper, middle, lower


def weighted(x: Floats, n: int) -> Floats:
    """The mean of weights 1 to n, the last bar's the greatest."""
    return _line(x, n, rising=2.0 / (n * (n + 1.0)), level=0.0)


def fitted(x: Floats, n: int) -> Floats:
    """The end of the line of least squares."""
    return _line(x, n, rising=6.0 / (n * (n + 1.0)), level=-2.0 / n)


def _line(x: Floats, n: int, *, rising: float, level: float) -> Floats:
    out = empty(x)
    ends, weights = column(no_ends(n)), column(no_ends(n))
    _weighted(column(x), n, rising, level, ends, weights, column(out))
    return out


def _spread(
    x: Floats,
    n: cython.Py_ssize_t,
    banded: cython.bint,
    factor: cython.double,
    ends: Floats,
    squares: Floats,
    middle: Floats,
    upper: Floats,  # or the deviation itself
    lower: Floats,
) -> None:
    start: cython.Py_ssize_t = 0
    row: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    part: cython.double = 1.0 / n
    while start < x.shape[0]:
        bars: cython.Py_ssize_t = min(n, x.shape[0] - start)
        centre: cython.double = x[start]
        later: cython.double = x[start + n] if start + n < x.shape[0] else 0.0
        begun: cython.double = 0.0
        begun_squares: cython.double = 0.0
        ended: cython.double = 0.0
        ended_squares: cython.double = 0.0
        for i in range(bars):
            off: cython.double = x[start + i] - centre
            begun += off
            begun_squares += off * off
            mean: cython.double = part * (ends[row, i + 1] + begun)
            variance: cython.double = part * (squares[row, i + 1] + begun_squares) - mean * mean
            deviation: cython.double = sqrt(0.0 if variance < 0.0 else variance)
            middle[start + i] = centre + mean
            if banded:
                upper[start + i] = (centre + mean) + factor * deviation
                lower[start + i] = (centre + mean) - factor * deviation
            else:
                upper[start + i] = deviation
            off = x[start + bars - 1 - i] - later
            ended, ended_squares = ended + off, ended_squares + off * off
            ends[1 - row, n - 1 - i] = ended
            squares[1 - row, n - 1 - i] = ended_squares
        start += n
        row = 1 - row


def _weighted(
    x: Floats,
    n: cython.Py_ssize_t,
    rising: cython.double,
    level: cython.double,
    ends: Floats,
    weights: Floats,
    out: Floats,
) -> None:
    """Of the window's weights, 1 to n times `rising` and `level` more."""
    start: cython.Py_ssize_t = 0
    row: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    while start < x.shape[0]:
        bars: cython.Py_ssize_t = min(n, x.shape[0] - start)
        centre: cython.double = x[start]
        later: cython.double = x[start + n] if start + n < x.shape[0] else 0.0
        begun: cython.double = 0.0
        aged: cython.double = 0.0  # what the bars have lost of their weight n
        ended: cython.double = 0.0
        ended_weights: cython.double = 0.0
        for i in range(bars):
            aged += begun
            begun += x[start + i] - centre
            slope: cython.double = rising * (weights[row, i + 1] + (n * begun - aged))
            out[start + i] = centre + (slope + level * (ends[row, i + 1] + begun))
            ended += x[start + bars - 1 - i] - later
            ended_weights += ended
            ends[1 - row, n - 1 - i] = ended
            weights[1 - row, n - 1 - i] = ended_weights
        start += n
        row = 1 - row
