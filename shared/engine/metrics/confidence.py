"""How far luck alone may have moved the figures: days drawn again and again, in blocks, with a seed."""

import math
from typing import NamedTuple

import numpy as np

from shared.engine.bars import Floats
from shared.engine.metrics.performance import per_day, ratios
from shared.engine.metrics.returns import Daily

RESAMPLES = 1_000
LEVEL = 0.95
AT_ONCE = 1 << 15  # numbers of a chunk
FEWEST = 20  # returns: fewer say nothing of what else might have been


class Interval(NamedTuple):
    low: float
    high: float


def confidence(
    daily: Daily,
    *,
    seed: int,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
    risk_free: float = 0.0,
) -> dict[str, Interval | None]:
    """Between which values each figure lies in that part of all draws, the same part left out on either side.

    A circular block bootstrap (Politis and Romano 1992): a block is n^(1/3) days, so that what follows on
    each other mostly stays together.
    """
    if len(daily.returns) < FEWEST:
        return dict.fromkeys(("sharpe_ratio", "annualized_return", "max_drawdown"))
    rng, rows = np.random.default_rng(seed), max(1, AT_ONCE // len(daily.returns))
    chunks = [
        _figures(_drawn(daily.returns, rng, min(rows, resamples - done)), daily, risk_free)
        for done in range(0, resamples, rows)
    ]
    figures = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
    return {name: _interval(values, level) for name, values in figures.items()}


def _drawn(returns: Floats, rng: np.random.Generator, times: int) -> Floats:
    n = len(returns)
    length = math.ceil(n ** (1 / 3))
    starts = rng.integers(0, n, size=(times, -(-n // length), 1))
    rows = (starts + np.arange(length)) % n
    return returns[rows.reshape(times, -1)[:, :n]]


def _figures(drawn: Floats, daily: Daily, risk_free: float) -> dict[str, Floats]:
    grown = np.cumprod(1 + drawn, axis=1)
    peaks = np.maximum(np.maximum.accumulate(grown, axis=1), 1)
    with np.errstate(over="ignore"):
        yearly = np.maximum(grown[:, -1], 0) ** (1 / daily.years) - 1
    return {
        "sharpe_ratio": ratios(drawn - per_day(risk_free, daily), daily.per_year),
        "annualized_return": yearly,
        "max_drawdown": (grown / peaks).min(axis=1) - 1,
    }


def _interval(values: Floats, level: float) -> Interval | None:
    """Undefined where more than a few draws are."""
    known = values[np.isfinite(values)]
    if len(known) < max(2, 0.95 * len(values)):
        return None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))
