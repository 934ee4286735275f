"""What was earned, and how smoothly: from the returns of the days."""

import math

import numpy as np

from shared.engine.bars import Floats, Integers
from shared.engine.metrics.returns import ALL_WEEK, Daily

NO_DEVIATION = 1e-14  # what rounding leaves of a constant return


def per_day(risk_free: float, daily: Daily) -> float:
    """A yearly rate, compounded, as a day's."""
    return float((1 + risk_free) ** (1 / daily.per_year) - 1)


def annualized_return(total: float, years: float) -> float | None:
    """The same every year, over the time on the calendar."""
    if total < -1 or not years:
        return None
    try:
        return float((1 + total) ** (1 / years)) - 1
    except OverflowError:  # what doubles in a day has no sensible year
        return None


def volatility(daily: Daily) -> float | None:
    return deviation(daily.returns) * math.sqrt(daily.per_year) if len(daily.returns) > 1 else None


def sharpe_ratio(daily: Daily, *, risk_free: float = 0.0) -> float | None:
    return ratio(daily.returns - per_day(risk_free, daily), daily.per_year)


def sortino_ratio(daily: Daily, *, risk_free: float = 0.0) -> float | None:
    excess = daily.returns - per_day(risk_free, daily)
    if len(excess) < 2:
        return None
    downside = math.sqrt(mean(np.square(np.minimum(excess, 0))))
    if downside <= NO_DEVIATION:
        return None
    return mean(excess) / downside * math.sqrt(daily.per_year)


def omega_ratio(daily: Daily, *, risk_free: float = 0.0) -> float | None:
    excess = daily.returns - per_day(risk_free, daily)
    lost = -float(np.add.reduce(np.minimum(excess, 0)))
    return float(np.add.reduce(np.maximum(excess, 0))) / lost if lost > NO_DEVIATION else None


def monthly_returns(daily: Daily) -> dict[str, float]:
    """`2024-03` → what that month earned; months without a bar are left out."""
    month = daily.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    ends = np.concatenate(((month[1:] != month[:-1]).nonzero()[0], [len(month) - 1]))[: len(month)]
    equity = daily.equity[ends]
    before = np.concatenate(([daily.initial], equity[:-1]))[: len(equity)]
    names = [f"{1970 + each // 12}-{each % 12 + 1:02}" for each in month[ends].tolist()]
    return dict(zip(names, (equity / before - 1).tolist(), strict=True))


def rolling_sharpe(daily: Daily, *, window: int | None = None, risk_free: float = 0.0) -> Floats:
    """At the end of each day, of the last so many (half a year): NaN before, and where nothing moved."""
    window = window or max(2, daily.per_year // 2)
    found = np.full(len(daily.returns), np.nan)
    if len(found) >= window > 1:
        excess = daily.returns - per_day(risk_free, daily)
        found[window - 1 :] = ratios(np.lib.stride_tricks.sliding_window_view(excess, window), daily.per_year)
    return found


def mean(values: Floats | Integers) -> float:
    """numpy's own, without what it asks first: on the days of a run that is most of it."""
    return float(np.add.reduce(values) / len(values))


def deviation(values: Floats) -> float:
    """Of a sample: n - 1."""
    centred = values - mean(values)
    return math.sqrt(np.add.reduce(centred * centred) / (len(values) - 1))


def ratio(excess: Floats, per_year: int = 1) -> float | None:
    """Mean over deviation, for a year."""
    if len(excess) < 2:
        return None
    spread = deviation(excess)
    return mean(excess) / spread * math.sqrt(per_year) if spread > NO_DEVIATION else None


def ratios(excess: Floats, per_year: int = ALL_WEEK) -> Floats:
    """The same of each row of a table, NaN where undefined."""
    if excess.shape[-1] < 2:
        return np.full(excess.shape[:-1], np.nan)
    spread = np.asarray(excess.std(axis=-1, ddof=1))
    spread = np.where(spread > NO_DEVIATION, spread, np.nan)
    yearly: Floats = excess.mean(axis=-1) / spread * math.sqrt(per_year)
    return yearly
