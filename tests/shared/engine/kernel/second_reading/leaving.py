"""Selling a position, or a part of it."""

from tests.shared.engine.kernel.second_reading.books import Books, Desk
from tests.shared.engine.kernel.second_reading.prices import commission, limit_level, slipped


def leave_at_market(books: Books, desk: Desk, lots: int, price: float, reason: str) -> None:
    """As a market or a stop order: slipped, at the taker's rate (S32, S33)."""
    assert desk.position
    way = -desk.position.side
    got = slipped(books.plan, desk.market, desk.bar, price, way, lots)
    books.sell(desk, lots, got, commission(books.plan, desk, lots, got, maker=False), reason)


def leave_at_target(books: Books, desk: Desk, lots: int, price: float) -> None:
    """As a limit: never slipped, at the maker's rate; `price` is the level, or a better open."""
    assert desk.position
    paid = commission(books.plan, desk, lots, price, maker=True)
    books.sell(desk, lots, price, paid, "take_profit")


def target_level(desk: Desk, side: int, level: float) -> float:
    return limit_level(level, desk.market.tick, -side)
