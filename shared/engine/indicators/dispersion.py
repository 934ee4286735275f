"""How far the last n bars are spread, and where a line through them stands.

Both are of distances to the bar where two blocks meet (see `windows`). It is in every window across it, so
that a window's squares are at most n times its spread: no digits are lost to prices far from zero.
"""

import cython
import numpy as np
from cython.cimports.libc.math import sqrt

from shared.engine.bars import Floats
from shared.engine.indicators.chunks import CHUNK
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
    _weighted(column(x), n, rising, level, column(no_ends(n)), column(out))
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
    ready: cython.Py_ssize_t = 0
    row: cython.Py_ssize_t = 0
    while start < x.shape[0]:
        _block(x, start, n, banded, ends, squares, row, middle, upper)
        start = min(start + n, x.shape[0])
        row = 1 - row
        if banded and (start - ready >= CHUNK or start == x.shape[0]):
            _bands(ready, start, factor, middle, upper, lower)
            ready = start


def _block(
    x: Floats,
    start: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    squared: cython.bint,
    ends: Floats,
    squares: Floats,
    row: cython.Py_ssize_t,
    mean: Floats,
    deviation: Floats,  # or the variance, which is its square
) -> None:
    """Of a block's windows."""
    bars: cython.Py_ssize_t = min(n, x.shape[0] - start)
    centre: cython.double = x[start]
    later: cython.double = x[start + n] if start + n < x.shape[0] else 0.0
    part: cython.double = 1.0 / n
    begun: cython.double = 0.0
    begun_squares: cython.double = 0.0
    ended: cython.double = 0.0
    ended_squares: cython.double = 0.0
    i: cython.Py_ssize_t
    for i in range(bars):
        far: cython.double = x[start + i] - centre
        begun += far
        begun_squares += far * far
        far = part * (ends[row, i + 1] + begun)
        variance: cython.double = part * (squares[row, i + 1] + begun_squares) - far * far
        mean[start + i] = centre + far
        deviation[start + i] = variance if squared else _root(variance)
        far = x[start + bars - 1 - i] - later
        ended += far
        ended_squares += far * far
        ends[1 - row, n - 1 - i] = ended
        squares[1 - row, n - 1 - i] = ended_squares


def _bands(
    start: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
    factor: cython.double,
    middle: Floats,
    upper: Floats,
    lower: Floats,
) -> None:
    """In place of the variances: two roots take as long as one, where there is more to be done with them."""
    i: cython.Py_ssize_t
    for i in range(start, end):
        distance: cython.double = factor * _root(upper[i])
        upper[i] = middle[i] + distance
        lower[i] = middle[i] - distance


def _root(variance: cython.double) -> cython.double:
    """Rounded, it may be below zero."""
    return sqrt(0.0 if variance < 0.0 else variance)


def _weighted(
    x: Floats,
    n: cython.Py_ssize_t,
    rising: cython.double,
    level: cython.double,
    ends: Floats,
    out: Floats,
) -> None:
    """Of the window's weights, 1 to n times `rising` and `level` more."""
    start: cython.Py_ssize_t = 0
    row: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    newest: cython.double = rising * n + level
    while start < x.shape[0]:
        bars: cython.Py_ssize_t = min(n, x.shape[0] - start)
        centre: cython.double = x[start]
        later: cython.double = x[start + n] if start + n < x.shape[0] else 0.0
        begun: cython.double = 0.0
        aged: cython.double = 0.0  # what the bars have lost of the newest's weight
        ended: cython.double = 0.0
        risen: cython.double = 0.0
        for i in range(bars):
            aged += begun
            begun += x[start + i] - centre
            out[start + i] = centre + (ends[row, i + 1] + (newest * begun - rising * aged))
            ended += x[start + bars - 1 - i] - later
            risen += ended
            ends[1 - row, n - 1 - i] = rising * risen + level * ended
        start += n
        row = 1 - row
