"""Recurrences: gains against losses, two averages that begin together, an average that adapts.

They run eight bars at a time, as `smoothing` does, and after a gap begin anew as at the start.
"""

import cython
from cython.cimports.libc.math import fabs

from shared.engine.bars import Floats
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.smoothing import begun, gap, kept
from shared.engine.indicators.undefined import NAN
from shared.engine.indicators.windows import no_ends

FAST = cython.declare(cython.double, 2.0 / 3.0)  # the weight of an average of 2 bars
SLOW = cython.declare(cython.double, 2.0 / 31.0)  # of 30


def relative(x: Floats, n: int) -> Floats:
    """Wilder's RSI. Undefined where nothing was ever gained or lost."""
    out = empty(x)
    _relative(column(x), n, 1.0 - 1.0 / n, column(kept(1.0 / n)), column(out))
    return out


def _relative(x: Floats, n: cython.Py_ssize_t, stay: cython.double, left: Floats, out: Floats) -> None:
    """Gains and losses are n times their averages, which comes to the same strength."""
    count: cython.Py_ssize_t = x.shape[0]
    known: cython.Py_ssize_t = 0
    gained: cython.double = 0.0
    lost: cython.double = 0.0
    change: cython.double
    i: cython.Py_ssize_t = 0
    while i < count:
        known = known + 1 if x[i] - x[i] == 0.0 else 0
        if known <= 1:
            gained = 0.0
            lost = 0.0
        else:
            change = x[i] - x[i - 1]
            gained += change if change > 0.0 else 0.0
            lost += -change if change < 0.0 else 0.0
        out[i] = NAN
        i += 1
        if known == n + 1:
            out[i - 1] = strength(gained, gained + lost)
            i = _relative_run(x, i, stay, gained, lost, left, out)
            known = 0


def _relative_run(
    x: Floats,
    i: cython.Py_ssize_t,
    stay: cython.double,
    gained: cython.double,
    lost: cython.double,
    left: Floats,
    out: Floats,
) -> cython.Py_ssize_t:
    count: cython.Py_ssize_t = x.shape[0]
    start: cython.Py_ssize_t = i
    j: cython.Py_ssize_t
    change: cython.double
    gain: cython.double
    gains: cython.double
    losses: cython.double
    whole: cython.double
    while i + 8 <= count and lost - lost == 0.0:
        gains = losses = 0.0
        for j in range(8):
            change = x[i + j] - x[i + j - 1]
            gain = change if change > 0.0 else 0.0
            gains = stay * gains + gain
            losses = stay * losses + (gain - change)
            whole = gains + left[j] * gained
            out[i + j] = strength(whole, whole + (losses + left[j] * lost))
        gained = gains + left[7] * gained
        lost = losses + left[7] * lost
        i += 8
    if lost - lost != 0.0:
        return gap(x, max(start, i - 8))
    gains = losses = 0.0
    for j in range(count - i):
        change = x[i + j] - x[i + j - 1]
        gain = change if change > 0.0 else 0.0
        gains = stay * gains + gain
        losses = stay * losses + (gain - change)
        whole = gains + left[j] * gained
        out[i + j] = strength(whole, whole + (losses + left[j] * lost))
    return gap(x, i)


def strength(gained: cython.double, moved: cython.double) -> cython.double:
    return 100.0 * (gained / moved) if moved > 0.0 else NAN


def apart(x: Floats, fast: int, slow: int) -> Floats:
    """How far the fast average is above the slow one. Both begin where the slow one does, as in TA-Lib."""
    out = empty(x)
    lefts = column(kept(2.0 / (fast + 1))), column(kept(2.0 / (slow + 1)))
    _apart(column(x), fast, slow, lefts[0], lefts[1], column(out))
    return out


def _apart(
    x: Floats,
    fast: cython.Py_ssize_t,
    slow: cython.Py_ssize_t,
    left_fast: Floats,
    left_slow: Floats,
    out: Floats,
) -> None:
    count: cython.Py_ssize_t = x.shape[0]
    i: cython.Py_ssize_t = 0
    j: cython.Py_ssize_t
    value: cython.double
    total: cython.double
    while i < count:
        i = begun(x, i, slow, out)
        if i < count:
            value = out[i]
            total = 0.0
            for j in range(i - fast + 1, i + 1):
                total += x[j] - x[i]
            out[i] = x[i] + total / fast - value
            i = _apart_run(x, i + 1, fast, slow, x[i] + total / fast, value, left_fast, left_slow, out)


def _apart_run(
    x: Floats,
    i: cython.Py_ssize_t,
    fast: cython.Py_ssize_t,
    slow: cython.Py_ssize_t,
    fast_value: cython.double,
    slow_value: cython.double,
    left_fast: Floats,
    left_slow: Floats,
    out: Floats,
) -> cython.Py_ssize_t:
    count: cython.Py_ssize_t = x.shape[0]
    start: cython.Py_ssize_t = i
    j: cython.Py_ssize_t
    fast_weight: cython.double = 2.0 / (fast + 1)
    slow_weight: cython.double = 2.0 / (slow + 1)
    fast_stay: cython.double = 1.0 - fast_weight
    slow_stay: cython.double = 1.0 - slow_weight
    nearer: cython.double
    farther: cython.double
    off: cython.double
    while i + 8 <= count and slow_value - slow_value == 0.0:
        fast_value -= x[i]
        slow_value -= x[i]
        nearer = farther = 0.0
        for j in range(8):
            off = x[i + j] - x[i]
            nearer = fast_stay * nearer + fast_weight * off
            farther = slow_stay * farther + slow_weight * off
            out[i + j] = (nearer + left_fast[j] * fast_value) - (farther + left_slow[j] * slow_value)
        fast_value = x[i] + (nearer + left_fast[7] * fast_value)
        slow_value = x[i] + (farther + left_slow[7] * slow_value)
        i += 8
    if slow_value - slow_value != 0.0:
        return gap(x, max(start, i - 8))
    nearer = farther = 0.0
    for j in range(count - i):
        off = x[i + j] - x[i]
        nearer = fast_stay * nearer + fast_weight * off
        farther = slow_stay * farther + slow_weight * off
        out[i + j] = (nearer + left_fast[j] * (fast_value - x[i])) - (
            farther + left_slow[j] * (slow_value - x[i])
        )
    return gap(x, i)


def adaptive(x: Floats, n: int) -> Floats:
    """Kaufman's average: between one of 2 bars and one of 30, as straight as the way of n bars was."""
    out = empty(x)
    _adaptive(column(x), n, column(no_ends(n)), column(out))
    return out


def _adaptive(x: Floats, n: cython.Py_ssize_t, ends: Floats, out: Floats) -> None:
    """It begins a bar before the first whose way is known. What stands still is straight, as in TA-Lib."""
    start: cython.Py_ssize_t = 1
    row: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    behind: cython.double = NAN
    if x.shape[0] > 0:
        out[0] = NAN
    while start < x.shape[0]:
        bars: cython.Py_ssize_t = min(n, x.shape[0] - start)
        begun_way: cython.double = 0.0
        ended_way: cython.double = 0.0
        for i in range(start, start + bars):
            begun_way += fabs(x[i] - x[i - 1])
            way: cython.double = ends[row, i - start + 1] + begun_way
            straight: cython.double = fabs(x[i] - x[i - n]) / way if way > 0.0 else 1.0
            weight: cython.double = (straight if straight < 1.0 else 1.0) * (FAST - SLOW) + SLOW
            if way - way != 0.0:
                behind = NAN
            elif behind != behind:
                behind = (1.0 - weight * weight) * (x[i - 1] - x[i])
            else:
                behind = (1.0 - weight * weight) * (behind + (x[i - 1] - x[i]))
            out[i] = x[i] + behind
        for i in range(bars):
            ended_way += fabs(x[start + bars - 1 - i] - x[start + bars - 2 - i])
            ends[1 - row, n - 1 - i] = ended_way
        start += n
        row = 1 - row
