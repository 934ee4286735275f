"""Bars of a coarser timeframe, out of those of a finer one."""

import numpy as np

from shared.engine.bars import Bars, Integers
from shared.engine.language.timeframes import minutes

MINUTE = 60_000_000  # µs
MONDAY = 4 * 24 * 60 * MINUTE  # the first one after 1970 began: weeks start on it, 00:00 UTC


def length(timeframe: str) -> int:
    return minutes(timeframe) * MINUTE


def closes(bars: Bars) -> Integers:
    """When each closes, in µs since 1970."""
    return bars.time + length(bars.timeframe)


def coarsened(bars: Bars, timeframe: str) -> Bars:
    """A bar counts for the bucket in which it closes. A bucket with no bar is none.

    The first is left out where the data begins after it did. The last may still be forming: nobody sees it
    before its end.
    """
    lasting = length(timeframe)
    origin = MONDAY if timeframe == "1w" else 0
    buckets = (closes(bars) - 1 - origin) // lasting
    first = np.flatnonzero(np.diff(buckets, prepend=buckets[0] - 1) if len(bars) else buckets)
    if len(bars) and bars.time[0] > buckets[0] * lasting + origin:
        first = first[1:]
    last = np.append(first[1:], len(bars))[: len(first)] - 1
    return Bars(
        bars.symbol,
        timeframe,
        buckets[first] * lasting + origin,
        bars.open[first],
        np.maximum.reduceat(bars.high, first),
        np.minimum.reduceat(bars.low, first),
        bars.close[last],
        np.add.reduceat(bars.volume, first),
    )
