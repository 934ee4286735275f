"""What a strategy risks. Percentages are fractions, 0.02 for 2 %; lengths are in its bars."""

from typing import Literal, NamedTuple

from shared.engine.language.sides import Sides

Reference = Literal["fill", "signal_close"]


class OneOf:
    """A way of several, to size or to measure. The same numbers in another way are not equal."""

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OneOf) and type(self) is type(other) and self._said() == other._said()

    def __hash__(self) -> int:
        return hash(tuple(self._said()))

    def __repr__(self) -> str:
        fields = (f"{name}={value!r}" for name, value in zip(self.__match_args__, self._said(), strict=True))
        return f"{type(self).__name__}({', '.join(fields)})"

    def _said(self) -> list[object]:
        return [getattr(self, name) for name in self.__match_args__]


class FixedQuantity(OneOf):
    __slots__ = __match_args__ = ("quantity",)

    def __init__(self, quantity: float) -> None:
        self.quantity = quantity


class FixedCash(OneOf):
    __slots__ = __match_args__ = ("cash",)

    def __init__(self, cash: float) -> None:
        self.cash = cash


class PercentOfEquity(OneOf):
    """As many lots as this part of the equity pays for, commission included."""

    __slots__ = __match_args__ = ("percent",)

    def __init__(self, percent: float) -> None:
        self.percent = percent


class RiskFraction(OneOf):
    """As many lots as lose this part of the equity at the stop loss."""

    __slots__ = __match_args__ = ("fraction",)

    def __init__(self, fraction: float) -> None:
        self.fraction = fraction


class VolatilityTarget(OneOf):
    """As many lots as would have moved the equity by this much a year over the last bars."""

    __slots__ = __match_args__ = ("yearly", "bars")

    def __init__(self, yearly: float, bars: int) -> None:
        self.yearly, self.bars = yearly, bars


class KellyFraction(OneOf):
    """This part of Kelly's bet on the last trades, at most so much of the equity."""

    __slots__ = __match_args__ = ("fraction", "most", "trades")

    def __init__(self, fraction: float, most: float, trades: int) -> None:
        self.fraction, self.most, self.trades = fraction, most, trades


Size = FixedQuantity | FixedCash | PercentOfEquity | RiskFraction | VolatilityTarget | KellyFraction


class Percent(OneOf):
    __slots__ = __match_args__ = ("percent",)

    def __init__(self, percent: float) -> None:
        self.percent = percent


class AtrMultiple(OneOf):
    __slots__ = __match_args__ = ("multiple", "bars")

    def __init__(self, multiple: float, bars: int = 14) -> None:
        self.multiple, self.bars = multiple, bars


class Level(OneOf):
    """A price, as it stood when the entry's rule held."""

    __slots__ = __match_args__ = ("price",)

    def __init__(self, price: Sides) -> None:
        self.price = price


class Chandelier(OneOf):
    """So many average true ranges from the highest high of the last bars, or the lowest low."""

    __slots__ = __match_args__ = ("multiple", "bars")

    def __init__(self, multiple: float, bars: int = 22) -> None:
        self.multiple, self.bars = multiple, bars


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
