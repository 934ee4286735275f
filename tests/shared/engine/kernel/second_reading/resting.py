"""Entries that rest at a limit or a stop: when a bar reaches them, and what they do then."""

from dataclasses import replace

from tests.shared.engine.kernel.second_reading.books import Books, Desk, Order
from tests.shared.engine.kernel.second_reading.entering import LIMIT, STOP, enter
from tests.shared.engine.kernel.second_reading.prices import commission, limit_level, slipped
from tests.shared.engine.kernel.second_reading.protections import known


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
    up = (order.side > 0) == (books.plan.entry.order == STOP)
    return reached(books, desk, order, desk.inner.high if up else desk.inner.low)


def fill(books: Books, desk: Desk, order: Order, price: float) -> None:
    """At its level, or at the open; against the position it reverses (S27)."""
    kind = books.plan.entry.order
    desk.resting.remove(order)
    if desk.position and desk.position.side != order.side:
        reverse(books, desk, price, kind)
    fills, order.entered = books.fills, order.rungs.lots is not None
    enter(books, desk, order, price, kind)
    if books.fills == fills or order.cut:
        desk.resting = []  # what does not fit, or is refused, ends the ladder (S25)


def reverse(books: Books, desk: Desk, price: float, kind: str) -> None:
    """The old position ends at the price of the fill, and pays as the order does."""
    assert desk.position
    lots, way = desk.position.lots, -desk.position.side
    if kind == STOP:
        price = slipped(books.plan, desk.market, desk.bar, price, way, lots)
    paid = commission(books.plan, desk, lots, price, maker=kind == LIMIT)
    books.sell(desk, lots, price, paid, "reversal")


def expire(books: Books, desk: Desk) -> None:
    """One that was not reached is counted (S22); a ladder is one, and reached where a rung of it is."""
    over = [order for order in desk.resting if order.until <= desk.bar]
    desk.resting = [order for order in desk.resting if order.until > desk.bar]
    if over and over[0].rungs.lots is None:
        books.rejected["not_reached"] += 1


def rungs(books: Books, desk: Desk, order: Order) -> list[Order]:
    """The first rests at the price, each further one a step better (S25)."""
    ladder = books.plan.entry.ladder
    if ladder is None:
        return [order]
    base = level_of(books, desk, order)
    if ladder.percent is not None:
        step = base * ladder.percent
    else:
        assert ladder.atr is not None
        step = known(desk.market.ranges[ladder.bars], order.signal) * ladder.atr
    order.rungs.count = ladder.levels
    return [
        replace(order, rung=rung, level=base - order.side * rung * step, rungs=order.rungs)
        for rung in range(ladder.levels)
    ]
