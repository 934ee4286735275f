"""Recurrences of another kind than `smoothing`: gains against all that was moved, an average that adapts.

Both begin anew after a gap.
"""

import cython
import numpy as np
from cython.cimports.libc.math import fabs

from shared.engine.bars import Floats
from shared.engine.indicators.chunks import CHUNK, STRETCH
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.smoothing import gap
from shared.engine.indicators.twos import two_on
from shared.engine.indicators.undefined import NAN
from shared.engine.indicators.windows import no_ends

FAST = cython.declare(cython.double, 2.0 / 3.0)  # the weight of an average of 2 bars
SLOW = cython.declare(cython.double, 2.0 / 31.0)  # of 30
LEAST = cython.declare(cython.double, 1e-300)  # is nothing beside what moved, and straight where nothing did


def relative(x: Floats, n: int) -> Floats:
    """Wilder's RSI. Undefined where nothing was ever gained or lost."""
    out = empty(x)
    _relative(column(x), n, column(out))
    return out


def _relative(x: Floats, n: cython.Py_ssize_t, out: Floats) -> None:
    """Sums are n times their averages, which comes to the same strength: of gains, and of all changes."""
    known: cython.Py_ssize_t = 0
    change: cython.double
    gained: cython.double = 0.0
    moved: cython.double = 0.0
    i: cython.Py_ssize_t = 0
    while i < x.shape[0]:
        known = known + 1 if x[i] - x[i] == 0.0 else 0
        if known <= 1:
            gained = moved = 0.0
        else:
            change = x[i] - x[i - 1]
            gained += change if change > 0.0 else 0.0
            moved += fabs(change)
        out[i] = NAN
        i += 1
        if known == n + 1:
            out[i - 1] = strength(gained, moved)
            i = _relative_run(x, i, 1.0 - 1.0 / n, gained, moved, out)
            known = 0


def _relative_run(
    x: Floats,
    i: cython.Py_ssize_t,
    stay: cython.double,
    gained: cython.double,
    moved: cython.double,
    out: Floats,
) -> cython.Py_ssize_t:
    """On from the sums of the bar before, to where the series ends or to a gap."""
    j: cython.Py_ssize_t
    last: cython.Py_ssize_t = x.shape[0] - 1
    while i < last:
        for j in range(i, min(i + STRETCH, last), 2):
            change: cython.double = x[j] - x[j - 1]
            following: cython.double = x[j + 1] - x[j]
            gain: cython.double = change if change > 0.0 else 0.0
            following_gain: cython.double = following if following > 0.0 else 0.0
            change = fabs(change)
            first_gained: cython.double = gain + stay * gained
            gained = two_on(stay, gain, following_gain, gained)
            first_moved: cython.double = change + stay * moved
            moved = two_on(stay, change, fabs(following), moved)
            if first_moved * moved > 0.0:  # as `strength` has it: both divisions take as long as one
                out[j] = 100.0 * (first_gained / first_moved)
                out[j + 1] = 100.0 * (gained / moved)
            else:
                out[j] = strength(first_gained, first_moved)
                out[j + 1] = strength(gained, moved)
        if moved - moved != 0.0:
            return gap(x, i)
        i = j + 2
    if i == last:
        gained = (x[i] - x[i - 1] if x[i] > x[i - 1] else 0.0) + stay * gained
        moved = fabs(x[i] - x[i - 1]) + stay * moved
        out[i] = strength(gained, moved)
    return gap(x, i)


def strength(gained: cython.double, moved: cython.double) -> cython.double:
    return 100.0 * (gained / moved) if moved > 0.0 else NAN


def adaptive(x: Floats, n: int) -> Floats:
    """Kaufman's average: between one of 2 bars and one of 30, as straight as the way of n bars was."""
    out = empty(x)
    moves = np.empty(n * (1 + CHUNK // n))  # of so many blocks
    _adaptive(column(x), n, column(no_ends(n)), column(moves), column(out))
    return out


def _adaptive(x: Floats, n: cython.Py_ssize_t, ends: Floats, moves: Floats, out: Floats) -> None:
    """It begins a bar before the first whose way is known. What stands still is straight, as in TA-Lib.

    `out` holds in turn how long the way was, what of a distance a bar leaves, and the average.
    """
    start: cython.Py_ssize_t = 1
    row: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    off: cython.double = 0.0
    if x.shape[0] > 0:
        out[0] = NAN
    while start < x.shape[0]:
        bars: cython.Py_ssize_t = min(moves.shape[0], x.shape[0] - start)
        for i in range(bars):
            moves[i] = fabs(x[start + i] - x[start + i - 1])
        block: cython.Py_ssize_t = 0
        while block < bars:
            _ways(moves, block, min(n, bars - block), n, ends, row, start, out)
            block += n
            row = 1 - row
        _kept(x, start, start + bars, n, out)
        off = _followed(x, start, start + bars, off, out)
        start += bars


def _ways(
    moves: Floats,
    block: cython.Py_ssize_t,
    bars: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    ends: Floats,
    row: cython.Py_ssize_t,
    start: cython.Py_ssize_t,
    out: Floats,
) -> None:
    """How far prices went in the n bars up to each of a block's (see `windows`)."""
    i: cython.Py_ssize_t
    begun: cython.double = 0.0
    ended: cython.double = 0.0
    for i in range(bars):
        begun += moves[block + i]
        out[start + block + i] = ends[row, i + 1] + begun
        ended += moves[block + bars - 1 - i]
        ends[1 - row, n - 1 - i] = ended


def _kept(
    x: Floats, start: cython.Py_ssize_t, end: cython.Py_ssize_t, n: cython.Py_ssize_t, out: Floats
) -> None:
    i: cython.Py_ssize_t
    slow: cython.double = SLOW
    faster: cython.double = FAST - SLOW
    for i in range(max(start, n), end):
        way: cython.double = out[i]
        weight: cython.double = (fabs(x[i] - x[i - n]) + LEAST) / (way + LEAST) * faster + slow
        out[i] = (1.0 - weight * weight) + (way - way)


def _followed(
    x: Floats, start: cython.Py_ssize_t, end: cython.Py_ssize_t, off: cython.double, out: Floats
) -> cython.double:
    """How far off the bar the average is in the end, by twos."""
    i: cython.Py_ssize_t
    for i in range(start, end - 1, 2):
        leaves: cython.double = out[i]
        both: cython.double = leaves * out[i + 1]
        if both != both:
            off = _follow(x, i + 1, _follow(x, i, off, out), out)
            continue
        fresh: cython.double = leaves * (x[i - 1] - x[i])
        first: cython.double = fresh + leaves * off
        off = out[i + 1] * (fresh + (x[i] - x[i + 1])) + both * off
        out[i] = x[i] + first
        out[i + 1] = x[i + 1] + off
    return _follow(x, end - 1, off, out) if (end - start) % 2 == 1 else off


def _follow(x: Floats, i: cython.Py_ssize_t, off: cython.double, out: Floats) -> cython.double:
    """Where the average begins, it is the bar before."""
    leaves: cython.double = out[i]
    if leaves != leaves:
        return 0.0
    off = leaves * (x[i - 1] - x[i]) + leaves * off
    out[i] = x[i] + off
    return off
