"""The equity of a run, as it becomes known: a row for each bar, or only what figures ask of them."""

from typing import Any

import cython
import numpy as np

from shared.engine.kernel.stretches import expose, filled, hold_level
from shared.engine.kernel.views import view


class Curve:
    def level(self, start: cython.Py_ssize_t, until: cython.Py_ssize_t, cash: cython.longlong) -> None:
        """Nothing is held."""

    def held(
        self,
        start: cython.Py_ssize_t,
        until: cython.Py_ssize_t,
        cash: cython.longlong,
        size: cython.double,
    ) -> cython.Py_ssize_t:
        """A position is, up to the bar on which it is nothing, or more than the grid carries."""
        return until

    def close(self, row: cython.Py_ssize_t, equity: cython.longlong, exposed: cython.bint) -> None:
        """Of one bar; the last one may be told again."""


class Rows(Curve):
    """All of it."""

    def __init__(self, bars: cython.Py_ssize_t, worths: Any) -> None:
        """`worths`: of a unit at each close, of the only symbol where there is one."""
        self.equity_row, self.exposed_row = np.empty(bars), np.zeros(bars, dtype=np.bool_)
        self.equity, self.exposed = view(self.equity_row), view(self.exposed_row.view(np.uint8))
        self.worths = worths

    def level(self, start: cython.Py_ssize_t, until: cython.Py_ssize_t, cash: cython.longlong) -> None:
        hold_level(self.equity, start, until, cash / 100000000.0)

    def held(
        self,
        start: cython.Py_ssize_t,
        until: cython.Py_ssize_t,
        cash: cython.longlong,
        size: cython.double,
    ) -> cython.Py_ssize_t:
        end: cython.Py_ssize_t = filled(self.worths, self.equity, start, until, cash, size)
        expose(self.exposed, start, end)
        return end

    def close(self, row: cython.Py_ssize_t, equity: cython.longlong, exposed: cython.bint) -> None:
        self.equity[row] = equity / 100000000.0
        self.exposed[row] = exposed
