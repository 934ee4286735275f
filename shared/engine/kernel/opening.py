"""The open of a bar: what was decided at the close before is bought and sold."""

import cython

from shared.engine.kernel.account import Orders
from shared.engine.kernel.desk import Desk
from shared.engine.kernel.entering import fill, sized
from shared.engine.kernel.leaving import leave


def take_open(desk: Desk, row: cython.Py_ssize_t) -> None:
    desk.row = row
    desk.since = desk.open[row]
    desk.inside = desk.targets_wait = False
    desk.volume_left = volume_of(desk, row)
    desk.mark_at_open()


def volume_of(desk: Desk, row: cython.Py_ssize_t) -> cython.longlong:
    """The lots that one order takes of a bar's volume."""
    part: cython.double = desk.terms.volume_limit
    if part != part:
        return 4000000000000000000
    most: cython.double = part * desk.volume[row] / desk.lot
    return 4000000000000000000 if most > 4e18 else cython.cast(cython.longlong, most * (1.0 + 1e-12))


def exit_at_open(desk: Desk) -> None:
    """What the bar's volume does not give waits for the next bar."""
    orders: Orders = desk.orders
    if orders.leave < 0:
        return
    lots: cython.longlong = min(abs(desk.position.lots), desk.volume_left)
    if lots > 0 and leave(desk, lots, desk.open[desk.row], orders.leave, False):
        desk.volume_left -= lots


def enter_at_open(desk: Desk) -> None:
    orders: Orders = desk.orders
    if orders.enter == 0 or desk.position.side() == -orders.enter:
        return
    first: cython.bint = orders.planned < 0
    if first:
        price: cython.double = desk.worsened(orders.enter, desk.open[desk.row], 0)
        orders.planned = sized(desk, orders.enter, price, orders.signal, False)
        if orders.planned > 0 and desk.volume_left == 0:
            desk.refuse(6)
            orders.planned = 0
    _enter(desk, orders, first)
    if orders.planned == 0:
        orders.drop_entry()


def _enter(desk: Desk, orders: Orders, first: cython.bint) -> None:
    lots: cython.longlong = min(orders.planned, desk.volume_left)
    if lots <= 0:
        return
    price: cython.double = desk.worsened(orders.enter, desk.open[desk.row], lots)
    filled: cython.longlong = fill(desk, orders.enter * lots, price, orders.signal, False, first)
    orders.planned = orders.planned - lots if filled == lots else 0
