"""Between the open and the close: stops, targets and resting entries."""

from tests.shared.engine.kernel.second_reading import resting
from tests.shared.engine.kernel.second_reading.books import Books, Desk, Order, Position, Target
from tests.shared.engine.kernel.second_reading.entering import LIMIT, STOP
from tests.shared.engine.kernel.second_reading.leaving import leave_at_market, leave_at_target, target_level
from tests.shared.engine.kernel.second_reading.money import UNIT
from tests.shared.engine.kernel.second_reading.prices import to_tick


def inside(books: Books, desk: Desk) -> None:
    desk.start = desk.market.open[desk.bar]
    met = _at_the_open(books, desk)
    if desk.position and not met:
        take(books, desk, desk.start)
    entered = _resting_inside(books, desk) or met
    if not desk.position:
        return
    side, (_, worst, best) = desk.position.side, extremes(desk)
    stop = nearest_stop(books, desk)
    if stop and side * (worst - stop[0]) <= 0:
        _stopped(books, desk, _worse(side, stop[0], desk.start), stop[1])
    elif entered != LIMIT:  # its targets wait for the next bar (S23)
        take(books, desk, best)


def _worse(side: int, level: float, start: float) -> float:
    """Where the price begins beyond a stop, it fills there (S17)."""
    return side * min(side * level, side * start)


def _at_the_open(books: Books, desk: Desk) -> str:
    """Resting entries that the open meets come first (S22, S24), then a stop (S17)."""
    open_, met = desk.start, ""
    for order in list(desk.resting):
        if order in desk.resting and resting.reached(books, desk, order, open_):
            if books.plan.entry.order == LIMIT and _against(desk, order):
                _stop_first(
                    books, desk
                )  # S19 says that a price is first where it opens, but of targets alone
            price = _rounded_open(books, desk, order, open_)
            met = _enter(books, desk, order, price) or "met"
    stop = nearest_stop(books, desk)
    if stop and desk.position and desk.position.side * (open_ - stop[0]) <= 0:
        _stopped(books, desk, open_, stop[1])
        return "met"
    return met


def _against(desk: Desk, order: Order) -> bool:
    return desk.position is not None and desk.position.side != order.side


def _enter(books: Books, desk: Desk, order: Order, price: float) -> str:
    fills = books.fills
    resting.fill(books, desk, order, price)
    if not desk.position or books.fills == fills:
        return ""
    # at the open, too: the page says no more than "inside the bar at a limit" (S23, S28)
    desk.position.entered_inside = desk.bar
    desk.start = price
    return books.plan.entry.order


def _rounded_open(books: Books, desk: Desk, order: Order, price: float) -> float:
    if books.plan.entry.order == LIMIT:
        return to_tick(price, desk.market.tick, up=order.side > 0)
    return price


def _resting_inside(books: Books, desk: Desk) -> str:
    entered = ""
    for order in list(desk.resting):
        if order not in desk.resting or not resting.reached_inside(books, desk, order):
            continue
        level = resting.level_of(books, desk, order)
        if _stop_is_nearer(books, desk, order, level):
            _stop_first(books, desk)
        if desk.position and _against(desk, order) and books.plan.entry.order == LIMIT:
            take(books, desk, level)  # what lies on the way to the order that reverses
        if order in desk.resting:
            entered = _enter(books, desk, order, level) or entered
    return entered


def _stop_is_nearer(books: Books, desk: Desk, order: Order, level: float) -> bool:
    """A stop and an order on the same side of the price: the nearer one; else the stop, as the worst case.

    The page orders stops and targets (S20), and says nothing of resting entries.
    """
    stop = nearest_stop(books, desk)
    if not stop or not desk.position:
        return False
    same_side = _against(desk, order) == (books.plan.entry.order == STOP)
    return not same_side or desk.position.side * (stop[0] - level) >= 0


def _stop_first(books: Books, desk: Desk) -> None:
    stop = nearest_stop(books, desk)
    if stop and desk.position and desk.position.side * (extremes(desk)[1] - stop[0]) <= 0:
        _stopped(books, desk, _worse(desk.position.side, stop[0], desk.start), stop[1])


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


def take(books: Books, desk: Desk, reached: float) -> None:
    """The targets that this price reaches, nearest first (S21), or a better start (S18)."""
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
            beyond = side * (desk.start - level) >= 0
            leave_at_target(books, desk, lots, _at_start(desk) if beyond else level)


def _share(position: Position, target: Target) -> int:
    """Its share of the position at its largest; the last one takes what is left (S21)."""
    whole = sum(each.share for each in position.targets) >= 1 - 1e-9
    if whole and all(each.done for each in position.targets):
        return position.lots
    return min(position.lots, int(target.share * position.largest + 1e-9))


def _at_start(desk: Desk) -> float:
    """A better open is rounded to the tick against the trader, as every fill is (S33)."""
    assert desk.position
    return to_tick(desk.start, desk.market.tick, up=desk.position.side < 0)
