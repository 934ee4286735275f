"""The certificate that nothing looks ahead: what was said of a bar stays when more bars come.

Whatever gives numbers for bars is registered here, and one test replays all of it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.rules.coarser import closes

Market = tuple[Bars, ...]
Produce = Callable[[Market], Sequence[Floats]]  # each as long as the bars of one of its symbols
REPLAYED = 24  # ends of data, spread over it, each with the bar after it


class Producer(NamedTuple):
    name: str
    produce: Produce
    markets: tuple[Market, ...]  # to try it on


class Leak(NamedTuple):
    producer: str
    output: int
    bar: int  # the first whose value changed
    known: int  # bars that were known when it had the value `before`
    before: float
    after: float  # with more bars

    def __str__(self) -> str:
        return (
            f"{self.producer}: output {self.output} of bar {self.bar} was {self.before}"
            f" when {self.known} bars were known, and is {self.after} with more"
        )


_registered: dict[str, Producer] = {}


def register(name: str, produce: Produce, markets: Sequence[Market]) -> Producer:
    if name in _registered:
        raise ValueError(f"a producer `{name}` is registered already")
    _registered[name] = Producer(name, produce, tuple(markets))
    return _registered[name]


def registered() -> tuple[Producer, ...]:
    return tuple(_registered.values())


def replay(producer: Producer, market: Market, ends: Iterable[int] | None = None) -> Leak | None:
    """Every value on data that ends at some bars of the first symbol, against those on all of it.

    The leak that changes the earliest bar; None where there is no leak.
    """
    whole = producer.produce(market)
    leaks = []
    for end in spread(len(market[0])) if ends is None else ends:
        known = until(market, int(closes(market[0])[end]))
        if all(len(bars) for bars in known):
            leaks += _changes(producer.name, end + 1, producer.produce(known), whole)
    return min(leaks, key=lambda leak: leak.bar, default=None)


def spread(bars: int) -> list[int]:
    """The first bars, the last, and those between: two in succession each time."""
    firsts = np.linspace(0, max(0, bars - 2), REPLAYED).astype(int)
    return sorted({int(end) for end in (*firsts, *(firsts + 1)) if end < bars})


def until(market: Market, time: int) -> Market:
    """What is known then: the bars that have closed."""
    return tuple(_first(bars, int(np.searchsorted(closes(bars), time, side="right"))) for bars in market)


def _first(bars: Bars, count: int) -> Bars:
    prices = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    known = [column[:count].copy() for column in prices]
    return Bars(bars.symbol, bars.timeframe, bars.time[:count].copy(), *known)


def _changes(name: str, known: int, before: Sequence[Floats], after: Sequence[Floats]) -> list[Leak]:
    """The first bar of each output that changed."""
    leaks = []
    for output, (early, late) in enumerate(zip(before, after, strict=True)):
        late = late[: len(early)]
        changed = np.flatnonzero(_bits(early) != _bits(late))
        if len(changed):
            bar = int(changed[0])
            leaks.append(Leak(name, output, bar, known, float(early[bar]), float(late[bar])))
    return leaks


def _bits(values: Floats) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """So that 0.0 and -0.0 differ, and undefined is undefined."""
    return np.where(np.isnan(values), np.nan, values).view(np.uint64)
