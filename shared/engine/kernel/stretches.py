"""Bars on which nothing is decided, many at a time: loops that a compiler makes vectors of."""

from typing import Any

import cython

from shared.engine.bars import Floats
from shared.engine.kernel.numeric import half_even


def untouched(
    low: Floats,
    high: Floats,
    row: cython.Py_ssize_t,
    until: cython.Py_ssize_t,
    below: cython.double,
    above: cython.double,
) -> cython.Py_ssize_t:
    """The first bar that comes to `below` or `above`; NaN is never met."""
    i: cython.Py_ssize_t
    found: cython.double
    while row + 16 <= until:
        found = 0.0
        for i in range(row, row + 16):
            found = 1.0 if low[i] <= below else found
            found = 1.0 if high[i] >= above else found
        if found != 0.0:
            break
        row += 16
    while row < until and not (low[row] <= below or high[row] >= above):
        row += 1
    return row


def filled(
    close: Floats,
    equity: Floats,
    start: cython.Py_ssize_t,
    until: cython.Py_ssize_t,
    cash: cython.longlong,
    size: cython.double,
) -> cython.Py_ssize_t:
    """The equity of a position, up to a bar on which it is nothing, or more than the grid carries."""
    i: cython.Py_ssize_t
    worth: cython.double
    total: cython.longlong
    beside: cython.double = abs(cash)
    if beside < 4503599627370496.0 and small(close, equity, start, until, cash, size):
        return until
    for i in range(start, until):
        worth = half_even(close[i] * size)
        if abs(worth) + beside >= 9e18:
            return i
        total = cash + cython.cast(cython.longlong, worth)
        if total <= 0:
            return i
        equity[i] = total / 100000000.0
    return until


def small(
    close: Floats,
    equity: Floats,
    start: cython.Py_ssize_t,
    until: cython.Py_ssize_t,
    cash: cython.double,
    size: cython.double,
) -> cython.bint:
    """The same as vectors, of sums so small that floats add them exactly. False: not all of them were."""
    i: cython.Py_ssize_t
    side: cython.double = 1.0 if size > 0.0 else -1.0
    large: cython.double = 0.0
    size = size * side
    for i in range(start, until):
        worth: cython.double = (close[i] * size + 4503599627370496.0) - 4503599627370496.0
        total: cython.double = cash + side * worth
        equity[i] = total / 100000000.0
        large = 1.0 if worth >= 4503599627370496.0 else large
        large = 1.0 if total <= 0.0 else large
    return large == 0.0


def hold_level(
    equity: Floats, start: cython.Py_ssize_t, until: cython.Py_ssize_t, value: cython.double
) -> None:
    i: cython.Py_ssize_t
    for i in range(start, until):
        equity[i] = value


def soon(column: Floats, row: cython.Py_ssize_t) -> None:
    """It will be read: the processor may fetch it while it works on other things."""
    if cython.compiled and row < column.shape[0]:
        fetch(cython.address(column[row]))  # type: ignore[name-defined]  # noqa: F821 (stretches.pxd)


def expose(exposed: Any, start: cython.Py_ssize_t, until: cython.Py_ssize_t) -> None:
    i: cython.Py_ssize_t
    for i in range(start, until):
        exposed[i] = 1
