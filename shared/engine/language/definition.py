"""A strategy as it was read: what it enters on, what it exits on, what it risks. Every number is known."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from shared.engine.language.checking import Meaning, Wanted
from shared.engine.language.risk import Risk
from shared.engine.language.sides import NEITHER, Sides
from shared.engine.language.tree import Node
from shared.engine.language.typed import Value

Order = Literal["market", "limit", "stop"]


class Sweep(NamedTuple):
    """The values that a sweep tries when it is not told others: from start to stop, both included."""

    start: float
    stop: float
    step: float


class Parameter(NamedTuple):
    name: str
    value: Value
    sweep: Sweep | None = None


class Expression(NamedTuple):
    """Where it stands in the file, and what it means with the values that the parameters have."""

    tree: Node
    wanted: Wanted
    path: str
    meaning: Meaning


class Ladder(NamedTuple):
    """An entry in equal parts: the first at its price, each further one this much better."""

    levels: int
    percent: float | None = None  # of the price, as a fraction; or else
    atr: float | None = None  # multiples of the average true range
    bars: int = 14  # of that range


class Entry(NamedTuple):
    when: Sides
    order: Order = "market"  # at the next open
    price: Sides = NEITHER  # of a limit or a stop, as it stood when the rule held
    valid_bars: int = 1  # how long such an order rests
    ladder: Ladder | None = None
    pyramiding: int = 1  # entries that one position may have


class Leg(NamedTuple):
    """A part of one position: bought in proportion to its weight, sold where that is negative."""

    symbol: str
    weight: float


class Definition(NamedTuple):
    name: str
    description: str
    timeframe: str | None  # None: that of the data
    universe: tuple[str, ...]  # the symbols that it trades; empty: those of the data
    parameters: tuple[Parameter, ...]
    requires: tuple[Node, ...]  # conditions on them that hold
    entry: Entry
    exit: Sides
    legs: tuple[Leg, ...]
    risk: Risk
    expressions: tuple[Expression, ...]  # everything above that was written in the language
    windows: tuple[int, ...]  # bars that sizes and levels look back, beside those
    document: Mapping[str, Any]  # all of the above as it stands in JSON

    @property
    def canonical(self) -> str:
        """As JSON: the same text for the same definition."""
        import json  # a run needs no text of it

        return json.dumps(self.document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    @property
    def values(self) -> dict[str, Value]:
        return {parameter.name: parameter.value for parameter in self.parameters}

    @property
    def look_back(self) -> int:
        """Bars until every rule can say something, at worst."""
        return max([*(each.meaning.look_back for each in self.expressions), *self.windows], default=0)

    @property
    def cost(self) -> int:
        """Passes over the bars."""
        return sum(each.meaning.cost for each in self.expressions)

    @property
    def timeframes(self) -> frozenset[str]:
        """That rules read, beside its own."""
        return frozenset().union(*(each.meaning.timeframes for each in self.expressions))

    @property
    def symbols(self) -> frozenset[str]:
        """That rules read, beside those it trades."""
        return frozenset().union(*(each.meaning.symbols for each in self.expressions))
