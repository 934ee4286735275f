"""One position in several symbols: entered at one open, decided on the first leg's bars, left together."""

import cython
import numpy as np

from shared.engine.kernel.desk import Desk
from shared.engine.kernel.sizing import bet, paid_by, price_of, whole_lots
from shared.engine.kernel.terms import Terms
from shared.engine.kernel.trading import fee_of, trade
from shared.engine.kernel.views import view, whole_zeros, zeros

NOTHING = float("-inf")


class Legs:
    def __init__(self, desks: list[Desk], weights: tuple[float, ...], stop: float, target: float) -> None:
        """`stop` and `target` are parts of the gross cost; NaN: none."""
        self.desks, self.stop, self.target = desks, stop, target
        self.weights = view(np.array(weights))
        self.gross = sum(abs(weight) for weight in weights)
        # Sizes in cash, in percent of the equity and by Kelly include the commission.
        self.paying = 1.0 if desks[0].terms.size in (1, 2, 5) else 0.0
        self.lots = whole_zeros(len(weights))
        self.prices = zeros(len(weights))

    def side(self) -> cython.longlong:
        """1 where the positive weights are held long; 0 where nothing is held."""
        i: cython.Py_ssize_t
        desk: Desk
        for i in range(self.weights.shape[0]):
            desk = self.desks[i]
            if desk.position.lots != 0:
                return desk.position.side() if self.weights[i] > 0.0 else -desk.position.side()
        return 0

    def enter(self, everyone: cython.bint) -> None:
        """At the open; the order is the first leg's."""
        first: Desk = self.desks[0]
        side: cython.longlong = first.orders.enter
        if side == 0 or self.side() == -side:
            return
        first.orders.drop_entry()
        self._forget()
        if not everyone:
            first.refuse(12)
        elif self._of_volume() >= 1e9:
            first.refuse(6)
        elif self._sized(side):
            self._trade(side)

    def _forget(self) -> None:
        """Nothing of the entry before is carried."""
        i: cython.Py_ssize_t
        for i in range(self.weights.shape[0]):
            self.lots[i] = 0

    def _trade(self, side: cython.longlong) -> None:
        i: cython.Py_ssize_t
        desk: Desk
        fresh: cython.bint
        for i in range(self.weights.shape[0]):
            desk = self.desks[i]
            fresh = desk.position.lots == 0
            if not trade(desk, self._direction(i, side) * self.lots[i], self.prices[i], False, -1):
                return
            if fresh:
                desk.position.entry_row, desk.position.entry_at = desk.row, desk.account.at
            desk.position.entries += 1

    def _direction(self, leg: cython.Py_ssize_t, side: cython.longlong) -> cython.longlong:
        return side if self.weights[leg] > 0.0 else -side

    def _sized(self, side: cython.longlong) -> cython.bint:
        """Lots of every leg, by value as the weights are; fewer until the account and the bars give them."""
        first: Desk = self.desks[0]
        power: cython.double = first.terms.leverage
        room: cython.double = power * first.account.equity() - first.account.gross()
        total: cython.double = self._wanted(side)
        needed: cython.double
        if total != total or total == NOTHING:
            first.refuse(4 if total != total else 5)
            return False
        if not self._priced(side):
            first.refuse(7)
            return False
        if not self._split(total):
            first.refuse(1)
            return False
        some: cython.bint = self._priced(side)  # with the impact of all that is asked for
        while some:
            needed = max(self._needed(power) / room if room > 0.0 else 2.0, self._of_volume())
            if needed <= 1.0:
                return True
            total = self._less(total, needed)
            some = self._split(total)
        first.refuse(0)
        return False

    def _priced(self, side: cython.longlong) -> cython.bint:
        """What so many lots of each would get. False: slippage takes all of a price."""
        i: cython.Py_ssize_t
        desk: Desk
        for i in range(self.weights.shape[0]):
            desk = self.desks[i]
            self.prices[i] = desk.worsened(self._direction(i, side), desk.open[desk.row], self.lots[i])
            if not self.prices[i] > 0.0:
                return False
        return True

    def _wanted(self, side: cython.longlong) -> cython.double:
        """The value of all legs, in units; NaN where no size is known, NOTHING where none is bet."""
        first: Desk = self.desks[0]
        terms: Terms = first.terms
        equity: cython.double = first.account.equity()
        if terms.size == 0:
            price: cython.double = first.worsened(self._direction(0, side), first.open[first.row], 0)
            own: cython.double = first.value(price, whole_lots(terms.amount / first.lot))
            return own * self.gross / abs(self.weights[0])
        if terms.size == 1:
            return terms.amount * 100000000.0
        if terms.size == 2:
            return terms.amount * equity
        if terms.size == 3:
            return terms.amount * equity / self.stop
        if terms.size == 4:
            yearly: cython.double = first.volatility[first.orders.signal]
            return terms.amount / yearly * equity if yearly > 0.0 else float("nan")
        part: cython.double = bet(first.records, terms)
        return part * equity if part > 0.0 else NOTHING

    def _split(self, total: cython.double) -> cython.bint:
        """False: one gets none."""
        i: cython.Py_ssize_t
        desk: Desk
        for i in range(self.weights.shape[0]):
            desk = self.desks[i]
            part: cython.double = total * abs(self.weights[i]) / self.gross
            self.lots[i] = paid_by(desk, part, self.paying, self.prices[i], False)
            if self.lots[i] == 0:
                return False
        return True

    def _less(self, total: cython.double, needed: cython.double) -> cython.double:
        """As much as would fit; or, where all would keep their lots at that, what takes one of some leg."""
        i: cython.Py_ssize_t
        desk: Desk
        part: cython.double
        kept: cython.double = 0.0  # the least that leaves all their lots
        for i in range(self.weights.shape[0]):
            desk = self.desks[i]
            part = price_of(desk, self.lots[i], self.paying, self.prices[i], False)
            kept = max(kept, part * self.gross / abs(self.weights[i]))
        return total / needed if total / needed < kept else kept * (1.0 - 1e-9) - 1.0

    def _needed(self, power: cython.double) -> cython.double:
        i: cython.Py_ssize_t
        desk: Desk
        value: cython.double
        total: cython.double = 0.0
        for i in range(self.weights.shape[0]):
            desk = self.desks[i]
            value = desk.value(self.prices[i], self.lots[i])
            total += value + power * fee_of(desk, value, self.lots[i], False)
        return total

    def _of_volume(self) -> cython.double:
        """The greatest part of what a leg's bar gives."""
        i: cython.Py_ssize_t
        desk: Desk
        part: cython.double
        most: cython.double = 0.0
        for i in range(self.weights.shape[0]):
            desk = self.desks[i]
            part = self.lots[i] / (desk.volume_left + 0.0) if desk.volume_left > 0 else 1e9
            most = part if part > most else most
        return most

    def profit(self) -> cython.double:
        """At the last known prices, costs included, as a part of what all legs cost."""
        i: cython.Py_ssize_t
        desk: Desk
        gained: cython.double = 0.0
        cost: cython.double = 0.0
        for i in range(self.weights.shape[0]):
            desk = self.desks[i]
            gained += desk.account.worth[i] - desk.position.side() * desk.position.cost - desk.position.fees
            cost += desk.position.cost
        return gained / cost if cost > 0.0 else float("nan")

    def decide(self, halted: cython.bint) -> None:
        """At a close of the first leg: stop and target on the profit of all, then the rules."""
        first: Desk = self.desks[0]
        side: cython.longlong = self.side()
        first.whole_profit = 100.0 * self.profit()
        wants: cython.longlong = (1 if first.holds(0) else 0) - (1 if first.holds(2) else 0)
        waiting: cython.longlong = first.orders.enter
        if waiting != 0 and (wants == -waiting or first.holds(1 if waiting > 0 else 3)):
            first.orders.drop_entry()
        reason: cython.longlong = self._leaving()
        if side != 0 and reason < 0:
            reason = self._why_leave(side, wants)
            self._leave(reason)
        if wants == 0 or first.orders.enter == wants:
            return
        if side == wants and (reason >= 0 or first.position.entries >= first.terms.pyramiding):
            return
        if halted:
            first.refuse(11)
        elif first.orders.left_row >= 0 and first.row - first.orders.left_row < first.terms.cooldown:
            first.refuse(10)
        else:
            first.orders.enter, first.orders.signal = wants, first.row

    def _why_leave(self, side: cython.longlong, wants: cython.longlong) -> cython.longlong:
        first: Desk = self.desks[0]
        profit: cython.double = self.profit()
        if profit <= -self.stop:
            return 2
        if profit >= self.target:
            return 3
        if wants == -side:
            return 1
        if first.holds(1 if side > 0 else 3):
            return 0
        return 5 if first.row - first.position.entry_row >= first.terms.time_stop else -1

    def _leaving(self) -> cython.longlong:
        i: cython.Py_ssize_t
        desk: Desk
        for i in range(self.weights.shape[0]):
            desk = self.desks[i]
            if desk.orders.leave >= 0:
                return desk.orders.leave
        return -1

    def _leave(self, reason: cython.longlong) -> None:
        i: cython.Py_ssize_t
        desk: Desk
        for i in range(self.weights.shape[0]):
            desk = self.desks[i]
            if desk.position.lots != 0:
                desk.orders.leave = reason
