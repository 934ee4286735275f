"""How many lots of each leg an entry wants, and how many the account can carry (S46)."""

from fractions import Fraction
from typing import NamedTuple

from shared.engine.language import risk as r
from tests.shared.engine.kernel.second_reading.books import Books, Desk
from tests.shared.engine.kernel.second_reading.money import UNIT, said
from tests.shared.engine.kernel.second_reading.prices import commission, slipped
from tests.shared.engine.kernel.second_reading.sizes import Refused, budget_of, most


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


def lots_of(books: Books, legs: list[Leg], signal: int) -> list[int]:
    """Each leg gets its part of the value, lots rounded down (S34)."""
    fills = fills_of(books, legs, [0] * len(legs))
    if min(fills) <= 0:
        raise Refused("no_price")
    equity = _equity(books, legs, fills)
    size = books.plan.risk.size
    if isinstance(size, r.FixedCash | r.PercentOfEquity | r.KellyFraction):
        budget = budget_of(books, size, equity)
        lots = [_paid_for(books, leg, fill, budget * leg.part) for leg, fill in zip(legs, fills, strict=True)]
    else:
        value = _value(books, legs, fills, signal, equity)
        lots = [int(value * leg.part / _lot(leg, fill)) for leg, fill in zip(legs, fills, strict=True)]
    if min(lots) <= 0:
        raise Refused("less_than_a_lot")
    return lots


def _lot(leg: Leg, price: float) -> Fraction:
    """What a lot is worth, in units of money."""
    return said(price) * said(leg.desk.rate) * leg.desk.market.lot


def _paid_for(books: Books, leg: Leg, price: float, budget: Fraction) -> int:
    """The size includes the commission (S34)."""
    enough = max(0, int(budget / _lot(leg, price))) * 2 + 2
    return most(enough, lambda lots: _pay(books, leg, price, lots) <= budget)


def _pay(books: Books, leg: Leg, price: float, lots: int) -> int:
    return leg.desk.worth(lots, price) + commission(books.plan, leg.desk, lots, price, maker=False)


def _value(books: Books, legs: list[Leg], fills: list[float], signal: int, equity: int) -> Fraction:
    """Of all legs, costs not counted: by quantity, risk or volatility (S35, S36)."""
    size, first = books.plan.risk.size, legs[0]
    if isinstance(size, r.FixedQuantity):
        return said(size.quantity) * UNIT / first.desk.market.lot * _lot(first, fills[0]) / first.part
    if isinstance(size, r.RiskFraction):
        stop = books.plan.risk.stop_loss
        assert stop and isinstance(stop.distance, r.Percent)
        return said(size.fraction) * equity / said(stop.distance.percent)
    assert isinstance(size, r.VolatilityTarget)
    volatility = first.desk.market.volatility[signal]
    if volatility is None or volatility <= 0:
        raise Refused("undefined_size")
    return said(size.yearly) / said(volatility) * equity


def _equity(books: Books, legs: list[Leg], fills: list[float]) -> int:
    """At the fill (S34)."""
    return _valued(books, legs, fills)[0]


def _valued(books: Books, legs: list[Leg], fills: list[float]) -> tuple[int, int]:
    """Equity and gross value, with the legs at these prices."""
    known = [leg.desk.price for leg in legs]
    for leg, fill in zip(legs, fills, strict=True):
        leg.desk.price = fill
    found = books.equity, books.gross
    for leg, price in zip(legs, known, strict=True):
        leg.desk.price = price
    return found


def carried(books: Books, legs: list[Leg], fills: list[float], lots: list[int]) -> list[int]:
    """What fits of all legs together (S38): the first is reduced, the others in proportion."""
    leverage = said(books.plan.risk.leverage.most)
    equity, gross = _valued(books, legs, fills)

    def reduced(first: int) -> list[int]:
        return [each * first // lots[0] for each in lots]

    def fits(first: int) -> bool:
        worth = paid = 0
        for leg, fill, each in zip(legs, fills, reduced(first), strict=True):
            worth += leg.desk.worth(each, fill)
            paid += commission(books.plan, leg.desk, each, fill, maker=False)
        return gross + worth <= leverage * (equity - paid)

    return reduced(most(lots[0], fits))
