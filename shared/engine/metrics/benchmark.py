"""A run beside something else that one could have held, over the days that both have."""

import math

import numpy as np

from shared.engine.bars import Bars
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
