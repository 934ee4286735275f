"""A run of which only figures are asked: its equity at the end of each day, and how far it fell.

What a position is worth rises or falls with the close: mostly it is enough to know the highest and the lowest
close of the bars that it is held.
"""

import cython
import numpy as np

from shared.engine.bars import Floats, Integers
from shared.engine.kernel.curves import Curve
from shared.engine.kernel.numeric import half_even
from shared.engine.kernel.views import view


class Folded(Curve):
    def __init__(self, worths: Floats, ends: Integers, cash: cython.longlong) -> None:
        """`worths`: of a unit at each close; `ends`: the last bar of each day."""
        self.worths, self.bars = view(np.ascontiguousarray(worths)), len(worths)
        self.ends = view(np.append(ends, len(worths)).astype(np.int64))  # no day ends behind the last
        self.day_row = np.empty(len(ends))  # the equity at the end of each
        self.days = view(self.day_row)
        self.initial = cash / 100000000.0
        self.begin()

    def begin(self) -> None:
        self.peak, self.left = self.initial, 1.0  # what is left of a peak, at worst
        self.day = 0  # the next to end
        self.exposed = 0  # bars
        self.last, self.holds = self.initial, False  # the last bar, which may be told again

    def conclude(self) -> None:
        """All bars were told."""
        self._meet(self.last, self.last)
        self.days[self.day] = self.last
        self.exposed += self.holds

    def level(self, start: cython.Py_ssize_t, until: cython.Py_ssize_t, cash: cython.longlong) -> None:
        value: cython.double = cash / 100000000.0
        if until == self.bars:
            self.last, self.holds, until = value, False, until - 1
        if start < until:
            self._meet(value, value)
        while self.ends[self.day] < until:
            self._end_day(value)

    def held(
        self,
        start: cython.Py_ssize_t,
        until: cython.Py_ssize_t,
        cash: cython.longlong,
        size: cython.double,
    ) -> cython.Py_ssize_t:
        last: cython.Py_ssize_t = self.bars - 1
        end: cython.Py_ssize_t = self._through(start, until if until <= last else last, cash, size)
        self.exposed += end - start
        while self.ends[self.day] < end:
            self._end_day(equity_of(self.worths[self.ends[self.day]], cash, size))
        if end < last or until <= last:
            return end
        self.last, self.holds = equity_of(self.worths[last], cash, size), True
        return until if self.last > 0.0 else last

    def close(self, row: cython.Py_ssize_t, equity: cython.longlong, exposed: cython.bint) -> None:
        value: cython.double = equity / 100000000.0
        if row == self.bars - 1:
            self.last, self.holds = value, exposed
            return
        self._meet(value, value)
        self.exposed += exposed
        if self.ends[self.day] == row:
            self._end_day(value)

    def _end_day(self, value: cython.double) -> None:
        self.days[self.day] = value
        self.day += 1

    def _through(
        self,
        start: cython.Py_ssize_t,
        until: cython.Py_ssize_t,
        cash: cython.longlong,
        size: cython.double,
    ) -> cython.Py_ssize_t:
        """Up to the bar on which the account ends. What their extremes do not tell of many, halves do."""
        if start >= until:
            return start
        high: cython.double
        low: cython.double
        if cython.compiled:
            extremes_of(  # type: ignore[name-defined]  # noqa: F821 (stretches.pxd)
                cython.address(self.worths[start]),
                until - start,
                cython.address(high),  # noqa: F821
                cython.address(low),  # noqa: F821
            )
        else:
            high, low = max(self.worths[start:until]), min(self.worths[start:until])
        high, low = equity_of(high, cash, size), equity_of(low, cash, size)
        if high > 0.0 and low > 0.0 and self._meet(high if high > low else low, high if high < low else low):
            return until
        if until - start == 1:
            return start
        middle: cython.Py_ssize_t = (start + until) // 2
        end: cython.Py_ssize_t = self._through(start, middle, cash, size)
        return end if end < middle else self._through(middle, until, cash, size)

    def _meet(self, high: cython.double, low: cython.double) -> cython.bint:
        """Bars between these two. False: it matters which of them came first."""
        if high <= self.peak:
            left: cython.double = low / self.peak
            self.left = left if left < self.left else self.left
            return True
        if low < high and low / high < self.left:
            return False
        self.peak = high
        return True


def equity_of(worth: cython.double, cash: cython.longlong, size: cython.double) -> cython.double:
    """0 where the account holds nothing, or more than the grid carries."""
    held: cython.double = half_even(worth * size)
    beside: cython.double = abs(cash)
    if abs(held) + beside >= 9e18:
        return 0.0
    return (cash + cython.cast(cython.longlong, held)) / 100000000.0
