"""When an order fills, at which price, and what that makes of an account: the only rules that there are.

Money is a whole number of units of 1e-8; as long as it is computed it is a float that holds a whole number.
"""

import cython
from cython.cimports.libc.math import ceil, floor

from shared.engine.kernel.account import Account, Position
from shared.engine.kernel.numeric import half_even


def value_of(price: cython.double, lots: cython.longlong, scale: cython.double) -> cython.double:
    """`scale` is what a lot is worth at a price of 1, in units."""
    return half_even(price * (lots * scale))


def commission(
    value: cython.double,
    lots: cython.longlong,
    rate: cython.double,
    per_lot: cython.double,
    minimum: cython.double,
) -> cython.double:
    fee: cython.double = rate * value + per_lot * lots
    return half_even(minimum if fee < minimum else fee)


def triggers(
    falling: cython.bint, level: cython.double, high: cython.double, low: cython.double
) -> cython.bint:
    """Limits to buy and stops to sell wait for a falling price, the others for a rising one."""
    return low <= level if falling else high >= level


def fill_price(falling: cython.bint, level: cython.double, since: cython.double) -> cython.double:
    """Its level, or the first price that the order meets, where that lies beyond: the open, as a rule."""
    if falling:
        return level if level < since else since
    return level if level > since else since


def nearer(falling: cython.bint, level: cython.double, other: cython.double) -> cython.bint:
    """Whether a price that falls, or rises, meets `level` before the other; NaN is never met."""
    if other != other:
        return level == level
    return level > other if falling else level < other


def slipped(
    price: cython.double, direction: cython.longlong, fraction: cython.double, amount: cython.double
) -> cython.double:
    """A buyer (1) pays more, a seller (-1) gets less, but never less than nothing."""
    worse: cython.double = price + direction * (price * fraction + amount)
    return worse if worse > 0.0 else 0.0


def on_tick(
    price: cython.double, up: cython.bint, tick: cython.double, per_unit: cython.double
) -> cython.double:
    """`per_unit` ticks make 1, or are 0 where that is no whole number."""
    if tick == 0.0:
        return price
    ticks: cython.double = price * per_unit if per_unit != 0.0 else price / tick
    whole: cython.double = half_even(ticks)
    if abs(ticks - whole) > 1e-9 * (abs(whole) + 1.0):
        whole = ceil(ticks) if up else floor(ticks)
    return whole / per_unit if per_unit != 0.0 else whole * tick


def part_of(whole: cython.longlong, lots: cython.longlong, held: cython.longlong) -> cython.longlong:
    """whole × lots / held, rounded half to even, with every digit of the product; lots ≤ held < 2^62."""
    if lots == held:
        return whole
    size: cython.longlong = -whole if whole < 0 else whole
    most: cython.longlong = size // held
    rest: cython.longlong = size % held
    share: cython.longlong = 0  # of rest × lots / held, a binary digit of lots at a time
    left: cython.longlong = 0
    bit: cython.longlong = 1
    while bit <= lots // 2:
        bit *= 2
    while bit > 0:
        share, left = share * 2, left * 2
        if left >= held:
            share, left = share + 1, left - held
        if lots & bit:
            left += rest
            if left >= held:
                share, left = share + 1, left - held
        bit //= 2
    share += most * lots
    if left > held - left or (left == held - left and share % 2 == 1):
        share += 1
    return -share if whole < 0 else share


def fits(amount: cython.double) -> cython.bint:
    """Whether an int64 carries it: 9e10 of money."""
    return -9e18 <= amount <= 9e18


def book(
    account: Account,
    position: Position,
    lots: cython.longlong,
    price: cython.double,
    value: cython.double,
    fee: cython.double,
) -> cython.bint:
    """A fill of so many lots, negative where they are sold: one that closes never closes more than is held.

    False, and nothing is booked, where the grid ends.
    """
    # One by one: the difference of a value and a fee may have more digits than a float.
    worth: cython.longlong = cython.cast(cython.longlong, value) if fits(value) else 0
    charge: cython.longlong = cython.cast(cython.longlong, fee) if fits(fee) else 0
    flow: cython.double = -value - fee if lots > 0 else value - fee
    grows: cython.bint = position.lots == 0 or (position.lots > 0) == (lots > 0)
    if not (fits(value) and fits(fee) and fits(account.cash + flow) and fits(position.fees + fee)):
        return False
    if grows and not (fits(position.cost + value) and fits(position.lots + 2.0 * lots)):
        return False
    if grows:
        position.grow(lots, price, worth, charge)
    elif not _close(account, position, lots, worth, charge):
        return False
    account.cash += (-worth if lots > 0 else worth) - charge
    return True


def _close(
    account: Account,
    position: Position,
    lots: cython.longlong,
    worth: cython.longlong,
    charge: cython.longlong,
) -> cython.bint:
    held: cython.longlong = abs(position.lots)
    closed: cython.longlong = abs(lots)
    cost: cython.longlong = part_of(position.cost, closed, held)
    fees: cython.longlong = part_of(position.fees, closed, held)
    gross: cython.longlong = worth - cost if lots < 0 else cost - worth
    charged: cython.double = fees + (charge + 0.0)
    if not (fits(charged) and fits(gross - charged)):
        return False
    account.charged = fees + charge
    account.gained = gross - account.charged
    account.recovered = cost
    position.shrink(lots, cost, fees)
    return True
