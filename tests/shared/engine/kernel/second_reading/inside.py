"""Between the open and the close: stops, targets and resting entries."""

from tests.shared.engine.kernel.second_reading import resting
from tests.shared.engine.kernel.second_reading.books import Books, Desk, Order, Position, Target
from tests.shared.engine.kernel.second_reading.doubting import doubt_stop, doubt_waiting
from tests.shared.engine.kernel.second_reading.entering import LIMIT
from tests.shared.engine.kernel.second_reading.leaving import leave_at_market, leave_at_target, target_level
from tests.shared.engine.kernel.second_reading.money import UNIT, said
from tests.shared.engine.kernel.second_reading.prices import to_tick


def inside(books: Books, desk: Desk) -> None:
    desk.start = desk.inner.open
    while _at_the_open(books, desk):
        pass
    entered = _resting(books, desk)
    if not desk.position:
        return
    _stop_first(books, desk)
    if entered == LIMIT:  # its targets wait for the next bar (S23)
        doubt_waiting(books, desk)
    elif desk.position:
        take(books, desk, extremes(desk)[2])


def _at_the_open(books: Books, desk: Desk) -> bool:
    """A target or an entry that the open is beyond is filled there, unless it meets both, or a stop (S19)."""
    entry = next((order for order in desk.resting if resting.reached(books, desk, order, desk.start)), None)
    target = _opens_beyond_target(desk)
    stop = nearest_stop(books, desk)
    if stop and desk.position and desk.position.side * (desk.start - stop[0]) <= 0:
        return False
    if target == (entry is not None):
        return False
    if target:
        take(books, desk, desk.start, one=True)  # its commission may bring a liquidation
    elif entry:
        _enter(books, desk, entry, desk.start, at_open=True)
    return True


def _opens_beyond_target(desk: Desk) -> bool:
    position = desk.position
    if not position:
        return False
    levels = [target_level(desk, position.side, each.level) for each in position.targets if not each.done]
    return any(position.side * (desk.start - level) >= 0 for level in levels)


def _worse(side: int, level: float, start: float) -> float:
    """Where the price begins beyond a stop, it fills there (S17)."""
    return side * min(side * level, side * start)


def _against(desk: Desk, order: Order) -> bool:
    return desk.position is not None and desk.position.side != order.side


def _enter(books: Books, desk: Desk, order: Order, price: float, *, at_open: bool) -> str:
    """How it was entered inside the bar; at the open the whole bar comes after it (S20)."""
    fills = books.fills
    resting.fill(books, desk, order, _rounded(books, desk, order, price))
    if not desk.position or books.fills == fills:
        return ""
    desk.start = price
    if at_open:
        return ""
    desk.position.entered_inside = desk.moment
    return books.plan.entry.order


def _rounded(books: Books, desk: Desk, order: Order, price: float) -> float:
    if books.plan.entry.order == LIMIT:
        return to_tick(price, desk.market.tick, up=order.side > 0)
    return price


def _resting(books: Books, desk: Desk) -> str:
    """The entries that this bar reaches, at the open or at their level (S22, S24)."""
    entered = ""
    for order in list(desk.resting):
        if order not in desk.resting or not resting.reached_inside(books, desk, order):
            continue
        level, open_ = resting.level_of(books, desk, order), desk.inner.open
        _on_the_way(books, desk, order, level)
        if order in desk.resting:
            at_open = resting.reached(books, desk, order, open_)
            entered = _enter(books, desk, order, open_ if at_open else level, at_open=at_open) or entered
    return entered


def _on_the_way(books: Books, desk: Desk, order: Order, level: float) -> None:
    """What a position meets before the order: the price moves against it first, then with it.

    The page puts stops before targets (S20), and of a stop and an entry the nearer one first (S19).
    """
    if not desk.position:
        return
    if _against(desk, order) == (books.plan.entry.order == LIMIT):
        _stop_first(books, desk)
        if desk.position:
            take(books, desk, level)
        return
    stop = nearest_stop(books, desk)
    if stop and desk.position.side * (stop[0] - level) >= 0:
        _stop_first(books, desk)


def _stop_first(books: Books, desk: Desk) -> None:
    stop = nearest_stop(books, desk)
    if stop and desk.position and desk.position.side * (extremes(desk)[1] - stop[0]) <= 0:
        doubt_stop(books, desk, stop[0])
        _stopped(books, desk, _worse(desk.position.side, stop[0], desk.start), stop[1])


def extremes(desk: Desk) -> tuple[float, float, float]:
    """The open, and what is worst and best for who holds the position."""
    low, high = desk.inner.low, desk.inner.high
    if desk.position and desk.position.side < 0:
        low, high = high, low
    return desk.inner.open, low, high


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


def take(books: Books, desk: Desk, reached: float, *, one: bool = False) -> None:
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
        if one:
            return


def _share(position: Position, target: Target) -> int:
    """Its share of the position at its largest; the last one takes what is left (S21)."""
    whole = sum(each.share for each in position.targets) >= 1 - 1e-9
    if whole and all(each.done for each in position.targets):
        return position.lots
    return min(position.lots, int(said(target.share) * position.largest))


def _at_start(desk: Desk) -> float:
    """A better open is rounded to the tick against the trader, as every fill is (S33)."""
    assert desk.position
    return to_tick(desk.start, desk.market.tick, up=desk.position.side < 0)
