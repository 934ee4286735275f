"""Legs are one position (S46): what is decided of them, and what of them fills at the open."""

from dataclasses import dataclass, field
from fractions import Fraction

from shared.engine.plan import Plan
from tests.shared.engine.kernel.second_reading.books import Books, Desk
from tests.shared.engine.kernel.second_reading.leg_sizes import Leg, carried, fills_of, lots_of
from tests.shared.engine.kernel.second_reading.money import said
from tests.shared.engine.kernel.second_reading.opening import room
from tests.shared.engine.kernel.second_reading.prices import commission
from tests.shared.engine.kernel.second_reading.sizes import Refused


@dataclass
class Basket:
    """The position that the legs are, and the entry that it waits for."""

    desks: list[Desk]
    weights: list[Fraction]
    side: int = 0  # of what is held, or was
    entries: int = 0
    bar: int = 0  # of the first leg, when it was entered
    last_exit: int | None = None
    entering: int = 0  # the side of an entry that was decided
    signal: int = 0  # the bar whose close gave it
    rest: list[int] = field(default_factory=list)  # lots that each leg still waits for (S39)

    @property
    def first(self) -> Desk:
        return self.desks[0]

    @property
    def held(self) -> bool:
        return any(desk.position for desk in self.desks)

    @property
    def leaving(self) -> bool:
        return any(desk.leaving for desk in self.desks)

    def legs(self, side: int) -> list[Leg]:
        whole = sum(abs(weight) for weight in self.weights)
        return [
            Leg(desk, side if weight > 0 else -side, abs(weight) / whole)
            for desk, weight in zip(self.desks, self.weights, strict=True)
        ]

    def enter(self, books: Books, here: list[Desk]) -> None:
        """At the open, after the exits (S4)."""
        if self.side and not self.held:
            self.side, self.rest, self.last_exit = 0, [], self.first.bar
        if not books.ended:
            enter_legs(books, self, here)

    def decide(self, books: Books, here: list[Desk]) -> None:
        """Rules are read on the first leg's bars."""
        if self.first in here:
            decide_legs(books, self)


def basket_of(plan: Plan, desks: list[Desk]) -> Basket:
    return Basket(desks, [said(leg.weight) for leg in plan.legs])


def enter_legs(books: Books, basket: Basket, here: list[Desk]) -> None:
    if basket.rest:
        _buy_rest(books, basket, here)
    if not basket.entering or basket.first not in here or (basket.held and basket.side != basket.entering):
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
    wanted = lots_of(books, legs, basket.signal)
    rooms = [room(books, leg.desk) for leg in legs]
    if 0 in rooms:
        raise Refused("no_volume")
    given = [lots if most is None else min(lots, most) for lots, most in zip(wanted, rooms, strict=True)]
    fills = fills_of(books, legs, given)
    made = carried(books, legs, fills, given)
    if not all(made) or min(fills) <= 0:
        raise Refused("no_cash")
    if not basket.held:
        basket.side, basket.entries, basket.bar = basket.entering, 0, basket.first.bar
    basket.entries += 1
    cut = made != given
    basket.rest = [0 if cut else most - lots for most, lots in zip(wanted, made, strict=True)]
    for leg, price, lots in zip(legs, fills, made, strict=True):
        buy(books, leg, lots, price)


def buy(books: Books, leg: Leg, lots: int, price: float) -> None:
    paid = commission(books.plan, leg.desk, lots, price, maker=False)
    books.buy(leg.desk, leg.side, lots, price, paid)
    leg.desk.taken += lots


def _buy_rest(books: Books, basket: Basket, here: list[Desk]) -> None:
    """The rest of an entry is no new entry, and buys no more than the account can carry (S39)."""
    for number, leg in enumerate(basket.legs(basket.side)):
        given = min(basket.rest[number], room(books, leg.desk) or 0)
        if leg.desk not in here or not given:
            continue
        fills = fills_of(books, [leg], [given])
        (made,) = carried(books, [leg], fills, [given])
        basket.rest[number] -= given if made == given else basket.rest[number]
        if made and fills[0] > 0:
            buy(books, leg, made, fills[0])


def decide_legs(books: Books, basket: Basket) -> None:
    """At the close of the first leg's bar, by its rules."""
    first, bar = basket.first, basket.first.bar
    side = int(first.market.ways[1].enter[bar]) - int(first.market.ways[-1].enter[bar])  # S6
    _take_away(basket, side)
    if basket.held:
        _leave(books, basket, side)
    if side and _wants(books, basket, side):
        refused = _refused(books, basket)
        if refused:
            books.rejected[refused] += 1
        elif not _waits(basket, side):
            basket.entering, basket.signal = side, bar


def _take_away(basket: Basket, side: int) -> None:
    """An exit's rule or an opposite entry takes away what waits (S26)."""
    ways, bar = basket.first.market.ways, basket.first.bar
    if basket.entering and (ways[basket.entering].leave[bar] or side == -basket.entering):
        basket.entering = 0
    if any(basket.rest) and (ways[basket.side].leave[bar] or side == -basket.side):
        basket.rest = []


def _waits(basket: Basket, side: int) -> bool:
    """While the rest of an entry waits, a signal of its direction says nothing (S39)."""
    return basket.entering == side or (any(basket.rest) and basket.side == side)


def _leave(books: Books, basket: Basket, side: int) -> None:
    reason = "reversal" if side == -basket.side else _exit(books, basket)
    if not reason:
        return
    for desk in basket.desks:
        if desk.position:
            desk.leaving = desk.leaving or reason
    basket.rest = []
    if basket.entering == basket.side:
        basket.entering = 0


def _exit(books: Books, basket: Basket) -> str:
    """The worst case first, as within a bar (S19)."""
    risk, first = books.plan.risk, basket.first
    held = [(desk, desk.position) for desk in basket.desks if desk.position]
    profit = sum(position.side * (desk.value - position.cost) for desk, position in held)
    cost = sum(position.cost for _, position in held)
    if first.market.ways[basket.side].leave[first.bar]:
        return "exit_rule"
    if risk.stop_loss and profit <= -said(risk.stop_loss.distance.percent) * cost:
        return "stop_loss"
    if risk.take_profit and profit >= said(risk.take_profit[0].distance.percent) * cost:
        return "take_profit"
    limit = risk.time_stop
    return "time_stop" if limit is not None and first.bar - basket.bar >= limit else ""


def _wants(books: Books, basket: Basket, side: int) -> bool:
    """S7, S9."""
    if not basket.held or side != basket.side:
        return True
    return not basket.leaving and basket.entries < books.plan.entry.pyramiding


def _refused(books: Books, basket: Basket) -> str:
    """Legs are one position, which is never more than `max_open_positions` (S14)."""
    if books.halted:
        return "halted"
    if basket.last_exit is not None and basket.first.bar < basket.last_exit + books.plan.risk.cooldown:
        return "cooldown"
    return ""
