"""No entries for the rest of a day, a week from Monday or a month (UTC) that has lost too much."""

import cython
import numpy as np

from shared.engine.kernel.views import view, whole_zeros


class Halts:
    def __init__(self, limits: tuple[float, float, float], equity: cython.longlong) -> None:
        self.limits = view(np.array(limits))  # parts of the equity, of day, week, month; NaN: none
        self.first = view(np.full(3, equity, dtype=np.int64))  # the equity before the period
        self.period = view(np.full(3, -1, dtype=np.int64))
        self.on = whole_zeros(3)
        self.last = equity  # at the close before

    def judge(self, time: cython.longlong, equity: cython.longlong) -> cython.bint:
        """At the close of a bar that opened at `time`: whether any of the three halts."""
        i: cython.Py_ssize_t
        whole: cython.longlong = 86400000000
        day: cython.longlong = (time + 719468 * whole) // whole  # since 1 March of year 0: never below 0
        halted: cython.bint = False
        for i in range(3):
            number: cython.longlong = day if i == 0 else (day + 2) // 7 if i == 1 else month_of(day)
            if number != self.period[i]:
                self.period[i], self.first[i], self.on[i] = number, self.last, 0
            lost: cython.double = self.first[i] - equity
            if lost / self.first[i] >= self.limits[i]:  # 330 of 1,000 are 0.33, which 1 - 0.67 is not
                self.on[i] = 1
            halted = halted or self.on[i] == 1
        self.last = equity
        return halted


def month_of(day: cython.longlong) -> cython.longlong:
    """A number of its own for each month; days are counted from 1 March of year 0."""
    cycle: cython.longlong = day // 146097  # of 400 years
    rest: cython.longlong = day % 146097
    year: cython.longlong = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
    in_year: cython.longlong = rest - (365 * year + year // 4 - year // 100)
    return (cycle * 400 + year) * 12 + (5 * in_year + 2) // 153
