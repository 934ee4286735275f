"""What ends a position, or a part of it."""

import cython

from shared.engine.kernel.account import Position
from shared.engine.kernel.desk import Desk
from shared.engine.kernel.fills import nearer, on_tick
from shared.engine.kernel.numeric import NAN
from shared.engine.kernel.terms import Terms
from shared.engine.kernel.trading import trade


def leave(
    desk: Desk, lots: cython.longlong, price: cython.double, reason: cython.longlong, resting: cython.bint
) -> cython.bint:
    """Close so many lots at a price that is not yet worsened. `resting`: a limit or a target."""
    direction: cython.longlong = -desk.position.side()
    if resting:
        price = on_tick(price, direction > 0, desk.tick, desk.per_unit)
    else:
        price = desk.worsened(direction, price, lots)
    return trade(desk, direction * lots, price, resting, reason)


def liquidation_level(desk: Desk) -> cython.double:
    """Where the equity is the margin of this position's value, the others at their last known price."""
    position: Position = desk.position
    margin: cython.double = desk.terms.margin
    if margin == 0.0 or position.lots == 0:
        return NAN
    rest: cython.double = desk.account.beside(desk.index)
    size: cython.double = abs(position.lots) * desk.lot_worth(1.0)
    if position.lots < 0:
        return rest / (size * (1.0 + margin)) if rest > 0.0 else NAN
    if margin >= 1.0 or rest >= 0.0:
        return NAN
    return -rest / (size * (1.0 - margin))


def stop_now(desk: Desk) -> cython.double:
    """The nearest of the levels that end the position at a loss."""
    position: Position = desk.position
    falling: cython.bint = position.lots > 0
    level: cython.double = position.stop
    if nearer(falling, position.trail, level):
        level = position.trail
    if desk.terms.margin > 0.0:
        liquidation: cython.double = liquidation_level(desk)
        if nearer(falling, liquidation, level):
            level = liquidation
    return level


def stop_reason(desk: Desk, level: cython.double) -> cython.longlong:
    """Of REASONS: stop_loss, trailing_stop, liquidation."""
    position: Position = desk.position
    return 2 if level == position.stop else 4 if level == position.trail else 6


def target_now(desk: Desk) -> cython.Py_ssize_t:
    """The nearest target that is not done, -1 where there is none."""
    position: Position = desk.position
    falling: cython.bint = position.lots < 0
    number: cython.Py_ssize_t
    best: cython.Py_ssize_t = -1
    for number in range(desk.terms.targets):
        if (position.done >> number) & 1 == 1:
            continue
        if best < 0 or nearer(falling, position.targets[number], position.targets[best]):
            best = number
    return best


def target_lots(desk: Desk, number: cython.Py_ssize_t) -> cython.longlong:
    """Its share of the position at its largest; the last takes what is left, if the shares are the whole."""
    position: Position = desk.position
    terms: Terms = desk.terms
    held: cython.longlong = abs(position.lots)
    everyone: cython.longlong = (1 << terms.targets) - 1
    if terms.all_taken and (position.done | (1 << number)) == everyone:
        return held
    part: cython.double = terms.shares[number] * position.largest * (1.0 + 1e-15)
    lots: cython.longlong = cython.cast(cython.longlong, part)
    return lots if lots < held else held
