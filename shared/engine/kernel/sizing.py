"""How many lots an entry buys, or sells short."""

import cython

from shared.engine.kernel.desk import Desk
from shared.engine.kernel.numeric import half_even
from shared.engine.kernel.records import Records
from shared.engine.kernel.terms import Terms
from shared.engine.kernel.trading import fee_of


def whole_lots(lots: cython.double) -> cython.longlong:
    """Rounded down, but for what only a float's last digits leave out: 0.3 holds three lots of 0.1."""
    lots *= 1.0 + 1e-15
    if lots > 4e18:
        return 4000000000000000000
    return cython.cast(cython.longlong, lots) if lots > 0.0 else 0


def equity_at(desk: Desk, price: cython.double) -> cython.double:
    """The others at their last known price."""
    own: cython.double = desk.value(price, desk.position.lots)
    return desk.account.equity() - desk.account.worth[desk.index] + own


def paid_by(
    desk: Desk, budget: cython.double, weight: cython.double, price: cython.double, resting: cython.bint
) -> cython.longlong:
    """The most lots whose value and `weight` times their commission are within the budget, which is money."""
    terms: Terms = desk.terms
    budget = half_even(budget)  # 0.29 × 1,000 is 290, and not what floats leave of it
    rate: cython.double = terms.maker if resting else terms.taker
    unit: cython.double = desk.lot_worth(price)
    each: cython.double = unit * (1.0 + weight * rate) + weight * desk.fee_per_lot * desk.rate
    least: cython.double = budget / each
    other: cython.double = (budget - weight * terms.minimum) / unit
    lots: cython.longlong = whole_lots((least if least < other else other) + 1.0)
    while lots > 0 and price_of(desk, lots, weight, price, resting) > budget:
        lots -= 1 + (lots >> 52)
    return lots if lots > 0 else 0


def price_of(
    desk: Desk, lots: cython.longlong, weight: cython.double, price: cython.double, resting: cython.bint
) -> cython.double:
    value: cython.double = desk.value(price, lots)
    return value + weight * fee_of(desk, value, lots, resting)


def within_power(
    desk: Desk, lots: cython.longlong, price: cython.double, resting: cython.bint
) -> cython.longlong:
    """As many of these lots as leave all positions worth no more than the leverage allows."""
    most: cython.double = desk.terms.leverage
    own: cython.double = desk.value(price, abs(desk.position.lots))
    others: cython.double = desk.account.gross() - abs(desk.account.worth[desk.index])
    budget: cython.double = half_even(most * equity_at(desk, price) - others - own)
    if price_of(desk, lots, most, price, resting) <= budget:
        return lots
    fit: cython.longlong = paid_by(desk, budget, most, price, resting)
    return lots if lots < fit else fit


def wanted(
    desk: Desk, price: cython.double, stop: cython.double, signal: cython.Py_ssize_t, resting: cython.bint
) -> cython.longlong:
    """What the size rule asks for; -1 where it knows no size, -2 where it bets nothing."""
    terms: Terms = desk.terms
    if terms.size == 0:
        return whole_lots(terms.amount / desk.lot)
    if terms.size == 1:
        return paid_by(desk, terms.amount * 1e8, 1.0, price, resting)
    equity: cython.double = equity_at(desk, price)
    if terms.size == 2:
        return paid_by(desk, terms.amount * equity, 1.0, price, resting)
    if terms.size == 3:
        # The nearer two floats, the fewer digits has their difference: 15 - 14.7 is a little more than 0.3.
        lost: cython.double = abs(price - stop)
        return whole_lots(terms.amount * equity / desk.lot_worth(lost) * (1.0 + 4e-16 * price / lost))
    if terms.size == 4:
        return _by_volatility(desk, equity, price, signal)
    part: cython.double = bet(desk.records, terms)
    return -2 if part <= 0.0 else paid_by(desk, part * equity, 1.0, price, resting)


def _by_volatility(
    desk: Desk, equity: cython.double, price: cython.double, signal: cython.Py_ssize_t
) -> cython.longlong:
    yearly: cython.double = desk.volatility[signal]
    if not yearly > 0.0:
        return -1
    return whole_lots(desk.terms.amount / yearly * equity / desk.lot_worth(price))


def bet(records: Records, terms: Terms) -> cython.double:
    """Kelly's part of the equity, W - (1 - W) / R over the last trades; R: the mean gain by the mean loss."""
    i: cython.Py_ssize_t
    pnl: cython.double
    wins: cython.double = 0.0
    gained: cython.double = 0.0
    lost: cython.double = 0.0
    trades: cython.double = terms.size_trades
    if records.length < terms.size_trades:
        return terms.amount * terms.size_most
    for i in range(records.length - terms.size_trades, records.length):
        pnl = records.pnl(i)
        if pnl > 0.0:
            wins, gained = wins + 1.0, gained + pnl
        else:
            lost -= pnl
    if gained == 0.0:
        return 0.0
    part: cython.double = wins / trades
    if lost > 0.0:
        part -= (1.0 - part) * (lost / (trades - wins)) / (gained / wins)
    part *= terms.amount
    return part if part < terms.size_most else terms.size_most
