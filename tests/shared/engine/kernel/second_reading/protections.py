"""Where the stop, the targets and the trailing stop of a position lie."""

from shared.engine.language import risk as r
from shared.engine.plan import Plan
from tests.shared.engine.kernel.second_reading.books import Desk, Position, Target
from tests.shared.engine.kernel.second_reading.market import Column, Market


class Undefined(Exception):
    """A stop, a target or a range that is not known at the signal's close (S29)."""


def known(column: Column, bar: int) -> float:
    value = column[bar]
    if value is None:
        raise Undefined
    return value


def level(
    distance: r.Distance,
    of: r.Reference,
    market: Market,
    signal: int,
    fill: float,
    away: int,
    column: Column | None,
) -> float:
    """S30: `away` is 1 for a level above, -1 for one below."""
    start = fill if of == "fill" else market.close[signal]
    if isinstance(distance, r.Percent):
        return start * (1 + away * distance.percent)
    if isinstance(distance, r.AtrMultiple):
        return start + away * distance.multiple * known(market.ranges[distance.bars], signal)
    assert column is not None
    return known(column, signal)


def stop_of(plan: Plan, market: Market, side: int, signal: int, fill: float) -> float | None:
    rule = plan.risk.stop_loss
    if rule is None:
        return None
    return level(rule.distance, rule.of, market, signal, fill, -side, market.ways[side].stop)


def targets_of(plan: Plan, market: Market, side: int, signal: int, fill: float) -> list[Target]:
    columns = market.ways[side].targets
    levels = [
        level(rule.distance, rule.of, market, signal, fill, side, columns[number] if columns else None)
        for number, rule in enumerate(plan.risk.take_profit)
    ]
    shares = [rule.share for rule in plan.risk.take_profit]
    return [Target(*each) for each in zip(range(len(levels)), levels, shares, strict=True)]


def trail_from_fill(
    plan: Plan, market: Market, side: int, signal: int, fill: float, position: Position | None
) -> float | None:
    """It starts from the fill (S28), by the ranges that are known at the signal's close.

    A later fill starts it anew from that fill, never back.
    """
    trail = plan.risk.trailing_stop
    if trail is None:
        return None
    return _nearest(position, hung(trail, market, side, signal, fill))


def hung(trail: r.Trail, market: Market, side: int, bar: int, best: float) -> float:
    if isinstance(trail, r.Percent):
        return best * (1 - side * trail.percent)
    return best - side * trail.multiple * known(market.ranges[trail.bars], bar)


def moved_trail(plan: Plan, desk: Desk, position: Position, bar: int) -> float | None:
    """At a close: with the best price since the entry, never back (S28). Ranges are those of `bar` (S48)."""
    trail, side, market = plan.risk.trailing_stop, position.side, desk.market
    if trail is None:
        return None
    seen = desk.inner.high if side > 0 else desk.inner.low
    entered_inside = position.entered_inside == desk.moment
    position.best = best_of(position, side, desk.inner.close if entered_inside else seen)
    best: float | None = position.best
    if isinstance(trail, r.Chandelier):
        best = (market.highest if side > 0 else market.lowest)[bar]
    try:
        return position.trail if best is None else _nearest(position, hung(trail, market, side, bar, best))
    except Undefined:
        return position.trail


def best_of(position: Position | None, side: int, price: float) -> float:
    if position is None or position.best is None:
        return price
    return side * max(side * position.best, side * price)


def _nearest(position: Position | None, level: float) -> float:
    if position is None or position.trail is None:
        return level
    return position.side * max(position.side * position.trail, position.side * level)
