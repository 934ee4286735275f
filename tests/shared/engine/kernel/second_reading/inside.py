"""Between the open and the close: stops, targets and resting entries."""

from tests.shared.engine.kernel.second_reading.books import Books, Desk, Position, Target
from tests.shared.engine.kernel.second_reading.leaving import leave_at_market, leave_at_target, target_level
from tests.shared.engine.kernel.second_reading.money import UNIT
from tests.shared.engine.kernel.second_reading.prices import to_tick


def inside(books: Books, desk: Desk) -> None:
    """A position that stood, or came in, at the open."""
    open_, worst, best = extremes(desk)
    side = desk.position.side if desk.position else 0
    stop = nearest_stop(books, desk)
    if stop and side * (open_ - stop[0]) <= 0:
        _stopped(books, desk, open_, stop[1])
        return
    take(books, desk, open_, at_open=True)
    if not desk.position:
        return
    stop = nearest_stop(books, desk)
    if stop and side * (worst - stop[0]) <= 0:
        _stopped(books, desk, stop[0], stop[1])
        return
    take(books, desk, best, at_open=False)


def extremes(desk: Desk) -> tuple[float, float, float]:
    """The open, and what is worst and best for who holds the position."""
    market, bar = desk.market, desk.bar
    low, high = market.low[bar], market.high[bar]
    if desk.position and desk.position.side < 0:
        low, high = high, low
    return market.open[bar], low, high


def nearest_stop(books: Books, desk: Desk) -> tuple[float, str] | None:
    """Of several stops the one that is nearest to the price (S19)."""
    position = desk.position
    if not position:
        return None
    levels = [(position.stop, "stop_loss"), (position.trail, "trailing_stop")]
    levels.append((_bankrupt_at(books, desk, position), "liquidation"))
    known = [(level, reason) for level, reason in levels if level is not None]
    if not known:
        return None
    return max(known, key=lambda each: position.side * each[0])


def _bankrupt_at(books: Books, desk: Desk, position: Position) -> float | None:
    """Where the equity is but the margin's part of the position's value (S43)."""
    margin = books.plan.risk.leverage.maintenance_margin
    if not margin:
        return None
    others = books.equity - position.side * desk.value
    quantity = position.lots * desk.market.lot / UNIT * desk.rate
    level = others / UNIT / (quantity * (margin - position.side))
    return level if level > 0 else None


def _stopped(books: Books, desk: Desk, price: float, reason: str) -> None:
    assert desk.position
    leave_at_market(books, desk, desk.position.lots, price, reason)


def take(books: Books, desk: Desk, reached: float, *, at_open: bool) -> None:
    """The targets that this price reaches, nearest first (S21)."""
    position = desk.position
    assert position
    side = position.side
    waiting = [target for target in position.targets if not target.done]
    for target in sorted(waiting, key=lambda target: side * target_level(desk, side, target.level)):
        if not desk.position:
            return
        level = target_level(desk, side, target.level)
        if side * (reached - level) < 0:
            return
        target.done = True
        lots = _share(position, target)
        if lots:
            leave_at_target(books, desk, lots, _at_open(desk, reached) if at_open else level)


def _share(position: Position, target: Target) -> int:
    """Its share of the position at its largest; the last one takes what is left (S21)."""
    whole = sum(each.share for each in position.targets) >= 1 - 1e-9
    if whole and all(each.done for each in position.targets):
        return position.lots
    return min(position.lots, int(target.share * position.largest + 1e-9))


def _at_open(desk: Desk, price: float) -> float:
    """A better open is rounded to the tick against the trader, as every fill is (S33)."""
    assert desk.position
    return to_tick(price, desk.market.tick, up=desk.position.side < 0)
