"""The data and strategies that figures are taken on."""

from pathlib import Path
from typing import Any

import numpy as np

from shared.engine.bars import Bars
from shared.engine.costs import Costs

MINUTE = 60_000_000  # µs
START = 1_577_836_800_000_000  # 2020
CASH, FEE = 1_000_000.0, 0.001
COSTS = Costs(taker=FEE)
STOP, TARGET = 0.02, 0.04

CROSS = """
name = "SMA cross"
[parameters]
fast = 20
slow = 50
[entry]
long = "crosses_above(sma(close, $fast), sma(close, $slow))"
[exit]
long = "crosses_below(sma(close, $fast), sma(close, $slow))"
"""
RISK = """
[risk]
stop_loss = { percent = 0.02 }
take_profit = { percent = 0.04 }
"""
ALL_RISK = (
    RISK
    + """trailing_stop = { percent = 0.03 }
size = { risk_fraction = 0.01 }
"""
)


def walk(bars: int, *, seed: int = 7, deviation: float = 0.001, gaps: float = 0.0) -> Bars:
    """A walk whose drift turns slowly: a pure one takes an account that pays for each cross to nothing."""
    chance = np.random.default_rng(seed)
    drift = deviation / 10 * np.sin(np.arange(bars) * 2 * np.pi / 1000)
    close = 100 * np.exp(np.cumsum(chance.normal(0, deviation, bars) + drift))
    opened = np.concatenate(([100.0], close[:-1])) * np.exp(chance.normal(0, 1, bars) * gaps)
    wicks = np.abs(chance.normal(0, deviation / 3, (2, bars)))
    high, low = np.maximum(opened, close) * (1 + wicks[0]), np.minimum(opened, close) * (1 - wicks[1])
    time = START + np.arange(bars) * MINUTE
    return Bars("WALK", "1m", time, opened, high, low, close, chance.uniform(1, 100, bars))


def saved(
    bars: Bars, folder: Path, name: str, **signals: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
) -> str:
    """For processes that know none of ours."""
    file = folder / f"{name}.npz"
    prices = {column: getattr(bars, column) for column in ("open", "high", "low", "close", "volume")}
    columns: dict[str, Any] = {"time": bars.time * 1000, **prices, **signals}
    np.savez(file, **columns)
    return str(file)
