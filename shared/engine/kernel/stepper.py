"""One time after another: everything that happens to every symbol that has a bar then."""

from itertools import pairwise
from typing import Any

import cython
import numpy as np

from shared.engine.bars import Integers
from shared.engine.kernel.account import Account
from shared.engine.kernel.closing import decide_entry, decide_exits, take_close, takes_a_place
from shared.engine.kernel.curves import Curve, Rows
from shared.engine.kernel.desk import Desk
from shared.engine.kernel.detail import work_on_finer_bars
from shared.engine.kernel.halts import Halts
from shared.engine.kernel.inside import work_inside
from shared.engine.kernel.leaving import leave
from shared.engine.kernel.opening import enter_at_open, exit_at_open, take_open
from shared.engine.kernel.records import Records
from shared.engine.kernel.terms import NEVER, Terms
from shared.engine.kernel.views import view


def chained(desks: list[Desk]) -> Desk:
    """The first of them, each with the next: what is done for each at every bar asks no list for it."""
    for desk, following in pairwise(desks):
        desk.next = following
    return desks[0]


class Stepper:
    def __init__(
        self,
        desks: list[Desk],
        account: Account,
        records: Records,
        terms: Terms,
        halts: Halts,
        legs: Any,  # Legs, or None
        time: Integers,
    ) -> None:
        self.desks, self.account, self.records, self.terms = desks, account, records, terms
        self.first = chained(desks)
        self.halts, self.legs, self.in_legs = halts, legs, legs is not None
        self.time_row = np.ascontiguousarray(time, dtype=np.int64)
        self.time = view(self.time_row)
        self.curve: Curve = Rows(len(time), self.first.worths)
        self.limited = terms.positions < NEVER
        self.alone = len(desks) == 1 and legs is None  # the times are its symbol's own
        self.first.here = self.alone
        self.detailed = False  # there are finer bars
        self.begin(account.cash)

    def begin(self, cash: cython.longlong) -> None:
        """But for what halts entries, and for legs."""
        desk: Desk
        self.account.begin(cash)
        self.records.begin()
        for desk in self.desks:
            desk.begin()
        self.at = 0  # the next time
        self.opened = False  # its orders at the open are done
        self.ended = False  # before the data did
        self.carried = cash  # the equity of the last close, where the grid ends after it

    def step(self) -> None:
        account: Account = self.account
        if self.alone:
            self._turn()
        else:
            account.at = self.at
            self.carried = account.equity()
            self._arrive()
            self._open()
            self._inside()
            self._close()
        equity: cython.longlong = account.equity()
        if account.beyond:
            self.stop()
            return
        self.curve.close(self.at, equity, self._is_exposed())
        if account.ruined or equity <= 0:
            self._ruin()
        else:
            self.decide(self.terms.halted and self.halts.judge(self.time[self.at], equity))
        self.at += 1
        if account.ruined and account.gross() == 0.0 and not self._is_exposed():
            self.carried = account.cash
            self.stop()

    def trade_at_open(self) -> None:
        """The only symbol's orders; what is left of the bar may be worked off later."""
        desk: Desk = self.first
        self.account.at = self.at
        self.carried = self.account.equity()
        self.opened = True
        take_open(desk, self.at)
        exit_at_open(desk)
        if not self.account.beyond:
            enter_at_open(desk)

    def _turn(self) -> None:
        """A bar of one symbol: what the next four do for several."""
        desk: Desk = self.first
        if self.opened:
            take_open(desk, self.at)
        else:
            self.trade_at_open()
        self.opened = False
        if not self.account.beyond and self.detailed:
            work_on_finer_bars(desk)
        elif not self.account.beyond:
            work_inside(desk)
        if not self.account.beyond:
            take_close(desk)

    def _arrive(self) -> None:
        desk: Desk | None = self.first
        while desk is not None:
            desk.here = desk.row + 1 < desk.length and desk.time[desk.row + 1] == self.time[self.at]
            desk = desk.next

    def _open(self) -> None:
        """Every exit is done before the first entry."""
        desk: Desk | None = self.first
        while desk is not None:
            if desk.here:
                take_open(desk, desk.row + 1)
            desk = desk.next
        desk = self.first
        while desk is not None:
            if desk.here:
                exit_at_open(desk)
            desk = desk.next
        if self.in_legs:
            self.legs.enter(self._everyone_is_here())
            return
        desk = self.first
        while desk is not None:
            if desk.here and not self.account.beyond:
                enter_at_open(desk)
            desk = desk.next

    def _everyone_is_here(self) -> cython.bint:
        desk: Desk | None = self.first
        while desk is not None and desk.here:
            desk = desk.next
        return desk is None

    def _inside(self) -> None:
        desk: Desk | None = self.first
        if self.in_legs:
            return
        if self.detailed:
            work_on_finer_bars(self.first)
            return
        while desk is not None:
            if desk.here and not self.account.beyond:
                work_inside(desk)
            desk = desk.next

    def _close(self) -> None:
        desk: Desk | None = self.first
        while desk is not None:
            if desk.here and not self.account.beyond:
                take_close(desk)
            desk = desk.next

    def _is_exposed(self) -> cython.bint:
        desk: Desk | None = self.first
        while desk is not None and desk.position.lots == 0:
            desk = desk.next
        return desk is not None

    def decide(self, halted: cython.bint) -> None:
        """Every exit is decided before the first entry."""
        desk: Desk | None = self.first
        if self.alone:
            decide_exits(self.first)
            decide_entry(self.first, halted, 0)
            return
        if self.in_legs:
            if self.first.here:
                self.legs.decide(halted)
            return
        while desk is not None:
            if desk.here:
                decide_exits(desk)
            desk = desk.next
        self._decide_entries(halted)

    def _decide_entries(self, halted: cython.bint) -> None:
        desk: Desk | None = self.first
        places: cython.longlong = self._places() if self.limited else 0
        while desk is not None:
            if desk.here and not self.limited:
                decide_entry(desk, halted, 0)
            elif desk.here:
                places -= takes_a_place(desk)
                decide_entry(desk, halted, places)
                places += takes_a_place(desk)
            desk = desk.next

    def _places(self) -> cython.longlong:
        desk: Desk | None = self.first
        places: cython.longlong = 0
        while desk is not None:
            places += takes_a_place(desk)
            desk = desk.next
        return places

    def _ruin(self) -> None:
        """Nothing is left: everything goes at the next open, and nothing is bought again."""
        desk: Desk
        self.account.ruined = True
        for desk in self.desks:
            desk.orders.drop_entry()
            desk.orders.drop_resting()
            desk.orders.leave = 6 if desk.position.lots != 0 else -1

    def stop(self) -> None:
        """The rest of the run is what is left now; what is open stays so."""
        self.ended = True
        row: cython.Py_ssize_t
        exposed: cython.bint = self._is_exposed()
        for row in range(self.at, self.time.shape[0]):
            self.curve.close(row, self.carried, exposed)

    def finish(self) -> None:
        """At the last close, by market orders: what is still open."""
        desk: Desk
        if self.ended or self.at == 0:
            return
        self.account.at = self.at - 1
        self.carried = self.account.equity()
        exposed: cython.bint = self._is_exposed()
        for desk in self.desks:
            if desk.position.lots != 0:
                leave(desk, abs(desk.position.lots), desk.close[desk.row], 7, False)
        if not self.account.beyond:
            self.curve.close(self.at - 1, self.account.cash, exposed)

    def final(self) -> int:
        """The cash when all is sold; where the grid ended before, what it still carried."""
        return int(self.carried if self.account.beyond else self.account.cash)
