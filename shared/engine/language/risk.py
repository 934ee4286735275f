"""What a strategy risks. Percentages are fractions, 0.02 for 2 %; lengths are in its bars."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from shared.engine.language.sides import Sides

Reference = Literal["fill", "signal_close"]


@dataclass(frozen=True)
class FixedQuantity:
    quantity: float


@dataclass(frozen=True)
class FixedCash:
    cash: float


@dataclass(frozen=True)
class PercentOfEquity:
    """As many lots as this part of the equity pays for, commission included."""

    percent: float


@dataclass(frozen=True)
class RiskFraction:
    """As many lots as lose this part of the equity at the stop loss."""

    fraction: float


@dataclass(frozen=True)
class VolatilityTarget:
    """As many lots as would have moved the equity by this much a year over the last bars."""

    yearly: float
    bars: int


@dataclass(frozen=True)
class KellyFraction:
    """This part of Kelly's bet on the last trades, at most so much of the equity."""

    fraction: float
    most: float
    trades: int


Size = FixedQuantity | FixedCash | PercentOfEquity | RiskFraction | VolatilityTarget | KellyFraction


@dataclass(frozen=True)
class Percent:
    percent: float


@dataclass(frozen=True)
class AtrMultiple:
    multiple: float
    bars: int = 14


@dataclass(frozen=True)
class Level:
    """A price, as it stood when the entry's rule held."""

    price: Sides


@dataclass(frozen=True)
class Chandelier:
    """So many average true ranges from the highest high of the last bars, or the lowest low."""

    multiple: float
    bars: int = 22


Distance = Percent | AtrMultiple | Level
Trail = Percent | AtrMultiple | Chandelier


class StopLoss(NamedTuple):
    distance: Distance
    of: Reference = "fill"


class Target(NamedTuple):
    """One take profit: what it closes is a part of the position at its largest."""

    distance: Distance
    of: Reference = "fill"
    share: float = 1.0


class Halt(NamedTuple):
    """No entries for the rest of the day, week or month after a loss of this part of its first equity."""

    daily: float | None = None
    weekly: float | None = None
    monthly: float | None = None


class Leverage(NamedTuple):
    most: float = 1.0  # times the equity
    maintenance_margin: float = 0.0  # of the position's value: equity below it is liquidated


class Risk(NamedTuple):
    size: Size = PercentOfEquity(1.0)
    stop_loss: StopLoss | None = None
    take_profit: tuple[Target, ...] = ()
    trailing_stop: Trail | None = None
    time_stop: int | None = None  # bars after the entry
    max_open_positions: int | None = None
    cooldown: int = 0  # bars after an exit
    halt: Halt = Halt()
    leverage: Leverage = Leverage()
    borrow_rate: float = 0.0  # a year, of what is sold short
