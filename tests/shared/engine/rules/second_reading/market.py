"""Whose bars a series stands on, and which of them is the newest that another one can see."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from shared.engine.bars import Bars
from tests.shared.engine.rules.second_reading.bars import Bar, coarser, one_by_one


class Grid(NamedTuple):
    symbol: str
    timeframe: str


class Market:
    def __init__(self, market: Sequence[Bars]) -> None:
        self.timeframe = market[0].timeframe
        self.symbols = [bars.symbol for bars in market]
        self._bars = {Grid(bars.symbol, bars.timeframe): one_by_one(bars) for bars in market}
        self._closes: dict[Grid, list[int]] = {}

    def bars(self, grid: Grid) -> list[Bar]:
        if grid not in self._bars:
            self._bars[grid] = coarser(self.bars(grid._replace(timeframe=self.timeframe)), grid.timeframe)
        return self._bars[grid]

    def newest(self, of: Grid, seen_from: Grid) -> Callable[[int], int]:
        """The newest bar that has closed at the close of each; -1 where none has."""
        if of not in self._closes:
            self._closes[of] = [bar.closes for bar in self.bars(of)]
        closes, seeing = self._closes[of], self.bars(seen_from)
        return lambda bar: bisect_right(closes, seeing[bar].closes) - 1
