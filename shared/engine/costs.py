"""What trading costs, and the grid that a market trades on."""

from typing import Literal, NamedTuple

# Carried exactly: money as a whole number of these, quantities as a whole number of lots.
UNIT = 1e-8
MOST = 9e10  # of money: 9e18 units are the last that an int64 carries


def units(amount: float) -> int:
    """Money on that grid, as it is written: above 9e7 a float has no room for its units."""
    if amount < 9e7:
        return round(amount * 1e8)
    from decimal import Decimal  # a millisecond that few accounts need

    return round(Decimal(repr(amount)) * 100_000_000)


Kind = Literal["percent", "fixed", "volatility", "impact"]


class Instrument(NamedTuple):
    lot: float = 1e-8  # the smallest quantity, and the step of every other
    tick: float = 0.0  # the step of its prices; 0: any price
    currency: str = ""  # of its prices; the account's own where none is named


class Slippage(NamedTuple):
    """How much worse than the market a market or stop order fills, before it is rounded to a tick.

    percent: a fraction of the price · fixed: an amount of the symbol's currency · volatility: so many average
    true ranges (14) of the bar before · impact: so many daily standard deviations times the root of the
    order's part of the bar's volume.
    """

    kind: Kind = "percent"
    amount: float = 0.0


class Costs(NamedTuple):
    taker: float = 0.0  # of the value that a market or stop order trades, as a fraction
    maker: float | None = None  # of a limit order's; None: as a taker
    per_unit: float = 0.0  # for each unit (share, coin), on top, in the symbol's currency
    minimum: float = 0.0  # for each fill, in the account's
    slippage: Slippage = Slippage()
    funding_rate: float = 0.0  # a year, of the value held: who is long pays it, who is short receives it
    volume_limit: float | None = None  # the part of a bar's volume that one order takes at most


FREE = Costs()
