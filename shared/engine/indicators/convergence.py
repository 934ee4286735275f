"""Appel's MACD: how far a fast average is above a slow one, and the average of that, in one pass.

As in `smoothing`, what is carried on is how far each average is from what it smooths.
"""

import cython
import numpy as np

from shared.engine.bars import Floats
from shared.engine.indicators.chunks import STRETCH
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.smoothing import begun, gap
from shared.engine.indicators.twos import two_on
from shared.engine.indicators.undefined import NAN


def convergence(x: Floats, fast: int, slow: int, smooth: int) -> tuple[Floats, Floats, Floats]:
    """The line, its signal and what is between them. Both averages begin with the slow one, as in TA-Lib."""
    line, signal, histogram = empty(x), empty(x), empty(x)
    off = column(np.zeros(4))
    _converging(column(x), fast, slow, smooth, off, column(line), column(signal), column(histogram))
    return line, signal, histogram


def _converging(
    x: Floats,
    fast: cython.Py_ssize_t,
    slow: cython.Py_ssize_t,
    smooth: cython.Py_ssize_t,
    off: Floats,
    line: Floats,
    signal: Floats,
    histogram: Floats,
) -> None:
    """`off` holds how far the fast, the slow and the signal's average are off, and the line's last value."""
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t
    known: cython.Py_ssize_t
    while i < x.shape[0]:
        known = _signal_begun(x, i, fast, slow, smooth, off, line)
        for j in range(i, known):
            line[j] = signal[j] = histogram[j] = NAN
        i = known
        if i < x.shape[0] and x[i] - x[i] == 0.0:
            line[i] = off[3]
            signal[i] = off[3] + off[2]
            histogram[i] = 0.0 - off[2]
            i = _converging_run(x, i + 1, fast, slow, smooth, off, line, signal, histogram)


def _signal_begun(
    x: Floats,
    i: cython.Py_ssize_t,
    fast: cython.Py_ssize_t,
    slow: cython.Py_ssize_t,
    smooth: cython.Py_ssize_t,
    off: Floats,
    line: Floats,
) -> cython.Py_ssize_t:
    """The bar where the signal begins, with the mean of the line's first values; or a gap before it."""
    j: cython.Py_ssize_t
    first: cython.double
    total: cython.double = 0.0
    i = begun(x, i, slow, line)
    if i == x.shape[0]:
        return i
    for j in range(i - fast + 1, i + 1):
        total += x[j] - x[i]
    off[0] = total / fast
    off[1] = line[i] - x[i]
    off[3] = first = off[0] - off[1]
    total = 0.0
    for _ in range(1, smooth):
        i += 1
        if i == x.shape[0] or x[i] - x[i] != 0.0:
            return i
        off[0] = (1.0 - 2.0 / (fast + 1)) * (off[0] + (x[i - 1] - x[i]))
        off[1] = (1.0 - 2.0 / (slow + 1)) * (off[1] + (x[i - 1] - x[i]))
        off[3] = off[0] - off[1]
        total += off[3] - first
    off[2] = first + total / smooth - off[3]
    return i


def _converging_run(
    x: Floats,
    i: cython.Py_ssize_t,
    fast: cython.Py_ssize_t,
    slow: cython.Py_ssize_t,
    smooth: cython.Py_ssize_t,
    off: Floats,
    line: Floats,
    signal: Floats,
    histogram: Floats,
) -> cython.Py_ssize_t:
    """On to where the series ends or to a gap.

    How far the averages are apart is what prices moved, faded by the one and then by the other.
    """
    stay_fast: cython.double = 1.0 - 2.0 / (fast + 1)
    stay_slow: cython.double = 1.0 - 2.0 / (slow + 1)
    weight: cython.double = 2.0 / (smooth + 1)
    stay: cython.double = 1.0 - weight
    apart: cython.double = stay_fast - stay_slow
    faded: cython.double = apart * (off[0] / stay_fast) if stay_fast > 0.0 else 0.0
    above: cython.double = off[3]
    mean: cython.double = (off[3] + off[2]) / weight  # in parts of its weight
    j: cython.Py_ssize_t
    while i < x.shape[0] - 1:
        for j in range(i, min(i + STRETCH, x.shape[0] - 1), 2):
            moved: cython.double = apart * (x[j - 1] - x[j])
            following: cython.double = apart * (x[j] - x[j + 1])
            first_faded: cython.double = moved + stay_fast * faded
            faded = two_on(stay_fast, moved, following, faded)
            first_above: cython.double = first_faded + stay_slow * above
            above = two_on(stay_slow, first_faded, faded, above)
            first_mean: cython.double = first_above + stay * mean
            mean = two_on(stay, first_above, above, mean)
            line[j], line[j + 1] = first_above, above
            signal[j], signal[j + 1] = first_mean, mean
        _show(i, j + 2, weight, line, signal, histogram)
        if mean - mean != 0.0:
            return gap(x, i)
        i = j + 2
    if i == x.shape[0] - 1:
        faded = apart * (x[i - 1] - x[i]) + stay_fast * faded
        above = faded + stay_slow * above
        mean = above + stay * mean
        line[i], signal[i], histogram[i] = above, weight * mean, above - weight * mean
    return gap(x, i)


def _show(
    start: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
    weight: cython.double,
    line: Floats,
    signal: Floats,
    histogram: Floats,
) -> None:
    """The signal of what stands there in parts of its weight: apart from the chain, many bars at a time."""
    i: cython.Py_ssize_t
    for i in range(start, end):
        signal[i] = weight * signal[i]
        histogram[i] = line[i] - signal[i]
