"""The batch loop: it passes over the bars on which nothing can happen, and the stepper decides on the others.

What it reads of prices is only whether a level could be met. A bar too many costs time; none is left out.
"""

import cython
import numpy as np

from shared.engine.kernel.account import Orders, Position
from shared.engine.kernel.closing import trail
from shared.engine.kernel.desk import Desk
from shared.engine.kernel.fills import nearer
from shared.engine.kernel.leaving import stop_now, target_now
from shared.engine.kernel.numeric import NAN, lowest_bit
from shared.engine.kernel.stepper import Stepper
from shared.engine.kernel.stretches import soon, untouched
from shared.engine.kernel.views import view


class Search:
    def __init__(self, stepper: Stepper) -> None:
        self.stepper = stepper
        self.desk: Desk = stepper.desks[0]
        self.terms = stepper.terms
        self.limited = self.terms.volume_limit == self.terms.volume_limit
        self.carries = self.terms.borrow_rate != 0.0 or self.terms.funding_rate != 0.0
        self.every_bar = (
            len(stepper.desks) > 1 or self.desk.programmed or self.terms.halted or self.terms.margin > 0.0
        ) or (stepper.detailed and self.terms.trailed)  # a level moves inside the bar
        # A trailing level of a part of the best price moves only with that price.
        self.steady = self.desk.trail.kind == 0 and self.desk.highest.shape[0] == 0
        self.below = self.above = self.floor = self.ceiling = NAN
        self.asked = view(np.empty((3, 2), dtype=np.int64))  # by side: from where, what was found

    def to_end(self) -> None:
        """Up to the end of the data or the account."""
        stepper: Stepper = self.stepper
        orders: Orders = self.desk.orders
        self.asked[0, 0] = self.asked[1, 0] = self.asked[2, 0] = -1
        bars: cython.Py_ssize_t = stepper.time.shape[0]
        while not stepper.ended and stepper.at < bars:
            if self.every_bar or orders.enter != 0 or orders.leave >= 0 or orders.resting != 0:
                stepper.step()
            elif self.desk.position.lots == 0:
                self._wait(bars)
            elif self.carries:
                stepper.step()
            else:
                self._hold(bars)

    def _wait(self, bars: cython.Py_ssize_t) -> None:
        """Nothing is held: up to the next bar on which a rule asks for a position."""
        stepper: Stepper = self.stepper
        cash: cython.longlong = stepper.account.cash
        until: cython.Py_ssize_t = self.next_signal(0, stepper.at, bars)
        if cash <= 0 or not cash < 9e18:
            stepper.step()
            return
        self._fetch(until, self._entered_at(until) if until < bars else 0, bars)
        until = until + 1 if until < bars else bars
        stepper.curve.level(stepper.at, until, cash)
        self._be_at(until)
        self._decide(bars)

    def _hold(self, bars: cython.Py_ssize_t) -> None:
        """Up to the next bar that asks something of the position, meets a level of it or ends the account."""
        stepper: Stepper = self.stepper
        until: cython.Py_ssize_t = self._next_of_held(bars)
        self._fetch(until, 0, bars)
        until = until + 1 if until < bars else bars
        self._held(until)
        if stepper.at == until:
            self._decide(bars)
        else:
            stepper.step()

    def _decide(self, bars: cython.Py_ssize_t) -> None:
        """At the close of the bar before, and trade at the next open."""
        stepper: Stepper = self.stepper
        orders: Orders = self.desk.orders
        stepper.decide(False)
        if stepper.at < bars and not self.limited and (orders.leave >= 0 or orders.enter != 0):
            stepper.trade_at_open()
            if stepper.account.beyond:
                stepper.stop()

    def _next_of_held(self, bars: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """The next bar for a position, as far as rules and bars held tell."""
        position: Position = self.desk.position
        found: cython.Py_ssize_t = self.next_signal(position.side(), self.stepper.at, bars)
        last: cython.longlong = position.entry_row + self.terms.time_stop
        return last if last < found else found

    def _fetch(self, until: cython.Py_ssize_t, side: cython.longlong, bars: cython.Py_ssize_t) -> None:
        """Prices are waited for longer than all that is done with them: those of this and the next decision.

        `side`: of the position that the first of them leads to.
        """
        if until + 1 < bars:
            soon(self.desk.close, until)
            soon(self.desk.open, until + 1)
            soon(self.desk.open, self.next_signal(side, until + 1, bars) + 1)

    def _entered_at(self, row: cython.Py_ssize_t) -> cython.longlong:
        return 1 if (self.desk.long_entry[row >> 6] >> (row & 63)) & 1 == 1 else -1

    def next_signal(
        self, side: cython.longlong, start: cython.Py_ssize_t, bars: cython.Py_ssize_t
    ) -> cython.Py_ssize_t:
        """The next bar on which one of the rules holds that are asked in such a position."""
        case: cython.Py_ssize_t = side + 1
        if not (self.asked[case, 0] >= 0 and self.asked[case, 0] <= start <= self.asked[case, 1]):
            self.asked[case, 0] = start
            self.asked[case, 1] = self._scan(side, start, bars)
        return self.asked[case, 1]

    def _scan(
        self, side: cython.longlong, start: cython.Py_ssize_t, bars: cython.Py_ssize_t
    ) -> cython.Py_ssize_t:
        """Bits of 64 bars at a time."""
        word: cython.Py_ssize_t = start >> 6
        last: cython.Py_ssize_t = (bars - 1) >> 6
        set: cython.ulonglong = self._asked(side, word) >> (start & 63)
        found: cython.Py_ssize_t = start
        while set == 0:
            word += 1
            if word > last:
                return bars
            set = self._asked(side, word)
            found = word << 6
        found += lowest_bit(set)
        return found if found < bars else bars

    def _asked(self, side: cython.longlong, word: cython.Py_ssize_t) -> cython.ulonglong:
        desk: Desk = self.desk
        adds: cython.bint = self.terms.pyramiding > 1
        if side == 0:
            return desk.long_entry[word] | desk.short_entry[word]
        if side > 0:
            return desk.long_exit[word] | desk.short_entry[word] | (desk.long_entry[word] if adds else 0)
        return desk.short_exit[word] | desk.long_entry[word] | (desk.short_entry[word] if adds else 0)

    def _held(self, until: cython.Py_ssize_t) -> None:
        """Up to the bar that meets a level, or on which the account ends: a trailing level goes along."""
        position: Position = self.desk.position
        row: cython.Py_ssize_t = self.stepper.at
        best: cython.double = position.best
        trailed: cython.double = position.trail
        doubts: cython.longlong = self.stepper.records.doubts[1]
        met: cython.Py_ssize_t = self._untouched(row, until) if self.terms.protected else until
        end: cython.Py_ssize_t = self._fill(row, met)
        if end < met and self.terms.protected:
            position.best, position.trail, self.desk.row = best, trailed, row - 1
            self.stepper.records.doubts[1] = doubts
            self._untouched(row, end)
        self._be_at(end)

    def _untouched(self, row: cython.Py_ssize_t, until: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """The first bar that meets a level; every bar before has moved the trailing one."""
        desk: Desk = self.desk
        self._look()
        if not self.terms.trailed:
            return untouched(desk.low, desk.high, row, until, self.below, self.above)
        while row < until:
            if self.steady:  # up to a level, or to the best price, beyond which the trailing one moves
                below: cython.double = self.floor if nearer(True, self.floor, self.below) else self.below
                above: cython.double = self.ceiling if nearer(False, self.ceiling, self.above) else self.above
                while row < until and not (desk.low[row] <= below or desk.high[row] >= above):
                    row += 1
            if row == until or self._meets(row):
                break
            desk.row = row
            desk.inside = False
            trail(desk)
            self._look()
            row += 1
        return row

    def _look(self) -> None:
        """The levels that a bar may come to, and the best price, beyond which a trailing level moves."""
        desk: Desk = self.desk
        position: Position = desk.position
        stop: cython.double = stop_now(desk)
        number: cython.Py_ssize_t = target_now(desk)
        target: cython.double = position.targets[number] if number >= 0 else NAN
        best: cython.double = position.best
        if position.lots > 0:
            self.below, self.above, self.floor, self.ceiling = stop, target, NAN, best
        else:
            self.below, self.above, self.floor, self.ceiling = target, stop, best, NAN

    def _meets(self, row: cython.Py_ssize_t) -> cython.bint:
        return self.desk.low[row] <= self.below or self.desk.high[row] >= self.above

    def _fill(self, start: cython.Py_ssize_t, until: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """The equity of a position, up to a bar on which it is nothing, or more than the grid carries."""
        desk: Desk = self.desk
        size: cython.double = desk.position.lots * desk.scale
        return self.stepper.curve.held(start, until, self.stepper.account.cash, size)

    def _be_at(self, row: cython.Py_ssize_t) -> None:
        desk: Desk = self.desk
        stepper: Stepper = self.stepper
        if row > stepper.at:
            stepper.at = row
            stepper.opened = False
            desk.row = row - 1
            desk.mark_at_close()
