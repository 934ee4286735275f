"""What an expression is worth on the bars of its symbol and timeframe."""

from typing import NamedTuple

from shared.engine.bars import Floats, Integers


class Axis(NamedTuple):
    """The bars that numbers stand on."""

    timeframe: str  # empty: the strategy's own
    symbol: str


class Series:
    """Numbers that keep their own bars until they meet others. A text is its index among `texts`."""

    __slots__ = ("axis", "texts", "values", "warm_up")

    def __init__(self, values: Floats, axis: Axis, *, warm_up: int = 0, texts: tuple[str, ...] = ()) -> None:
        self.values = values
        self.axis = axis
        self.warm_up = warm_up  # leading bars without a value, if all prices are there
        self.texts = texts


class Standing(NamedTuple):
    """The values of several symbols side by side, on every time at which any of them has a bar."""

    time: Integers
    rows: tuple[Floats, ...]  # a symbol each
