"""What happens at the open: first every exit, then every entry (S4)."""

from fractions import Fraction

from tests.shared.engine.kernel.second_reading.books import Books, Desk
from tests.shared.engine.kernel.second_reading.entering import MARKET, enter
from tests.shared.engine.kernel.second_reading.leaving import leave_at_market
from tests.shared.engine.kernel.second_reading.money import UNIT, said


def open_bar(desk: Desk, bar: int) -> None:
    market = desk.market
    desk.bar, desk.price, desk.rate, desk.taken = bar, market.open[bar], market.opening_rates[bar], 0


def room(books: Books, desk: Desk) -> int | None:
    """The lots that a market order still gets of this bar (S39)."""
    limit = books.plan.costs.volume_limit
    if limit is None:
        return None
    volume = Fraction(desk.market.volume[desk.bar])
    return int(said(limit) * volume * UNIT / desk.market.lot) - desk.taken


def exits(books: Books, desks: list[Desk]) -> None:
    for desk in desks:
        if not (desk.leaving and desk.position):
            continue
        given = room(books, desk)
        lots = desk.position.lots
        lots = lots if given is None else min(lots, given)
        if lots:
            leave_at_market(books, desk, lots, desk.price, desk.leaving)
            desk.taken += lots


def entries(books: Books, desks: list[Desk]) -> None:
    for desk in desks:
        order = desk.entering
        if order is None or (desk.position and desk.position.side != order.side):
            continue
        enter(books, desk, order, desk.price, MARKET, room(books, desk))
        if not order.left or not desk.position:
            desk.entering = None
