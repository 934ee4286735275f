"""The close of a bar: what holding costs, where trailing levels go, what is decided."""

import cython

from shared.engine.kernel.account import Account, Orders, Position
from shared.engine.kernel.desk import Desk
from shared.engine.kernel.distances import Distance
from shared.engine.kernel.entering import follow
from shared.engine.kernel.fills import fits, on_tick, triggers
from shared.engine.kernel.numeric import half_even
from shared.engine.kernel.terms import Terms


def take_close(desk: Desk) -> None:
    """What happens to the position; rules are asked when every symbol has come so far."""
    desk.mark_at_close()
    if desk.position.lots == 0:
        return
    if desk.terms.borrow_rate != 0.0 or desk.terms.funding_rate != 0.0:
        carry(desk)
    if desk.terms.trailed:
        trail(desk)


def carry(desk: Desk) -> None:
    """Borrowing and funding, from close to close; of the bar of the entry, all of it."""
    position: Position = desk.position
    account: Account = desk.account
    side: cython.longlong = position.side()
    elapsed: cython.double = desk.duration
    if position.entry_row < desk.row:
        elapsed = desk.time[desk.row] - desk.time[desk.row - 1]
    value: cython.double = side * account.worth[desk.index]
    rate: cython.double = side * desk.terms.funding_rate
    if side < 0:
        rate += desk.terms.borrow_rate
    due: cython.double = half_even(rate * value * (elapsed / 31536000000000.0))
    if not (fits(account.cash - due) and fits(position.fees + due)):
        account.beyond = True
        return
    account.cash -= cython.cast(cython.longlong, due)
    position.fees += cython.cast(cython.longlong, due)


def trail(desk: Desk) -> None:
    """At the close of a bar, which is that of the last of its finer ones."""
    row: cython.Py_ssize_t = desk.row
    if desk.resolved:
        trail_by(desk, desk.inner_high, desk.inner_low, desk.close[row], row)
    else:
        trail_by(desk, desk.high[row], desk.low[row], desk.close[row], row)


def trail_by(
    desk: Desk,
    high: cython.double,
    low: cython.double,
    close: cython.double,
    row: cython.Py_ssize_t,
) -> None:
    """Of a bar that was entered inside, only the close surely came after the entry. Ranges are the row's."""
    position: Position = desk.position
    side: cython.longlong = position.side()
    distance: Distance = desk.trail
    best: cython.double = high if side > 0 else low
    if desk.inside:
        best = close
    moved: cython.bint = side * (best - position.best) > 0.0
    if moved:
        position.best = best
    start: cython.double = position.best
    if desk.highest.shape[0] > 0:
        start = desk.highest[row] if side > 0 else desk.lowest[row]
    level: cython.double = distance.from_price(start, -side, row)
    if level != level:
        return
    if moved and side * (level - position.trail) > 0.0 and triggers(side > 0, level, high, low):
        desk.records.doubt(1)
    follow(position, side, level)


def decide_exits(desk: Desk) -> None:
    """An exit is decided before the entries of any symbol; it beats an entry of its own direction."""
    orders: Orders = desk.orders
    side: cython.longlong = desk.position.side()
    desk.wants = 0
    if not asks(desk):
        return
    expire(desk)
    desk.wants = (1 if desk.holds(0) else 0) - (1 if desk.holds(2) else 0)
    _cancel(desk, orders)
    if side == 0 or orders.leave >= 0:
        return
    if desk.wants == -side and desk.terms.order == 0:
        orders.leave = 1
    elif desk.holds(1 if side > 0 else 3):
        orders.leave = 0
    elif desk.row - desk.position.entry_row >= desk.terms.time_stop:
        orders.leave = 5
    if orders.leave >= 0 and orders.resting == side:
        orders.drop_resting()
    if orders.leave >= 0 and orders.enter == side:
        orders.drop_entry()


def asks(desk: Desk) -> cython.bint:
    """Whether there is anything to decide at the close of this bar."""
    held: cython.bint = desk.position.lots != 0
    late: cython.bint = held and desk.row - desk.position.entry_row >= desk.terms.time_stop
    return late or desk.programmed or desk.orders.resting != 0 or desk.says_something()


def expire(desk: Desk) -> None:
    if desk.orders.resting != 0 and desk.row >= desk.orders.until:
        if desk.orders.rung == 0:
            desk.refuse(8)
        desk.orders.drop_resting()


def _cancel(desk: Desk, orders: Orders) -> None:
    """An entry that is still to come is gone with its exit's rule, or with the opposite entry's."""
    if orders.resting != 0 and ended(desk, orders.resting):
        orders.drop_resting()
    if orders.enter != 0 and ended(desk, orders.enter):
        orders.drop_entry()


def ended(desk: Desk, side: cython.longlong) -> cython.bint:
    return desk.wants == -side or desk.holds(1 if side > 0 else 3)


def takes_a_place(desk: Desk) -> cython.bint:
    """Whether a position will be open, if its orders fill."""
    orders: Orders = desk.orders
    return orders.enter != 0 or orders.resting != 0 or (desk.position.lots != 0 and orders.leave < 0)


def decide_entry(desk: Desk, halted: cython.bint, places: cython.longlong) -> None:
    """`places` are taken by other symbols."""
    orders: Orders = desk.orders
    terms: Terms = desk.terms
    side: cython.longlong = desk.position.side()
    if desk.wants == 0 or orders.enter == desk.wants:
        return
    if side == desk.wants and (orders.leave >= 0 or desk.position.entries >= terms.pyramiding):
        return
    if halted:
        desk.refuse(11)
    elif orders.left_row >= 0 and desk.row - orders.left_row < terms.cooldown:
        desk.refuse(10)
    elif places >= terms.positions:
        desk.refuse(9)
    elif terms.order == 0:
        orders.enter, orders.signal, orders.planned = desk.wants, desk.row, -1
    else:
        rest(desk, desk.wants)


def rest(desk: Desk, side: cython.longlong) -> None:
    orders: Orders = desk.orders
    level: cython.double = desk.limit_long[desk.row] if side > 0 else desk.limit_short[desk.row]
    orders.drop_resting()
    if not level > 0.0:
        desk.refuse(3)
        return
    if desk.terms.order == 1:
        level = on_tick(level, side < 0, desk.tick, desk.per_unit)
    step: cython.double = desk.rung_step.from_price(level, -side, desk.row) if desk.terms.rungs > 1 else level
    if step != step:
        desk.refuse(3)
        return
    orders.resting, orders.level, orders.resting_signal = side, level, desk.row
    orders.until = desk.row + desk.terms.valid_bars
