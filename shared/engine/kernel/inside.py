"""Between the open and the close: orders that rest at a price, the worst case first."""

import cython

from shared.engine.kernel.account import Orders
from shared.engine.kernel.desk import Desk
from shared.engine.kernel.doubting import doubt_stop, doubt_waiting
from shared.engine.kernel.entering import fill, sized
from shared.engine.kernel.fills import fill_price, nearer, on_tick, triggers
from shared.engine.kernel.leaving import leave, stop_now, stop_reason, target_lots, target_now
from shared.engine.kernel.numeric import NAN


def work_inside(desk: Desk) -> None:
    """The whole bar at once."""
    if not waits(desk):
        return
    desk.inner_open = desk.open[desk.row]
    desk.inner_high = desk.high[desk.row]
    desk.inner_low = desk.low[desk.row]
    meet(desk)


def waits(desk: Desk) -> cython.bint:
    """Whether there can be an order that fills inside a bar."""
    return desk.orders.resting != 0 or desk.terms.protected or desk.terms.margin != 0.0


def meet(desk: Desk) -> None:
    """The price opens, moves against the position, then with it; in a movement the nearest order is first."""
    if desk.position.lots == 0 and desk.orders.resting == 0:
        return
    at_the_open(desk)
    way: cython.longlong = desk.position.side()
    if way == 0:
        way = desk.orders.resting
    if way != 0:
        against(desk, way)
        along(desk, way)
    if desk.targets_wait and not desk.account.beyond:
        doubt_waiting(desk)


def at_the_open(desk: Desk) -> None:
    """What the open is beyond, a target or the resting entry, is filled before the price moves.

    Unless the open meets both, or a stop as well: then what comes first is not told.
    """
    while not desk.account.beyond:
        falling: cython.bint = falls_to_entry(desk)
        level: cython.double = entry_level(desk, falling)
        number: cython.Py_ssize_t = target_at_the_open(desk)
        if (number >= 0) == opens_beyond(desk, falling, level):
            return
        if opens_beyond(desk, desk.position.lots > 0, stop_now(desk)):
            return
        if number >= 0:
            take_target(desk, number, desk.since)
        elif not enter_inside(desk, falling, level):
            return


def target_at_the_open(desk: Desk) -> cython.Py_ssize_t:
    """The nearest target, where the open is beyond it, else -1."""
    if desk.position.lots == 0 or desk.targets_wait:
        return -1
    number: cython.Py_ssize_t = target_now(desk)
    if number >= 0 and opens_beyond(desk, desk.position.lots < 0, desk.position.targets[number]):
        return number
    return -1


def opens_beyond(desk: Desk, falling: cython.bint, level: cython.double) -> cython.bint:
    return level == level and triggers(falling, level, desk.since, desk.since)


def falls_to_entry(desk: Desk) -> cython.bint:
    """Whether a resting entry waits for a falling price: a limit to buy, a stop to sell short."""
    return (desk.terms.order == 1) == (desk.orders.resting > 0)


def against(desk: Desk, way: cython.longlong) -> None:
    falling: cython.bint = way > 0
    while not desk.account.beyond:
        stop: cython.double = stop_now(desk) if desk.position.side() == way else NAN
        entry: cython.double = entry_level(desk, falling)
        if nearer(falling, entry, stop) and reached(desk, falling, entry):
            if enter_inside(desk, falling, entry) and desk.position.side() == -way:
                against(desk, -way)
                along(desk, -way)
        elif reached(desk, falling, stop):
            price: cython.double = fill_price(falling, stop, desk.since)
            doubt_stop(desk, falling, stop)
            leave(desk, abs(desk.position.lots), price, stop_reason(desk, stop), False)
        else:
            return


def along(desk: Desk, way: cython.longlong) -> None:
    falling: cython.bint = way < 0
    while not desk.account.beyond:
        number: cython.Py_ssize_t = -1
        if desk.position.side() == way and not desk.targets_wait:
            number = target_now(desk)
        target: cython.double = desk.position.targets[number] if number >= 0 else NAN
        entry: cython.double = entry_level(desk, falling)
        if nearer(falling, entry, target) and reached(desk, falling, entry):
            if enter_inside(desk, falling, entry):
                against(desk, desk.position.side())
                if desk.position.side() == -way and not desk.targets_wait:  # reversed at the open
                    along(desk, -way)
        elif reached(desk, falling, target):
            take_target(desk, number, fill_price(falling, target, desk.since))
        else:
            return


def reached(desk: Desk, falling: cython.bint, level: cython.double) -> cython.bint:
    return level == level and triggers(falling, level, desk.inner_high, desk.inner_low)


def take_target(desk: Desk, number: cython.Py_ssize_t, price: cython.double) -> None:
    lots: cython.longlong = target_lots(desk, number)
    desk.position.done |= 1 << number
    if lots > 0:
        leave(desk, lots, price, 3, True)


def entry_level(desk: Desk, falling: cython.bint) -> cython.double:
    """Of the entry that waits for this movement, else NaN: each rung of a ladder is one step better."""
    orders: Orders = desk.orders
    if orders.resting == 0 or falling != falls_to_entry(desk):
        return NAN
    if orders.rung == 0:
        return orders.level
    step: cython.double = (
        desk.rung_step.from_price(orders.level, -orders.resting, orders.resting_signal) - orders.level
    )
    return on_tick(orders.level + orders.rung * step, orders.resting < 0, desk.tick, desk.per_unit)


def enter_inside(desk: Desk, falling: cython.bint, level: cython.double) -> cython.bint:
    """Fill the resting entry, or the next rung of it. False: nothing is left of it, or of the grid."""
    orders: Orders = desk.orders
    at_once: cython.bint = opens_beyond(desk, falling, level)  # the whole bar comes after it
    side: cython.longlong = orders.resting
    limit: cython.bint = desk.terms.order == 1
    price: cython.double = fill_price(falling, level, desk.inner_open)
    if desk.position.side() == -side and not leave(desk, abs(desk.position.lots), price, 1, limit):
        return False
    first: cython.bint = orders.rung == 0
    if first:
        orders.parts = sized(desk, side, asked(desk, side, price, 0), orders.resting_signal, limit)
    lots: cython.longlong = part_of_ladder(orders.parts, orders.rung, desk.terms.rungs)
    filled: cython.longlong = 0
    if lots > 0:
        asking: cython.double = asked(desk, side, price, lots)
        filled = fill(desk, side * lots, asking, orders.resting_signal, limit, first)
    if filled > 0:
        desk.since = price
        desk.inside = desk.inside or not at_once
        desk.targets_wait = desk.targets_wait or (limit and not at_once)
    orders.rung += 1
    if filled < lots or part_of_ladder(orders.parts, orders.rung, desk.terms.rungs) == 0:
        orders.drop_resting()
    return filled > 0


def asked(desk: Desk, side: cython.longlong, price: cython.double, lots: cython.longlong) -> cython.double:
    """A limit costs no slippage."""
    if desk.terms.order == 1:
        return on_tick(price, side > 0, desk.tick, desk.per_unit)
    return desk.worsened(side, price, lots)


def part_of_ladder(parts: cython.longlong, rung: cython.longlong, rungs: cython.longlong) -> cython.longlong:
    """Equal parts of the lots; what does not divide goes to the first rungs."""
    if rung >= rungs:
        return 0
    return parts // rungs + (1 if rung < parts % rungs else 0)
