"""Bars and strategies to try the rules on."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.costs import FREE
from shared.engine.language import check, parse, read_strategy
from shared.engine.plan import Plan
from shared.engine.rules import Cache, evaluate, plan
from shared.engine.rules.coarser import length

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday, 00:00


def at(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


def bars(
    close: Sequence[float],
    *,
    symbol: str = "A",
    timeframe: str = "15m",
    start: datetime = MONDAY,
    without: Collection[int] = (),
    **columns: Sequence[float],
) -> Bars:
    """One after the other, but for the places in `without`; columns that are not given are the close.

    Nobody may write into them: those out of a file refuse it.
    """
    kept = [place for place in range(len(close)) if place not in without]
    time = at(start) + np.arange(len(close), dtype=np.int64) * length(timeframe)
    prices = {
        name: np.array(columns.get(name, close), float)[kept] for name in ("open", "high", "low", "close")
    }
    volume = np.array(columns.get("volume", np.ones(len(close))), float)[kept]
    for column in (time, volume, *prices.values()):
        column.flags.writeable = False
    return Bars(symbol, timeframe, time[kept], **prices, volume=volume)


def walk(
    count: int,
    *,
    seed: int = 1,
    symbol: str = "A",
    timeframe: str = "15m",
    start: datetime = MONDAY,
    gaps: int = 0,
) -> Bars:
    """A random walk; so many of its bars are missing."""
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.01, count)))
    return _around(close, random, symbol=symbol, timeframe=timeframe, start=start, gaps=gaps)


def phases(count: int, *, seed: int = 1, symbol: str = "A", start: datetime = MONDAY, gaps: int = 0) -> Bars:
    """Ranges of some fifty bars, now and then left by a jump."""
    random = np.random.default_rng(seed)
    jumps = np.repeat(random.choice([0.04, 0.04, -0.04, 0.0], count // 50 + 1).cumsum(), 50)[:count]
    close = 100 * np.exp(jumps + random.normal(0, 0.004, count))
    return _around(close, random, symbol=symbol, timeframe="15m", start=start, gaps=gaps)


def _around(
    close: Floats,
    random: np.random.Generator,
    *,
    symbol: str,
    timeframe: str,
    start: datetime,
    gaps: int,
) -> Bars:
    count = len(close)
    opened = close * np.exp(random.normal(0, 0.003, count))
    high = np.maximum(opened, close) * np.exp(abs(random.normal(0, 0.004, count)))
    low = np.minimum(opened, close) * np.exp(-abs(random.normal(0, 0.004, count)))
    volume = np.round(np.exp(random.normal(3, 1, count)), 2)
    without = set(random.choice(np.arange(1, count - 1), gaps, replace=False).tolist())
    named = {"open": opened, "high": high, "low": low, "volume": volume}
    columns = {name: column.tolist() for name, column in named.items()}
    return bars(close.tolist(), symbol=symbol, timeframe=timeframe, start=start, without=without, **columns)


def values(
    text: str, *market: Bars, symbol: str | None = None, **parameters: float | str | bool
) -> list[float]:
    node = parse(text)
    check(node, parameters=parameters, timeframe=market[0].timeframe)
    return listed(evaluate(node, market, symbol=symbol or market[0].symbol, parameters=parameters))


def listed(array: Floats) -> list[float]:
    return [float(each) for each in array]


def planned(text: str, *market: Bars) -> Plan:
    return plan(read_strategy(text), Cache(market), instruments={}, costs=FREE, cash=10_000.0)
