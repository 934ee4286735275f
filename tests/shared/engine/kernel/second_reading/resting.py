"""Entries that rest at a limit or a stop: when a bar reaches them, and what they do then."""

from tests.shared.engine.kernel.second_reading.books import Books, Desk, Order
from tests.shared.engine.kernel.second_reading.entering import LIMIT, STOP, enter
from tests.shared.engine.kernel.second_reading.prices import commission, limit_level, slipped


def level_of(books: Books, desk: Desk, order: Order) -> float:
    """A limit's is rounded to the tick where it cannot be filled worse (S33)."""
    assert order.level is not None
    if books.plan.entry.order == LIMIT:
        return limit_level(order.level, desk.market.tick, order.side)
    return order.level


def reached(books: Books, desk: Desk, order: Order, price: float) -> bool:
    """A limit waits for a better price, a stop for a worse one."""
    way = order.side if books.plan.entry.order == STOP else -order.side
    return way * (price - level_of(books, desk, order)) >= 0


def reached_inside(books: Books, desk: Desk, order: Order) -> bool:
    market, bar = desk.market, desk.bar
    up = (order.side > 0) == (books.plan.entry.order == STOP)
    return reached(books, desk, order, market.high[bar] if up else market.low[bar])


def fill(books: Books, desk: Desk, order: Order, price: float) -> None:
    """At its level, or at the open; against the position it reverses (S27)."""
    kind = books.plan.entry.order
    desk.resting.remove(order)
    if desk.position and desk.position.side != order.side:
        reverse(books, desk, price, kind)
    enter(books, desk, order, price, kind)


def reverse(books: Books, desk: Desk, price: float, kind: str) -> None:
    """The old position ends at the price of the fill, and pays as the order does."""
    assert desk.position
    lots, way = desk.position.lots, -desk.position.side
    if kind == STOP:
        price = slipped(books.plan, desk.market, desk.bar, price, way, lots)
    paid = commission(books.plan, desk, lots, price, maker=kind == LIMIT)
    books.sell(desk, lots, price, paid, "reversal")


def expire(books: Books, desk: Desk) -> None:
    """One that was not reached is counted (S22)."""
    over = [order for order in desk.resting if order.until <= desk.bar]
    desk.resting = [order for order in desk.resting if order.until > desk.bar]
    if over:
        books.rejected["not_reached"] += len(over)
