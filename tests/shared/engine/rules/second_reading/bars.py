"""Bars one by one, and the coarser ones that are made of them by the clock."""

from itertools import groupby
from typing import NamedTuple

from shared.engine.bars import Bars
from shared.engine.language.timeframes import MINUTES, minutes

MINUTE = 60_000_000  # times are in µs since 1970 UTC
WEEK = MINUTES["1w"] * MINUTE
FIRST_MONDAY = 4 * MINUTES["1d"] * MINUTE  # 1970 began with a Thursday


class Bar(NamedTuple):
    opens: int
    closes: int  # that moment is no longer part of it
    open: float
    high: float
    low: float
    close: float
    volume: float


def one_by_one(bars: Bars) -> list[Bar]:
    length = minutes(bars.timeframe) * MINUTE
    rows = zip(bars.time.tolist(), *(column.tolist() for column in bars.prices), strict=True)
    return [Bar(time, time + length, *prices) for time, *prices in rows]


def begins(moment: int, length: int) -> int:
    """When the bar of this length began in which the moment lies: weeks begin on Mondays."""
    first = FIRST_MONDAY if length == WEEK else 0
    return (moment - first) // length * length + first


def coarser(bars: list[Bar], timeframe: str) -> list[Bar]:
    """What began before the data did is not whole: it counts for nothing. Where nothing was, no bar is."""
    length = minutes(timeframe) * MINUTE
    made = [
        _one_of(list(parts), start, start + length)
        for start, parts in groupby(bars, key=lambda bar: begins(bar.opens, length))
    ]
    return made[1:] if bars and bars[0].opens > made[0].opens else made


def _one_of(parts: list[Bar], opens: int, closes: int) -> Bar:
    return Bar(
        opens,
        closes,
        parts[0].open,
        max(part.high for part in parts),
        min(part.low for part in parts),
        parts[-1].close,
        sum(part.volume for part in parts),
    )
