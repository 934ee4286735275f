"""The finer bars of one symbol, and how far they have been walked."""

import cython
import numpy as np

from shared.engine.kernel.views import NONE, view, whole_zeros
from shared.engine.plan import Detail


class Finer:
    def __init__(self, detail: Detail | None, bars: cython.Py_ssize_t) -> None:
        """`bars`: how many there are of the run's own."""
        self.open, self.first = NONE, whole_zeros(bars)
        self.high = self.low = self.close = self.open
        self.time = self.last = self.first
        self.at = self.end = 0
        self.whole = False  # the bar of the run stands for itself, and is still to come
        if detail is None:
            return
        _look_at(detail, bars)
        floats = (np.ascontiguousarray(column, dtype=np.float64) for column in detail.bars.prices[:4])
        self.open, self.high, self.low, self.close = map(view, floats)
        whole = (detail.bars.time, detail.first, detail.last)
        self.time, self.first, self.last = (view(np.ascontiguousarray(c, dtype=np.int64)) for c in whole)

    def begin(self, row: cython.Py_ssize_t) -> None:
        self.at, self.end = self.first[row], self.last[row]
        self.whole = self.at == self.end


def _look_at(detail: Detail, bars: int) -> None:
    """The compiled core does not look where a column ends."""
    first, last = detail.first, detail.last
    if not len(first) == len(last) == bars:
        raise ValueError(f"finer bars of {len(first)} bars, and there are {bars}")
    if bars and not ((first >= 0) & (first <= last) & (last <= len(detail.bars))).all():
        raise ValueError(f"finer bars are rows of {len(detail.bars)}, and others are asked for")
