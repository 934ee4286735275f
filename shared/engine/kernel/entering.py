"""An entry: what it needs, what forbids it, and the levels that protect what it bought."""

import cython

from shared.engine.kernel.account import Position
from shared.engine.kernel.desk import Desk
from shared.engine.kernel.distances import Distance
from shared.engine.kernel.fills import on_tick
from shared.engine.kernel.numeric import NAN
from shared.engine.kernel.sizing import wanted, within_power
from shared.engine.kernel.trading import trade


def stop_level(
    desk: Desk, side: cython.longlong, price: cython.double, signal: cython.Py_ssize_t
) -> cython.double:
    return desk.stop.level(side, -1, price, desk.close[signal], signal)


def target_level(
    desk: Desk,
    number: cython.Py_ssize_t,
    side: cython.longlong,
    price: cython.double,
    signal: cython.Py_ssize_t,
) -> cython.double:
    """On the tick, on the far side: a limit is never filled at worse than it says."""
    distance: Distance = desk.targets[number]
    level: cython.double = distance.level(side, 1, price, desk.close[signal], signal)
    return on_tick(level, side > 0, desk.tick, desk.per_unit) if level == level else level


def fault(
    desk: Desk,
    side: cython.longlong,
    fill: cython.double,
    average: cython.double,
    signal: cython.Py_ssize_t,
) -> cython.longlong:
    """Why the position cannot be protected, of REFUSALS; -1 where it can."""
    number: cython.Py_ssize_t
    stop: cython.double
    if not desk.terms.protected:
        return -1
    if desk.terms.stopped:
        stop = stop_level(desk, side, average, signal)
        if stop != stop:
            return 3
        if side * (fill - stop) <= 0.0:
            return 2
    for number in range(desk.terms.targets):
        level: cython.double = target_level(desk, number, side, average, signal)
        if level != level:
            return 3
    if desk.terms.trailed:
        trail: cython.double = desk.trail.from_price(fill, -side, signal)
        if trail != trail:
            return 3
    return -1


def protect(desk: Desk, side: cython.longlong, fill: cython.double, signal: cython.Py_ssize_t) -> None:
    position: Position = desk.position
    number: cython.Py_ssize_t
    if desk.terms.stopped:
        position.stop = stop_level(desk, side, position.price, signal)
    for number in range(desk.terms.targets):
        position.targets[number] = target_level(desk, number, side, position.price, signal)
    if desk.terms.trailed:
        follow(position, side, desk.trail.from_price(fill, -side, signal))


def follow(position: Position, side: cython.longlong, level: cython.double) -> None:
    """A trailing level never moves back."""
    if position.trail != position.trail or side * (level - position.trail) > 0.0:
        position.trail = level


def sized(
    desk: Desk,
    side: cython.longlong,
    price: cython.double,
    signal: cython.Py_ssize_t,
    resting: cython.bint,
) -> cython.longlong:
    """The lots that a new entry asks for; 0 where it is refused."""
    why: cython.longlong
    if not price > 0.0:
        desk.refuse(7)
        return 0
    why = fault(desk, side, price, price, signal)
    if why >= 0:
        desk.refuse(why)
        return 0
    stop: cython.double = stop_level(desk, side, price, signal) if desk.terms.stopped else NAN
    lots: cython.longlong = wanted(desk, price, stop, signal, resting)
    if lots <= 0:
        desk.refuse(1 if lots == 0 else 4 if lots == -1 else 5)
        return 0
    return lots


def fill(
    desk: Desk,
    lots: cython.longlong,
    price: cython.double,
    signal: cython.Py_ssize_t,
    resting: cython.bint,
    first: cython.bint,
) -> cython.longlong:
    """Enter as many lots (negative: short) as the account can carry. Only the first fill can be refused."""
    position: Position = desk.position
    side: cython.longlong = 1 if lots > 0 else -1
    size: cython.longlong = abs(lots)
    size = within_power(desk, size, price, resting) if price > 0.0 else 0
    why: cython.longlong = 0 if size == 0 else -1
    if why < 0:
        why = fault(desk, side, price, average_with(position, size, price), signal)
    if why >= 0:
        if first:
            desk.refuse(why)
        return 0
    fresh: cython.bint = position.lots == 0
    if not trade(desk, side * size, price, resting, -1):
        return 0
    if fresh:
        position.entry_row, position.entry_at, position.best = desk.row, desk.account.at, price
    position.entries += 1 if first else 0
    protect(desk, side, price, signal)
    return size


def average_with(position: Position, lots: cython.longlong, price: cython.double) -> cython.double:
    held: cython.double = abs(position.lots)
    if held == 0.0:
        return price
    return (position.price * held + price * lots) / (held + lots)
