"""All that there is to one symbol: its bars, its rules, what is held of it and what was ordered."""

import cython
import numpy as np
from cython.cimports.libc.math import sqrt

from shared.engine.bars import Bars
from shared.engine.costs import Instrument
from shared.engine.kernel.account import Account, Orders, Position
from shared.engine.kernel.distances import Distance
from shared.engine.kernel.fills import on_tick, slipped, value_of
from shared.engine.kernel.finer import Finer
from shared.engine.kernel.numeric import NAN
from shared.engine.kernel.programs import Machine
from shared.engine.kernel.records import Records
from shared.engine.kernel.terms import Terms
from shared.engine.kernel.views import NONE, view
from shared.engine.plan import Rates


class Desk:
    def __init__(
        self,
        index: cython.Py_ssize_t,
        bars: Bars,
        instrument: Instrument,
        account: Account,
        records: Records,
        terms: Terms,
    ) -> None:
        self.index, self.account, self.records, self.terms = index, account, records, terms
        self.position, self.orders = Position(), Orders()
        self._take_bars(bars)
        self._take_grid(instrument)
        self.converted = False
        self.rate = 1.0  # what a unit of the symbol's currency costs now, in the account's
        self.opening_rate = self.closing_rate = NONE
        self.worths = self.close  # of a unit at each close, in the account's currency
        self.no_words = view(np.zeros((len(bars) + 63) // 64 + 1, dtype=np.uint64))
        self.long_entry = self.long_exit = self.short_entry = self.short_exit = self.no_words
        self.rules = self.no_words  # any of the four
        self.programs: list[Machine | None] = [None] * 4
        self.programmed = False
        self.stop = self.trail = self.rung_step = Distance(0, 0.0)
        self.targets: list[Distance] = []
        self.limit_long = NONE
        self.limit_short = self.highest = self.lowest = self.ranges = self.volatility = self.limit_long
        self.next: Desk | None = None
        self.here = False  # whether it has a bar at the time that is being worked off
        self.wants = 0
        self.finer = Finer(None, 0)
        self.resolved = False  # this bar was walked on finer ones
        self.inner_open = self.inner_high = self.inner_low = NAN  # of the bar that orders meet, it or a finer
        self.volume_left = 0
        self.since = NAN  # the first price that the position's orders meet in this bar
        self.inside = self.targets_wait = False  # how it was entered in this bar
        self.in_legs = False
        self.whole_profit = NAN  # of all legs
        self.begin()

    def begin(self) -> None:
        self.row = -1  # the newest of its bars
        self.mark = NAN  # the last known price
        self.position.clear()
        self.orders.begin()

    def _take_bars(self, bars: Bars) -> None:
        floats = (np.ascontiguousarray(column, dtype=np.float64) for column in bars.prices)
        self.open, self.high, self.low, self.close, self.volume = map(view, floats)
        self.time = view(np.ascontiguousarray(bars.time, dtype=np.int64))
        self.length = len(bars)
        self.duration = 0  # µs of a bar

    def _take_grid(self, instrument: Instrument) -> None:
        units = instrument.lot * 1e8
        self.scale = round(units) if abs(units - round(units)) < 1e-9 * units else units
        self.lot, self.tick = instrument.lot, instrument.tick
        ticks = 1 / self.tick if self.tick else 0.0
        self.per_unit = round(ticks) if abs(ticks - round(ticks)) < 1e-9 * ticks else 0.0
        self.fee_per_lot = 0.0

    def convert(self, rates: Rates) -> None:
        self.converted = True
        self.opening_rate, self.closing_rate = view(rates.opening), view(rates.closing)
        self.worths = view(np.asarray(self.close) * rates.closing)

    def value(self, price: cython.double, lots: cython.longlong) -> cython.double:
        return value_of(price * self.rate, lots, self.scale)

    def lot_worth(self, price: cython.double) -> cython.double:
        return price * self.rate * self.scale

    def refuse(self, why: cython.Py_ssize_t) -> None:
        """An entry; but where the grid ends as it is sized, it is the run that ends."""
        if not self.account.beyond:
            self.records.refuse(why)

    def says_something(self) -> cython.bint:
        """Whether any of its rules holds at the close of this bar."""
        return (self.rules[self.row >> 6] >> (self.row & 63)) & 1 == 1

    def holds(self, rule: cython.longlong) -> cython.bint:
        """At the close of this bar, of long entry (0), long exit, short entry and short exit (3)."""
        if self.programmed and self.programs[rule] is not None:
            return self._works_out(rule)
        word: cython.ulonglong
        if rule < 2:
            word = self.long_entry[self.row >> 6] if rule == 0 else self.long_exit[self.row >> 6]
        else:
            word = self.short_entry[self.row >> 6] if rule == 2 else self.short_exit[self.row >> 6]
        return (word >> (self.row & 63)) & 1 == 1

    def _works_out(self, rule: cython.longlong) -> cython.bint:
        machine: Machine = self.programs[rule]
        if self.position.lots == 0:
            return machine.result(self.row, 0.0, NAN, NAN) == 1.0
        bars: cython.double = self.row - self.position.entry_row
        return machine.result(self.row, 1.0, bars, self.profit_percent()) == 1.0

    def profit_percent(self) -> cython.double:
        """Of the position at the last known price, costs included."""
        if self.in_legs or self.position.cost == 0:
            return self.whole_profit
        gross: cython.double = self.account.worth[self.index] - self.position.side() * self.position.cost
        return 100.0 * (gross - self.position.fees) / self.position.cost

    def mark_at_close(self) -> None:
        if self.converted:
            self.rate = self.closing_rate[self.row]
        self.mark_at(self.close[self.row])

    def mark_at_open(self) -> None:
        if self.converted:
            self.rate = self.opening_rate[self.row]
        self.mark_at(self.open[self.row])

    def mark_at(self, price: cython.double) -> None:
        self.mark = price
        value: cython.double = self.value(price, self.position.lots)
        # As much as the grid carries: whoever asks for the equity is told that it has ended.
        value = 9e18 if value > 9e18 else -9e18 if value < -9e18 else value
        self.account.worth[self.index] = cython.cast(cython.longlong, value)

    def worsened(
        self, direction: cython.longlong, price: cython.double, lots: cython.longlong
    ) -> cython.double:
        """What a market or stop order gets: direction is 1 to buy, -1 to sell."""
        amount: cython.double = self.terms.slippage_amount
        kind: cython.longlong = self.terms.slippage
        if amount != 0.0:
            if kind == 0:
                price = slipped(price, direction, amount, 0.0)
            elif kind == 1:
                price = slipped(price, direction, 0.0, amount)
            elif kind == 2:
                price = slipped(price, direction, 0.0, amount * self._range())
            else:
                price = slipped(price, direction, amount * self._impact(lots), 0.0)
        return on_tick(price, direction > 0, self.tick, self.per_unit)

    def _range(self) -> cython.double:
        """The average true range of the bar before, or its own range as long as there is no average."""
        before: cython.Py_ssize_t = self.row - 1
        if before < 0:  # of legs, one may begin in the bar of the entry
            return 0.0
        known: cython.double = self.ranges[before]
        return known if known == known else self.high[before] - self.low[before]

    def _impact(self, lots: cython.longlong) -> cython.double:
        """The daily deviation of the bar before times the root of the order's part of this bar's volume."""
        before: cython.Py_ssize_t = self.row - 1
        if before < 0:
            return 0.0
        daily: cython.double = self.volatility[before] / 19.104973174542800  # √365
        if daily != daily:
            daily = (self.high[before] - self.low[before]) / self.close[before]
        volume: cython.double = self.volume[self.row]
        return daily * (sqrt(lots * self.lot / volume) if volume > 0.0 else 1.0)
