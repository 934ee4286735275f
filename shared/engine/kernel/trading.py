"""A fill, and all that it leaves behind: books, a row of the records, the digest."""

import cython

from shared.engine.kernel.account import Account, Position
from shared.engine.kernel.desk import Desk
from shared.engine.kernel.fills import book, commission
from shared.engine.kernel.records import Records


def fee_of(desk: Desk, value: cython.double, lots: cython.longlong, resting: cython.bint) -> cython.double:
    """`resting` orders, limits and targets, pay as a maker."""
    rate: cython.double = desk.terms.maker if resting else desk.terms.taker
    return commission(value, lots, rate, desk.fee_per_lot * desk.rate, desk.terms.minimum)


def trade(
    desk: Desk,
    lots: cython.longlong,
    price: cython.double,
    resting: cython.bint,
    reason: cython.longlong,
) -> cython.bint:
    """Buy so many lots, or sell where they are negative. `reason`: of what closes. False: the grid ended."""
    size: cython.longlong = abs(lots)
    value: cython.double = desk.value(price, size)
    fee: cython.double = fee_of(desk, value, size, resting)
    position: Position = desk.position
    account: Account = desk.account
    average: cython.double = position.price
    side: cython.longlong = position.side()
    closes: cython.bint = position.lots != 0 and (position.lots > 0) != (lots > 0)
    if not book(account, position, lots, price, value, fee):
        account.beyond = True
        return False
    account.count(value)
    seal(desk, lots, price, fee)
    if closes:
        record(desk, side * size, average, price, reason)
        if position.lots == 0:
            left(desk, side)
    desk.mark_at(desk.mark)
    return True


def seal(desk: Desk, lots: cython.longlong, price: cython.double, fee: cython.double) -> None:
    """Nine words as one, each by a factor of its own: none waits until the one before is sealed."""
    account: Account = desk.account
    position: Position = desk.position
    money: cython.ulonglong = times(account.cash, 0x1F3D5B79A0C2E4E7)
    money += times(cython.cast(cython.longlong, fee), 0x2B7E151628AED2A7)
    money += times(position.cost, 0x3243F6A8885A308D) + times(position.fees, 0x4A7484AA6EA6E483)
    rest: cython.ulonglong = times(account.at, 0x5CB0A9DCBD41FBD5) + times(desk.index, 0x6A09E667F3BCC909)
    rest += times(lots, 0x71374491B5C0FBCF) + times(position.lots, 0x7F4A7C159E3779B9)
    account.seal(money + rest + times(account.bits_of(price), 0x369DEA0F31A53F85))


def times(word: cython.ulonglong, factor: cython.ulonglong) -> cython.ulonglong:
    return word * factor


def record(
    desk: Desk,
    lots: cython.longlong,
    average: cython.double,
    price: cython.double,
    reason: cython.longlong,
) -> None:
    records: Records = desk.records
    account: Account = desk.account
    row: cython.Py_ssize_t = records.next()
    records.whole[0, row] = desk.index
    records.whole[1, row] = 1 if lots > 0 else -1
    records.whole[2, row] = abs(lots)
    records.whole[3, row] = desk.position.entry_at
    records.whole[4, row] = account.at
    records.whole[5, row] = account.charged
    records.whole[6, row] = account.gained
    records.whole[7, row] = reason
    records.whole[8, row] = account.recovered
    records.prices[0, row] = average
    records.prices[1, row] = price


def left(desk: Desk, side: cython.longlong) -> None:
    """Orders that would have added to the position are gone with it."""
    desk.position.clear()
    desk.orders.leave = -1
    desk.orders.left_row = desk.row
    if desk.orders.resting == side:
        desk.orders.drop_resting()
    if desk.orders.enter == side and not desk.in_legs:
        desk.orders.drop_entry()
