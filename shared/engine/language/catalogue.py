"""Every name of the language and what it takes: the implementations are keyed by these names."""

from collections.abc import Callable
from typing import Literal, NamedTuple

Kind = Literal["number", "truth", "text", "universe"]
Shape = Literal["time of day", "time zone"]


class Input(NamedTuple):
    """A series; a constant may stand for one, as in `crosses_above(rsi(close, 14), 30)`."""

    name: str
    kind: Kind = "number"


class Setting(NamedTuple):
    """A constant number, written or computed from parameters. Without a default it must be given."""

    name: str
    low: float
    high: float
    default: float | None = None
    whole: bool = True


class Wording(NamedTuple):
    """A constant text."""

    name: str
    shape: Shape
    default: str | None = None


class Function(NamedTuple):
    name: str
    inputs: tuple[Input, ...] = ()
    settings: tuple[Setting | Wording, ...] = ()  # after the inputs
    outputs: tuple[str, ...] = ()  # where there are several, one of them must be named
    gives: Kind = "number"
    warm_up: Callable[..., int] = lambda *settings: 0  # leading bars without a value, if the inputs have all
    fields: tuple[str, ...] = ()  # of the bar, beside the inputs
    values: tuple[str, ...] = ()  # what a text may be
    cost: int = 1  # passes over the bars
    remembers: bool = True  # reads earlier bars, or other symbols: the position has no such history
    event: bool = False  # true on one bar: decided on the strategy's bars, also between higher timeframes
    many: bool = False  # the last input any number of times
    fold: Callable[..., float] | None = None  # of constants, a constant


class Known(NamedTuple):
    """A name without parentheses."""

    kind: Kind
    of: Literal["bar", "position", "strategy"]
    cost: int = 0


NAMES = {
    **dict.fromkeys(("open", "high", "low", "close", "volume"), Known("number", "bar")),
    **dict.fromkeys(("hl2", "hlc3", "ohlc4"), Known("number", "bar", cost=1)),
    "in_position": Known("truth", "position"),
    "bars_held": Known("number", "position"),  # since the fill of the entry, whose bar is 0
    "open_profit_pct": Known("number", "position"),  # of the cost, costs included: 1.5 is 1.5 %
    "universe": Known("universe", "strategy"),
}
