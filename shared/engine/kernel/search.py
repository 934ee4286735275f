"""The batch loop: it proposes the next bar on which something can happen, and the stepper decides there.

What it reads of prices is only whether a level could be met. A bar too many costs time; none is left out.
"""

import cython
import numpy as np

from shared.engine.kernel.views import view

if cython.compiled:
    from cython.cimports.shared.engine.kernel.account import Orders, Position
    from cython.cimports.shared.engine.kernel.closing import trail
    from cython.cimports.shared.engine.kernel.desk import Desk
    from cython.cimports.shared.engine.kernel.leaving import target_now
    from cython.cimports.shared.engine.kernel.stepper import Stepper
else:
    from shared.engine.kernel.account import Orders, Position
    from shared.engine.kernel.closing import trail
    from shared.engine.kernel.desk import Desk
    from shared.engine.kernel.leaving import target_now
    from shared.engine.kernel.stepper import Stepper


class Search:
    def __init__(self, stepper: Stepper) -> None:
        self.stepper = stepper
        self.desk: Desk = stepper.desks[0]
        self.terms = stepper.terms
        self.carries = self.terms.borrow_rate != 0.0 or self.terms.funding_rate != 0.0
        self.every_bar = (
            len(stepper.desks) > 1 or self.desk.programmed or self.terms.halted or self.terms.margin > 0.0
        )
        self.asked = view(np.full((3, 2), -1, dtype=np.int64))  # by side: from where, what was found

    def to_end(self) -> None:
        """Every bar that is proposed is worked off, up to the end of the data or the account."""
        stepper: Stepper = self.stepper
        bars: cython.Py_ssize_t = stepper.time.shape[0]
        while not stepper.ended and stepper.at < bars:
            if stepper.at > 0 and not self.every_bar:
                self.pass_over(bars)
                if stepper.at == bars:
                    return
            stepper.step()

    def pass_over(self, bars: cython.Py_ssize_t) -> None:
        """Fill in the equity of the bars on which nothing happens, and be at the next."""
        desk: Desk = self.desk
        orders: Orders = desk.orders
        position: Position = desk.position
        if orders.enter != 0 or orders.leave >= 0 or orders.resting != 0:
            return
        if position.lots == 0:
            self._flat(self.next_signal(0, bars))
        elif not self.carries:
            self._held(self._next_of_held(bars))

    def _next_of_held(self, bars: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """The next bar for a position, as far as rules and bars held tell."""
        position: Position = self.desk.position
        found: cython.Py_ssize_t = self.next_signal(position.side(), bars)
        last: cython.longlong = position.entry_row + self.terms.time_stop
        return last if last < found else found

    def next_signal(self, side: cython.longlong, bars: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """The next bar on which one of the rules holds that are asked in such a position."""
        case: cython.Py_ssize_t = side + 1
        start: cython.Py_ssize_t = self.stepper.at
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

    def _flat(self, until: cython.Py_ssize_t) -> None:
        stepper: Stepper = self.stepper
        i: cython.Py_ssize_t
        equity: cython.double = stepper.account.cash / 100000000.0
        for i in range(stepper.at, until):
            stepper.equity[i] = equity
        self._be_at(until)

    def _held(self, until: cython.Py_ssize_t) -> None:
        """Up to the bar that meets a level: trailing levels go along."""
        desk: Desk = self.desk
        row: cython.Py_ssize_t = self.stepper.at
        if self.terms.trailed:
            # Bar by bar: a level that has moved is not moved back where the account ends on the way.
            while row < until and not self._meets(row) and self._fill(row, row + 1) > row:
                desk.row = row
                desk.inside = False
                trail(desk)
                row += 1
            self._be_at(row)
            return
        levels: cython.bint = self.terms.stopped or self.terms.targets > 0
        row = self._first_met(row, until) if levels else until
        self._be_at(self._fill(self.stepper.at, row))

    def _meets(self, row: cython.Py_ssize_t) -> cython.bint:
        desk: Desk = self.desk
        position: Position = desk.position
        number: cython.Py_ssize_t = target_now(desk)
        if position.lots > 0:
            if desk.low[row] <= position.trail or desk.low[row] <= position.stop:
                return True
            return number >= 0 and desk.high[row] >= position.targets[number]
        if desk.high[row] >= position.trail or desk.high[row] >= position.stop:
            return True
        return number >= 0 and desk.low[row] <= position.targets[number]

    def _first_met(self, row: cython.Py_ssize_t, until: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """The first bar whose range comes to the stop or the nearest target, which do not move."""
        desk: Desk = self.desk
        position: Position = desk.position
        number: cython.Py_ssize_t = target_now(desk)
        target: cython.double = position.targets[number] if number >= 0 else float("nan")
        below: cython.double = position.stop if position.lots > 0 else target
        above: cython.double = target if position.lots > 0 else position.stop
        while row < until and not (desk.low[row] <= below or desk.high[row] >= above):
            row += 1
        return row

    def _fill(self, start: cython.Py_ssize_t, until: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """The equity of a position, up to a bar on which it is nothing, or more than the grid carries."""
        stepper: Stepper = self.stepper
        desk: Desk = self.desk
        i: cython.Py_ssize_t
        worth: cython.double
        equity: cython.longlong
        cash: cython.longlong = stepper.account.cash
        beside: cython.double = abs(cash)
        size: cython.double = desk.position.lots * desk.scale
        for i in range(start, until):
            worth = half_even(desk.close[i] * size)
            if abs(worth) + beside >= 9e18:
                return i
            equity = cash + cython.cast(cython.longlong, worth)
            if equity <= 0:
                return i
            stepper.equity[i] = equity / 100000000.0
            stepper.exposed[i] = 1
        return until

    def _be_at(self, row: cython.Py_ssize_t) -> None:
        desk: Desk = self.desk
        stepper: Stepper = self.stepper
        if row > stepper.at:
            stepper.at = row
            desk.row = row - 1
            desk.mark_at(desk.close[row - 1])


def half_even(x: cython.double) -> cython.double:
    """That of `fills`, where the C compiler sees it: a call for each bar would cost more than the rest."""
    if x >= 0.0:
        return (x + 4503599627370496.0) - 4503599627370496.0 if x < 4503599627370496.0 else x
    return -((4503599627370496.0 - x) - 4503599627370496.0) if x > -4503599627370496.0 else x


def lowest_bit(set: cython.ulonglong) -> cython.Py_ssize_t:
    place: cython.Py_ssize_t = 0
    width: cython.Py_ssize_t = 32
    while width > 0:
        if (set & ((cython.cast(cython.ulonglong, 1) << width) - 1)) == 0:
            set >>= width
            place += width
        width >>= 1
    return place
