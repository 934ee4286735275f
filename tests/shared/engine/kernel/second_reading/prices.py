"""At what price an order fills, and what the commission is."""

import math

from shared.engine.plan import Plan
from tests.shared.engine.kernel.second_reading.books import Desk
from tests.shared.engine.kernel.second_reading.market import Market
from tests.shared.engine.kernel.second_reading.money import UNIT, rounded, said


def to_tick(price: float, tick: float, *, up: bool) -> float:
    """A price that is on the grid but for what floats lose stays there."""
    if not tick:
        return price
    steps = price / tick
    if abs(steps - round(steps)) <= 1e-9 * max(1.0, abs(steps)):
        whole = round(steps)
    else:
        whole = math.ceil(steps) if up else math.floor(steps)
    return float(whole * said(tick))


def limit_level(level: float, tick: float, way: int) -> float:
    """Of an order to buy (1) or to sell (-1): where it cannot be filled worse (S33)."""
    return to_tick(level, tick, up=way < 0)


def slipped(plan: Plan, market: Market, bar: int, price: float, way: int, lots: int) -> float:
    """What a market or a stop order gets (S33)."""
    kind, amount = plan.costs.slippage
    before = bar - 1
    if not amount or (kind in ("volatility", "impact") and before < 0):
        worse = 0.0  # of a leg that begins with the bar of the entry, nothing is known
    elif kind == "percent":
        return to_tick(price * (1 + way * amount), market.tick, up=way > 0)
    elif kind == "fixed":
        worse = amount
    elif kind == "volatility":
        known = market.ranges[14][before]
        worse = amount * (market.high[before] - market.low[before] if known is None else known)
    else:
        worse = price * amount * _daily(market, before) * math.sqrt(_part(market, bar, lots))
    return max(0.0, to_tick(price + way * worse, market.tick, up=way > 0))


def _daily(market: Market, bar: int) -> float:
    """Where it is undefined, the bar's own range as a part of its close (S33)."""
    yearly = market.volatility[bar]
    if yearly is None:
        return (market.high[bar] - market.low[bar]) / market.close[bar]
    return yearly / math.sqrt(365)


def _part(market: Market, bar: int, lots: int) -> float:
    volume = market.volume[bar]
    return lots * market.lot / UNIT / volume if volume else 1.0


def commission(plan: Plan, desk: Desk, lots: int, price: float, *, maker: bool) -> int:
    """The greater of the minimum and what value and quantity make, rounded once (S32)."""
    costs = plan.costs
    rate = costs.taker if not maker or costs.maker is None else costs.maker
    quantity = lots * desk.market.lot
    of_value = said(rate) * desk.worth(lots, price)
    of_units = said(costs.per_unit) * said(desk.rate) * quantity
    return rounded(max(said(costs.minimum) * UNIT, of_value + of_units))
