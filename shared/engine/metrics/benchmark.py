"""A run beside something else that one could have held, over the days that both have."""

import math

import numpy as np

from shared.engine.bars import Bars, Floats, Integers
from shared.engine.metrics.performance import NO_DEVIATION, deviation, per_day, ratio
from shared.engine.metrics.returns import Daily, at_ends, days_of

NAMES = ("benchmark_return", "beta", "alpha", "correlation", "tracking_error", "information_ratio")
Figures = dict[str, float | None]


def beside(daily: Daily, bars: Bars, *, risk_free: float = 0.0) -> Figures:
    """Bought at the first open, held to the end of the last day that both have."""
    figures: Figures = dict.fromkeys(NAMES)
    days = days_of(bars.time)
    common, ours, theirs = np.intersect1d(daily.day, days.day, assume_unique=True, return_indices=True)
    if not len(common):
        return figures
    equity = np.concatenate(([daily.initial], daily.equity[ours]))
    price = np.concatenate(([bars.open[days.start[theirs[0]]]], at_ends(bars.close, days.start)[theirs]))
    figures["benchmark_return"] = float(price[-1] / price[0] - 1)
    if len(common) < 2:
        return figures
    rate = per_day(risk_free, daily)
    own, other = equity[1:] / equity[:-1] - 1 - rate, price[1:] / price[:-1] - 1 - rate
    apart = own - other
    figures["tracking_error"] = deviation(apart) * math.sqrt(daily.per_year)
    figures["information_ratio"] = ratio(apart, daily.per_year)
    if (spread := deviation(other)) <= NO_DEVIATION:
        return figures
    covariance = float(np.dot(own - own.mean(), other - other.mean())) / (len(own) - 1)
    figures["beta"] = beta = covariance / spread**2
    figures["alpha"] = float(own.mean() - beta * other.mean()) * daily.per_year
    if (own_spread := deviation(own)) > NO_DEVIATION:
        figures["correlation"] = covariance / spread / own_spread
    return figures


def in_equal_parts(market: tuple[Bars, ...]) -> Bars:
    """What 1 is worth in equal parts of each, bought at its first open and held; of one symbol, its bars."""
    if len(market) == 1:
        return market[0]
    time = np.unique(np.concatenate([bars.time for bars in market]))
    opened, closed = (
        sum(parts) / len(market) for parts in zip(*(_held(bars, time) for bars in market), strict=True)
    )
    high, low = np.maximum(opened, closed), np.minimum(opened, closed)
    return Bars("", market[0].timeframe, time, opened, high, low, closed, np.zeros(len(time)))


def _held(bars: Bars, time: Integers) -> tuple[Floats, Floats]:
    """At the open and at the close of each time: cash before its first bar; without a bar, as before."""
    row = np.searchsorted(bars.time, time, side="right") - 1
    there, newest = row >= 0, np.maximum(row, 0)
    closed = bars.close[newest] / bars.open[0]
    opened = np.where(bars.time[newest] == time, bars.open[newest] / bars.open[0], closed)
    return np.where(there, opened, 1.0), np.where(there, closed, 1.0)
