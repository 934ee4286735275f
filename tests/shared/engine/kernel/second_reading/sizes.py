"""How many lots an entry wants, and how many the account can carry."""

from collections.abc import Callable
from fractions import Fraction

from shared.engine.language import risk as r
from tests.shared.engine.kernel.second_reading.books import Books, Desk
from tests.shared.engine.kernel.second_reading.money import UNIT, rounded, said


class Refused(Exception):
    """Why an entry is not made: its name in the outcome's `rejected`."""


def most(enough: int, fits: Callable[[int], bool]) -> int:
    """The most lots that fit, of at most `enough`; more never fits where less does not."""
    low, high = 0, enough + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def wanted(
    books: Books,
    desk: Desk,
    signal: int,
    price: float,
    stop: float | None,
    equity: int,
    pay: Callable[[int], int],
) -> int:
    """Lots, rounded down (S34). `pay` tells what so many lots cost with their commission."""
    size, market = books.plan.risk.size, desk.market
    lot = Fraction(market.lot, UNIT)
    if isinstance(size, r.FixedQuantity):
        return int(said(size.quantity) / lot)
    if isinstance(size, r.RiskFraction):
        assert stop is not None
        lost = abs(said(price) - said(stop)) * said(desk.rate) * market.lot
        return max(0, int(said(size.fraction) * equity / lost))
    worth_of_a_lot = said(price) * said(desk.rate) * market.lot
    if isinstance(size, r.VolatilityTarget):
        volatility = market.volatility[signal]
        if volatility is None or volatility <= 0:
            raise Refused("undefined_size")
        return max(0, int(said(size.yearly) / said(volatility) * equity / worth_of_a_lot))
    budget = budget_of(books, size, equity)
    enough = max(0, int(budget / worth_of_a_lot)) * 2 + 2
    return most(enough, lambda lots: pay(lots) <= budget)


def budget_of(books: Books, size: r.Size, equity: int) -> int:
    """Money, and rounded as money is (S34)."""
    if isinstance(size, r.FixedCash):
        return rounded(said(size.cash) * UNIT)
    if isinstance(size, r.PercentOfEquity):
        return rounded(said(size.percent) * equity)
    assert isinstance(size, r.KellyFraction)
    return rounded(_kelly(books, size) * equity)


def _kelly(books: Books, size: r.KellyFraction) -> Fraction:
    """S37."""
    last = [trade.pnl for trade in books.trades[-size.trades :]]
    if len(last) < size.trades:
        return said(size.fraction) * said(size.most)
    gains, losses = [pnl for pnl in last if pnl > 0], [-pnl for pnl in last if pnl <= 0]
    if not gains:
        raise Refused("no_edge")
    won, bet = Fraction(len(gains), len(last)), Fraction(1)
    if sum(losses):
        ratio = Fraction(sum(gains), len(gains)) / Fraction(sum(losses), len(losses))
        bet = won - (1 - won) / ratio
    else:
        bet = won
    if bet <= 0:
        raise Refused("no_edge")
    return min(said(size.fraction) * bet, said(size.most))
