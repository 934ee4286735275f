"""How far a stop, a target or a trailing level lies from a price."""

import cython

from shared.engine.kernel.views import NONE

PERCENT, RANGES, LEVEL = 0, 1, 2


class Distance:
    """A part of the price, so many average true ranges, or a level of its own for each direction."""

    def __init__(self, kind: cython.longlong, amount: cython.double) -> None:
        self.kind, self.amount = kind, amount
        self.of_signal = False  # from the close that gave the signal, not from the fill
        self.long = NONE  # the ranges, or the levels
        self.short = self.long

    def level(
        self,
        side: cython.longlong,
        away: cython.longlong,
        fill: cython.double,
        signal_close: cython.double,
        row: cython.Py_ssize_t,
    ) -> cython.double:
        """`away` is 1 where a position gains, -1 where it loses; row is the signal's."""
        start: cython.double = signal_close if self.of_signal else fill
        if self.kind == 2:
            return self.long[row] if side > 0 else self.short[row]
        return self.from_price(start, side * away, row)

    def from_price(
        self, start: cython.double, direction: cython.longlong, row: cython.Py_ssize_t
    ) -> cython.double:
        if self.kind == 0:  # 100 and a tenth of it are 110, which 100 × 1.1 is not
            return start + direction * (start * self.amount)
        return start + direction * self.amount * self.long[row]
