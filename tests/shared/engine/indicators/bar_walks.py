"""Bars to compute on: walks with and without ticks, and those of the market that are there."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import compute
from tests.shared.engine.indicators.walks import MARKET

HOUR = 3_600_000_000  # µs
# Of the whole bar: each with settings that differ from each other and from the defaults.
BARS: dict[str, tuple[float | str, ...]] = {
    "atr": (5,),
    "natr": (5,),
    "adx": (6,),
    "dmi": (6,),
    "aroon": (8,),
    "supertrend": (6, 1.5),
    "psar": (0.03, 0.15),
    "ichimoku": (4, 9, 17),
    "stoch": (7, 3, 4),
    "willr": (8,),
    "cci": (9,),
    "mfi": (6,),
    "obv": (),
    "adl": (),
    "cmf": (9,),
    "vwap": ("America/New_York",),
    "keltner": (9, 1.5, 6),
    "donchian": (8,),
    "pivots": (),
    "fibonacci": (12,),
}


def candles(bars: int, *, seed: int = 1, tick: float = 0.0, flat: float = 0.0, gap: float = 0.0) -> Bars:
    """Hours of a walk. On ticks many are equal; a share of the bars may be flat."""
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(np.where(rng.random(bars) < flat, 0, rng.normal(0, 0.01, bars))))
    open_ = np.concatenate([close[:1], close[:-1]])
    open_ *= np.exp(gap * rng.normal(0, 1, bars))
    high = np.maximum(open_, close) * (1 + 0.01 * rng.random(bars))
    low = np.minimum(open_, close) * (1 - 0.01 * rng.random(bars))
    prices = (open_, high, low, close)
    if tick:
        prices = tuple(np.round(np.round(price / tick) * tick, 9) for price in prices)
    return Bars("X", "1h", np.arange(bars) * HOUR, *prices, np.floor(rng.random(bars) * 1000) + 1)


def made(
    high: Sequence[float], low: Sequence[float], close: Sequence[float], volume: Sequence[float] | None = None
) -> Bars:
    """Hours from 1970 on that open where they close."""
    columns = [np.array(column, float) for column in (close, high, low, close, volume or [0] * len(close))]
    return Bars("X", "1h", np.arange(len(close)) * HOUR, *columns)


def first(bars: Bars, count: int) -> Bars:
    return Bars(bars.symbol, bars.timeframe, bars.time[:count], *(column[:count] for column in bars.prices))


def altered(bars: Bars, **columns: Floats) -> Bars:
    return replace(bars, **columns)


def call(name: str, bars: Bars, *settings: float | str) -> tuple[Floats, ...]:
    return compute(name, (), bars, settings)


def market() -> dict[str, Bars]:
    """Of the files of the market that are there, the first 5,000 bars."""
    found = {}
    for path in sorted(MARKET.glob("*.csv")) if MARKET.exists() else ():
        with path.open() as lines:
            header = next(lines).strip().split(",")
            rows = [row.split(",") for row in islice(lines, 5_000)]
        if "symbol" not in header:
            columns = [
                np.array([float(row[header.index(name)]) for row in rows])
                for name in ("open", "high", "low", "close", "volume")
            ]
            found[path.stem] = Bars("X", "1h", np.arange(len(rows)) * HOUR, *columns)
    return found
