"""How many lots of each leg an entry wants, and how many the account can carry (S46)."""

from fractions import Fraction
from typing import NamedTuple

from shared.engine.language import risk as r
from tests.shared.engine.kernel.second_reading.books import Books, Desk
from tests.shared.engine.kernel.second_reading.grid import check
from tests.shared.engine.kernel.second_reading.money import UNIT, rounded, said
from tests.shared.engine.kernel.second_reading.opening import room
from tests.shared.engine.kernel.second_reading.prices import commission, slipped
from tests.shared.engine.kernel.second_reading.sizes import Refused, budget_of, most

WITH_COMMISSION = (r.FixedCash, r.PercentOfEquity, r.KellyFraction)


class Leg(NamedTuple):
    desk: Desk
    side: int  # of this leg: that of the entry, turned round where the weight is negative
    part: Fraction  # of the value


def fills_of(books: Books, legs: list[Leg], lots: list[int]) -> list[float]:
    """What a market order of so many lots gets."""
    return [
        slipped(books.plan, leg.desk.market, leg.desk.bar, leg.desk.price, leg.side, each)
        for leg, each in zip(legs, lots, strict=True)
    ]


def percent_of(rule: r.StopLoss | r.Target) -> Fraction:
    """Of legs, stop and target are parts of what all of them cost."""
    assert isinstance(rule.distance, r.Percent)
    return said(rule.distance.percent)


def sized(books: Books, legs: list[Leg], signal: int) -> tuple[list[int], list[float]]:
    """Lots, and what they get. What does not fit, or a bar does not give, all do without alike (S46)."""
    rooms = [room(books, leg.desk) for leg in legs]
    if any(most is not None and most <= 0 for most in rooms):
        raise Refused("no_volume")
    check(books)
    fills = fills_of(books, legs, [0] * len(legs))
    if min(fills) <= 0:
        raise Refused("no_price")
    value = _value(books, legs[0], fills[0], signal) / legs[0].part
    lots = _split(books, legs, fills, value)
    if not all(lots):
        raise Refused("less_than_a_lot")
    fills = fills_of(books, legs, lots)  # it slips by what it asks for (S38)
    if min(fills) <= 0:
        raise Refused("no_cash")
    while (excess := _excess(books, legs, fills, lots, rooms)) > 1:
        value = _less(books, legs, fills, lots, value / excess)
        lots = _split(books, legs, fills, value)
        if not all(lots):
            raise Refused("no_cash")
    return lots, fills


def _less(books: Books, legs: list[Leg], fills: list[float], lots: list[int], value: Fraction) -> Fraction:
    """So much, or where all would keep their lots at that, as much as takes one of some leg."""
    kept = max(
        _paid(books, leg, fill, each) / leg.part for leg, fill, each in zip(legs, fills, lots, strict=True)
    )
    return value if value < kept else kept * (1 - Fraction(1, 10**9)) - 1


def _split(books: Books, legs: list[Leg], fills: list[float], value: Fraction) -> list[int]:
    """Each leg gets its part of the value, lots rounded down (S34)."""
    return [_paid_for(books, leg, fill, value * leg.part) for leg, fill in zip(legs, fills, strict=True)]


def _paid_for(books: Books, leg: Leg, price: float, value: Fraction) -> int:
    most_lots = max(0, int(value / _lot(leg.desk, price))) * 2 + 2
    return most(most_lots, lambda lots: _paid(books, leg, price, lots) <= rounded(value))


def _paid(books: Books, leg: Leg, price: float, lots: int) -> int:
    """A size in percent of the equity, in cash or by Kelly includes the commission (S34)."""
    included = isinstance(books.plan.risk.size, WITH_COMMISSION)
    paid = commission(books.plan, leg.desk, lots, price, maker=False) if included else 0
    return leg.desk.worth(lots, price) + paid


def _lot(desk: Desk, price: float) -> Fraction:
    """What a lot is worth, in units of money."""
    return said(price) * said(desk.rate) * desk.market.lot


def _value(books: Books, first: Leg, fill: float, signal: int) -> Fraction:
    """Of the first leg. The equity is that at the open, whatever the legs slip by that are added."""
    risk, equity, desk = books.plan.risk, books.equity, first.desk
    size = risk.size
    if isinstance(size, r.FixedQuantity):
        return Fraction(desk.worth(int(said(size.quantity) * UNIT / desk.market.lot), fill))
    if isinstance(size, r.RiskFraction):
        assert risk.stop_loss
        return said(size.fraction) * equity / percent_of(risk.stop_loss) * first.part
    if isinstance(size, r.VolatilityTarget):
        volatility = desk.market.volatility[signal]
        if volatility is None or volatility <= 0:
            raise Refused("undefined_size")
        return said(size.yearly) / said(volatility) * equity * first.part
    return budget_of(books, size, equity) * first.part


def _excess(
    books: Books, legs: list[Leg], fills: list[float], lots: list[int], rooms: list[int | None]
) -> Fraction:
    """How many times more than the account can carry, or than a leg's bar gives."""
    leverage = said(books.plan.risk.leverage.most)
    free = leverage * books.equity - books.gross
    if free <= 0:
        return Fraction(2)
    needed = Fraction(0)
    for leg, fill, each in zip(legs, fills, lots, strict=True):
        needed += leg.desk.worth(each, fill)
        needed += leverage * commission(books.plan, leg.desk, each, fill, maker=False)
    of_bars = [Fraction(each, given) for each, given in zip(lots, rooms, strict=True) if given]
    return max(needed / free, *of_bars, Fraction(0))
