"""One time after another: everything that happens to every symbol that has a bar then."""

from typing import Any

import cython
import numpy as np

from shared.engine.bars import Integers
from shared.engine.kernel.views import view, whole_zeros

if cython.compiled:
    from cython.cimports.shared.engine.kernel.account import Account
    from cython.cimports.shared.engine.kernel.closing import (
        decide_entry,
        decide_exits,
        take_close,
        takes_a_place,
    )
    from cython.cimports.shared.engine.kernel.desk import Desk
    from cython.cimports.shared.engine.kernel.halts import Halts
    from cython.cimports.shared.engine.kernel.inside import work_inside
    from cython.cimports.shared.engine.kernel.leaving import leave
    from cython.cimports.shared.engine.kernel.opening import enter_at_open, exit_at_open, take_open
    from cython.cimports.shared.engine.kernel.records import Records
    from cython.cimports.shared.engine.kernel.terms import Terms
else:
    from shared.engine.kernel.account import Account
    from shared.engine.kernel.closing import decide_entry, decide_exits, take_close, takes_a_place
    from shared.engine.kernel.desk import Desk
    from shared.engine.kernel.halts import Halts
    from shared.engine.kernel.inside import work_inside
    from shared.engine.kernel.leaving import leave
    from shared.engine.kernel.opening import enter_at_open, exit_at_open, take_open
    from shared.engine.kernel.records import Records
    from shared.engine.kernel.terms import Terms


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
        self.halts, self.legs, self.in_legs = halts, legs, legs is not None
        self.time_row = np.ascontiguousarray(time, dtype=np.int64)
        self.time = view(self.time_row)
        self.equity_row, self.exposed_row = np.empty(len(time)), np.zeros(len(time), dtype=np.bool_)
        self.equity = view(self.equity_row)
        self.exposed = view(self.exposed_row.view(np.uint8))
        self.here = whole_zeros(len(desks))  # which have a bar at this time
        self.at = 0  # the next time
        self.ended = False  # before the data did

    def step(self) -> None:
        account: Account = self.account
        account.at = self.at
        self._arrive()
        self._open()
        self._inside()
        equity: cython.longlong = self._close()
        if account.beyond:
            self._stop(self.equity[self.at - 1] if self.at > 0 else account.cash / 100000000.0)
            return
        self.equity[self.at] = equity / 100000000.0
        self.exposed[self.at] = self._is_exposed()
        if account.ruined or equity <= 0:
            self._ruin()
        else:
            self._decide(self.terms.halted and self.halts.judge(self.time[self.at], equity))
        self.at += 1
        if account.ruined and account.gross() == 0.0 and not self._is_exposed():
            self._stop(account.cash / 100000000.0)

    def _arrive(self) -> None:
        i: cython.Py_ssize_t
        desk: Desk
        for i in range(self.here.shape[0]):
            desk = self.desks[i]
            self.here[i] = desk.row + 1 < desk.length and desk.time[desk.row + 1] == self.time[self.at]

    def _open(self) -> None:
        """Every exit is done before the first entry."""
        i: cython.Py_ssize_t
        desk: Desk
        for i in range(self.here.shape[0]):
            if self.here[i]:
                desk = self.desks[i]
                take_open(desk, desk.row + 1)
        for i in range(self.here.shape[0]):
            if self.here[i]:
                exit_at_open(self.desks[i])
        if self.in_legs:
            self.legs.enter(self._everyone_is_here())
            return
        for i in range(self.here.shape[0]):
            if self.here[i] and not self.account.beyond:
                enter_at_open(self.desks[i])

    def _everyone_is_here(self) -> cython.bint:
        i: cython.Py_ssize_t
        missing: cython.Py_ssize_t = 0
        for i in range(self.here.shape[0]):
            missing += 0 if self.here[i] else 1
        return missing == 0

    def _inside(self) -> None:
        i: cython.Py_ssize_t
        if self.in_legs:
            return
        for i in range(self.here.shape[0]):
            if self.here[i] and not self.account.beyond:
                work_inside(self.desks[i])

    def _close(self) -> cython.longlong:
        i: cython.Py_ssize_t
        for i in range(self.here.shape[0]):
            if self.here[i] and not self.account.beyond:
                take_close(self.desks[i])
        return self.account.equity()

    def _is_exposed(self) -> cython.bint:
        i: cython.Py_ssize_t
        desk: Desk
        for i in range(self.here.shape[0]):
            desk = self.desks[i]
            if desk.position.lots != 0:
                return True
        return False

    def _decide(self, halted: cython.bint) -> None:
        """Every exit is decided before the first entry."""
        i: cython.Py_ssize_t
        if self.in_legs:
            if self.here[0]:
                self.legs.decide(halted)
            return
        for i in range(self.here.shape[0]):
            if self.here[i]:
                decide_exits(self.desks[i])
        for i in range(self.here.shape[0]):
            if self.here[i]:
                decide_entry(self.desks[i], halted, self._places(i))

    def _places(self, but: cython.Py_ssize_t) -> cython.longlong:
        i: cython.Py_ssize_t
        places: cython.longlong = 0
        for i in range(self.here.shape[0]):
            if i != but and takes_a_place(self.desks[i]):
                places += 1
        return places

    def _ruin(self) -> None:
        """Nothing is left: everything goes at the next open, and nothing is bought again."""
        i: cython.Py_ssize_t
        desk: Desk
        self.account.ruined = True
        for i in range(self.here.shape[0]):
            desk = self.desks[i]
            desk.orders.drop_entry()
            desk.orders.drop_resting()
            desk.orders.leave = 6 if desk.position.lots != 0 else -1

    def _stop(self, equity: cython.double) -> None:
        """The rest of the run is what is left now."""
        self.ended = True
        self.equity_row[self.at :] = equity
        self.exposed_row[self.at :] = False

    def finish(self) -> None:
        """At the last close, by market orders: what is still open."""
        i: cython.Py_ssize_t
        desk: Desk
        if self.ended or self.at == 0:
            return
        self.account.at = self.at - 1
        for i in range(self.here.shape[0]):
            desk = self.desks[i]
            if desk.position.lots != 0:
                leave(desk, abs(desk.position.lots), desk.close[desk.row], 7, False)
        if not self.account.beyond:
            self.equity[self.at - 1] = self.account.cash / 100000000.0

    def final(self) -> int:
        """The cash when all is sold; where the grid ended before, what it still carried."""
        if self.account.beyond:
            return round(float(self.equity_row[-1]) * 1e8)
        return int(self.account.cash)
