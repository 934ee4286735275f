"""Legs are one position (S46): what is decided of them, and what of them fills at the open."""

from dataclasses import dataclass
from fractions import Fraction

from shared.engine.plan import Plan
from tests.shared.engine.kernel.second_reading.books import Books, Desk
from tests.shared.engine.kernel.second_reading.leg_sizes import Leg, percent_of, sized
from tests.shared.engine.kernel.second_reading.market import Told
from tests.shared.engine.kernel.second_reading.money import said
from tests.shared.engine.kernel.second_reading.prices import commission
from tests.shared.engine.kernel.second_reading.sizes import Refused
from tests.shared.engine.kernel.second_reading.working import Held, holds_for


@dataclass
class Basket:
    """The position that the legs are, and the entry that it waits for."""

    desks: list[Desk]
    weights: list[Fraction]
    side: int = 0  # of what is held, or was
    entries: int = 0
    bar: int = 0  # of the first leg, when it was entered
    entering: int = 0  # the side of an entry that was decided
    signal: int = 0  # the bar whose close gave it

    @property
    def first(self) -> Desk:
        return self.desks[0]

    @property
    def held(self) -> bool:
        return any(desk.position for desk in self.desks)

    @property
    def leaving(self) -> bool:
        return any(desk.leaving for desk in self.desks)

    def holds(self, rule: Told) -> bool:
        """On the first leg's bars, as long as that is held; what it reads of the position is of all legs."""
        held = Held(self.first.bar - self.bar, self.profit, self.cost) if self.first.position else None
        return holds_for(held, rule, self.first.bar)

    @property
    def cost(self) -> int:
        return sum(desk.position.cost for desk in self.desks if desk.position)

    @property
    def profit(self) -> int:
        """After charges."""
        held = [(desk.value, desk.position) for desk in self.desks if desk.position]
        return sum(each.side * (value - each.cost) - each.charges for value, each in held)

    def legs(self, side: int) -> list[Leg]:
        """A short entry turns all round."""
        whole = sum(abs(weight) for weight in self.weights)
        return [
            Leg(desk, side if weight > 0 else -side, abs(weight) / whole)
            for desk, weight in zip(self.desks, self.weights, strict=True)
        ]


def basket_of(plan: Plan, desks: list[Desk]) -> Basket | None:
    return Basket(desks, [said(leg.weight) for leg in plan.legs]) if plan.legs else None


def enter_legs(books: Books, basket: Basket, here: list[Desk]) -> None:
    """At the next time at which any leg has a bar, once what it reverses is sold."""
    if books.ended or not basket.entering or (basket.held and basket.side != basket.entering):
        return
    try:
        if len(here) < len(basket.desks):
            raise Refused("missing_leg")
        _enter(books, basket)
    except Refused as why:
        books.rejected[str(why)] += 1
    basket.entering = 0


def _enter(books: Books, basket: Basket) -> None:
    legs = basket.legs(basket.entering)
    lots, fills = sized(books, legs, basket.signal)
    if not basket.held:
        basket.side, basket.entries, basket.bar = basket.entering, 0, basket.first.bar
    basket.entries += 1
    for leg, price, each in zip(legs, fills, lots, strict=True):
        paid = commission(books.plan, leg.desk, each, price, maker=False)
        books.buy(leg.desk, leg.side, each, price, paid)
        leg.desk.taken += each


def decide_legs(books: Books, basket: Basket, here: list[Desk]) -> None:
    """At the close of the first leg's bar, by its rules."""
    first, bar = basket.first, basket.first.bar
    if first not in here:
        return
    long, short = (basket.holds(first.market.ways[side].enter) for side in (1, -1))
    side = int(long) - int(short)  # S6
    _take_away(basket, side)
    if basket.held:
        _leave(books, basket, side)
    if side and basket.entering != side and _wants(books, basket, side):
        refused = _refused(books, first)
        if refused:
            books.rejected[refused] += 1
        else:
            basket.entering, basket.signal = side, bar


def _take_away(basket: Basket, side: int) -> None:
    """An exit's rule or an opposite entry takes away what waits (S26)."""
    if not basket.entering:
        return
    leave = basket.first.market.ways[basket.entering].leave
    if basket.holds(leave) or side == -basket.entering:
        basket.entering = 0


def _leave(books: Books, basket: Basket, side: int) -> None:
    """Each leg at its own next open (S5)."""
    reason = _why(books, basket, side)
    for desk in basket.desks:
        if desk.position and reason:
            desk.leaving = desk.leaving or reason


def _why(books: Books, basket: Basket, side: int) -> str:
    """Stop and target, on a profit after charges, come before reversal, exit's rule and time stop."""
    risk, first = books.plan.risk, basket.first
    if risk.stop_loss and basket.profit <= -percent_of(risk.stop_loss) * basket.cost:
        return "stop_loss"
    if risk.take_profit and basket.profit >= percent_of(risk.take_profit[0]) * basket.cost:
        return "take_profit"
    if side == -basket.side:
        return "reversal"  # before the exit's rule (S8)
    if basket.holds(first.market.ways[basket.side].leave):
        return "exit_rule"
    limit = risk.time_stop
    return "time_stop" if limit is not None and first.bar - basket.bar >= limit else ""


def _wants(books: Books, basket: Basket, side: int) -> bool:
    """S7, S9."""
    if not basket.held or side != basket.side:
        return True
    return not basket.leaving and basket.entries < books.plan.entry.pyramiding


def _refused(books: Books, first: Desk) -> str:
    """Legs are one position, which is never more than `max_open_positions` (S14)."""
    if books.halted:
        return "halted"
    if first.last_exit is not None and first.bar < first.last_exit + books.plan.risk.cooldown:
        return "cooldown"
    return ""
