"""Exits that the four prices of a bar, or of a finer one, do not tell (S51); each counts once."""

from tests.shared.engine.kernel.second_reading import protections
from tests.shared.engine.kernel.second_reading.books import Books, Desk, Position
from tests.shared.engine.kernel.second_reading.entering import STOP
from tests.shared.engine.kernel.second_reading.leaving import target_level


def doubt_stop(books: Books, desk: Desk, level: float) -> None:
    """Of a stop that is about to fill; what the bar opens beyond, it tells."""
    position = desk.position
    assert position
    if position.side * (desk.start - level) <= 0:
        return
    if reaches_a_target(desk, position):
        books.ambiguous["stop_or_target"] += 1
    elif _drawn_nearer(books, desk, position, level):
        books.ambiguous["trailing_stop"] += 1
    elif position.entered_inside == desk.moment and books.plan.entry.order == STOP:
        books.ambiguous["entry_bar"] += 1


def doubt_waiting(books: Books, desk: Desk) -> None:
    """Of a target that waits in the bar of its limit entry (S23)."""
    if desk.position and reaches_a_target(desk, desk.position):
        books.ambiguous["entry_bar"] += 1


def reaches_a_target(desk: Desk, position: Position) -> bool:
    best = _best(desk, position)
    waiting = [target for target in position.targets if not target.done]
    levels = [target_level(desk, position.side, target.level) for target in waiting]
    return any(position.side * (best - level) >= 0 for level in levels)


def trail_at_close(books: Books, desk: Desk, bar: int) -> None:
    """The trailing stop moves; drawn into the bar by the bar's own best price, it may have been met."""
    position = desk.position
    assert position
    before, seen = position.trail, position.best
    position.trail = protections.moved_trail(books.plan, desk, position, bar)
    worst = desk.inner.low if position.side > 0 else desk.inner.high
    if position.best != seen and position.trail != before:
        assert position.trail is not None
        books.ambiguous["trailing_stop"] += position.side * (worst - position.trail) <= 0


def _drawn_nearer(books: Books, desk: Desk, position: Position, stop: float) -> bool:
    trail, side, best = books.plan.risk.trailing_stop, position.side, _best(desk, position)
    if trail is None or position.best is None or side * (best - position.best) <= 0:
        return False
    try:
        return side * (protections.hung(trail, desk.market, side, desk.bar - 1, best) - stop) > 0
    except protections.Undefined:
        return False


def _best(desk: Desk, position: Position) -> float:
    return desk.inner.high if position.side > 0 else desk.inner.low
