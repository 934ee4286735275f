"""The bars of every symbol and timeframe, and how what stands on some is seen from others."""

from collections.abc import Iterable, Mapping

import numpy as np

from shared.engine.bars import Bars, Integers
from shared.engine.language.errors import Place, at, quoted
from shared.engine.rules.coarser import closes, coarsened, length
from shared.engine.rules.errors import DataError
from shared.engine.rules.series import Axis, Series

Market = Mapping[str, Bars] | Iterable[Bars]
SHOWN = 5  # symbols of a sentence


class Frames:
    def __init__(self, market: Market) -> None:
        listed = market.values() if isinstance(market, Mapping) else market
        self.market = {bars.symbol: bars for bars in listed}
        self.timeframe = _timeframe(self.market)
        self._last = max(int(bars.time[-1]) for bars in self.market.values())
        self._bars: dict[Axis, Bars] = {}
        self._edges: dict[tuple[Axis, Axis], Integers] = {}

    def require(self, symbol: str, place: Place | None = None) -> None:
        if symbol not in self.market:
            known = quoted(sorted(self.market)[:SHOWN])
            raise DataError("symbol", f"the data has no `{symbol}`{at(place)}: there is {known}", place=place)

    def bars(self, axis: Axis) -> Bars:
        if not axis.timeframe:
            return self.market[axis.symbol]
        if axis not in self._bars:
            self._bars[axis] = coarsened(self.market[axis.symbol], axis.timeframe)
        return self._bars[axis]

    def closes(self, axis: Axis) -> Integers:
        return closes(self.bars(axis))

    def closed(self, axis: Axis) -> int:
        """How many bars there are, without one that is still forming."""
        longer = self._lasting(axis) - length(self.timeframe)
        return int(np.searchsorted(self.bars(axis).time, self._last - longer, side="right"))

    def seen_from(self, axis: Axis, series: Series) -> Series:
        """On each bar, the newest value of a bar that closed no later."""
        if series.axis == axis:
            return series
        edges = self._seen(series.axis, axis)
        values = np.repeat(np.concatenate(([np.nan], series.values)), np.diff(edges))
        warm_up = int(edges[min(series.warm_up + 1, len(edges) - 1)])
        return Series(values, axis, warm_up=warm_up, texts=series.texts)

    def _seen(self, source: Axis, target: Axis) -> Integers:
        """Where in the target each bar of the source becomes the newest, between 0 and its end."""
        if (source, target) not in self._edges:
            time, longer = self.bars(target).time, self._lasting(source) - self._lasting(target)
            first = np.searchsorted(time, self.bars(source).time + longer, side="left")
            self._edges[source, target] = np.concatenate(([0], first, [len(time)]))
        return self._edges[source, target]

    def _lasting(self, axis: Axis) -> int:
        return length(axis.timeframe or self.timeframe)


def _timeframe(market: Mapping[str, Bars]) -> str:
    if not market:
        raise DataError("empty", "there is no data")
    for bars in market.values():
        if not len(bars):
            raise DataError("empty", f"there is no data of `{bars.symbol}`")
    timeframes = {bars.timeframe: bars.symbol for bars in market.values()}
    if len(timeframes) > 1:
        said = " and ".join(f"{timeframe} of `{symbol}`" for timeframe, symbol in sorted(timeframes.items()))
        raise DataError("timeframe", f"the data has bars of several timeframes: {said}")
    return next(iter(timeframes))
