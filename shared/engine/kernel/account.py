"""What is carried from bar to bar: money in units of 1e-8, quantities in lots, prices, numbers of bars.

A bar, a reason or a quantity that is not there is -1, a price NaN.
"""

import cython
import numpy as np

from shared.engine.kernel.numeric import NAN
from shared.engine.kernel.views import view, whole_zeros

TARGETS = 10  # at most, of a position


class Account:
    """The cash of all symbols, and what is counted over the run."""

    def __init__(self, cash: cython.longlong, symbols: cython.Py_ssize_t) -> None:
        self.worth = whole_zeros(symbols)  # of each position at the last known price
        shown = np.zeros(1)
        self.shown, self.bits = view(shown), view(shown.view(np.uint64))
        self.begin(cash)

    def begin(self, cash: cython.longlong) -> None:
        i: cython.Py_ssize_t
        self.cash = cash
        for i in range(self.worth.shape[0]):
            self.worth[i] = 0
        self.turnover = 0  # below 1e18; `turnovers` counts those
        self.turnovers = 0
        self.fills = 0
        self.digest = 0
        self.beyond = False  # the grid has ended
        self.ruined = False
        self.gained = 0  # what the last fill that closed brought, and its commissions
        self.charged = 0
        self.recovered = 0  # what had been paid for what it closed, or taken in
        self.at = 0  # the bar of the run

    def gross(self) -> cython.double:
        i: cython.Py_ssize_t
        total: cython.double = 0.0
        for i in range(self.worth.shape[0]):
            total += abs(self.worth[i])
        return total

    def beside(self, index: cython.Py_ssize_t) -> cython.double:
        """The equity but for one position: a price is made of it, and no money."""
        i: cython.Py_ssize_t
        total: cython.double = self.cash
        for i in range(self.worth.shape[0]):
            if i != index:
                total += self.worth[i]
        return total

    def equity(self) -> cython.longlong:
        """Exact. Nothing that the grid carries leaves it on the way, else the account is `beyond`."""
        i: cython.Py_ssize_t
        worth: cython.longlong
        total: cython.longlong = self.cash
        size: cython.double = abs(total)
        for i in range(self.worth.shape[0]):
            worth = self.worth[i]
            size += abs(worth)
            if size >= 9e18:
                self.beyond = True
                return 0
            total += worth
        return total

    def count(self, value: cython.double) -> None:
        self.fills += 1
        full: cython.longlong = 1000000000000000000
        whole: cython.longlong = cython.cast(cython.longlong, value)
        self.turnover += whole % full
        self.turnovers += whole // full
        if self.turnover >= full:
            self.turnover -= full
            self.turnovers += 1

    def seal(self, word: cython.ulonglong) -> None:
        factor: cython.ulonglong = 0x9E3779B97F4A7C15
        mask: cython.ulonglong = 0xFFFFFFFFFFFFFFFF
        mixed: cython.ulonglong = ((self.digest ^ (word & mask)) * factor) & mask
        self.digest = mixed ^ (mixed >> 29)

    def bits_of(self, price: cython.double) -> cython.ulonglong:
        self.shown[0] = price
        return self.bits[0]


class Position:
    """What is held of one symbol; lots below 0 are sold short."""

    def __init__(self) -> None:
        self.targets = view(np.full(TARGETS, NAN))
        self.clear()

    def clear(self) -> None:
        self.lots = 0
        self.cost = 0  # what the lots held were bought for, or sold for
        self.fees = 0  # of the lots held: commission, borrowing and funding
        self.price = NAN  # the average
        self.entry_row = -1  # of its own bars
        self.entry_at = -1  # of the run's
        self.entries = 0
        self.largest = 0
        self.done = 0  # a bit for each target that was reached
        self.stop = NAN
        self.trail = NAN
        self.best = NAN  # the highest price since the entry of a long position, the lowest of a short

    def side(self) -> cython.longlong:
        return 1 if self.lots > 0 else -1 if self.lots < 0 else 0

    def grow(
        self,
        lots: cython.longlong,
        price: cython.double,
        value: cython.longlong,
        fee: cython.longlong,
    ) -> None:
        held: cython.double = abs(self.lots)
        added: cython.double = abs(lots)
        self.price = price if held == 0.0 else (self.price * held + price * added) / (held + added)
        self.lots += lots
        self.cost += value
        self.fees += fee
        self.largest = max(self.largest, abs(self.lots))

    def shrink(self, lots: cython.longlong, cost: cython.longlong, fees: cython.longlong) -> None:
        self.lots += lots
        self.cost -= cost
        self.fees -= fees


class Orders:
    """What was decided for one symbol and is not done."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.leave = -1  # at the next open, and why: an index into REASONS
        self.enter = 0  # at the next open: 1 long, -1 short
        self.signal = -1  # the row at whose close that was decided
        self.planned = -1  # lots that are still to be entered
        self.left_row = -1  # of the last exit
        self.drop_resting()

    def drop_entry(self) -> None:
        self.enter = 0
        self.planned = -1

    def drop_resting(self) -> None:
        self.resting = 0  # 1 to buy, -1 to sell short
        self.level = NAN
        self.resting_signal = -1
        self.until = -1  # the last row on which it rests
        self.rung = 0  # of the ladder: the next one to fill
        self.parts = -1  # lots of the whole ladder
