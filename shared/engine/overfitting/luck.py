"""What is left of the best of many trials once their number is reckoned with."""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from shared.engine.bars import Floats
from shared.engine.metrics.performance import per_day, ratio
from shared.engine.metrics.returns import Daily
from shared.engine.metrics.risk import moments
from shared.engine.overfitting.halves import Halves

EULER = 0.5772156649015329
NORMAL = NormalDist()
BLOCKS = 16


def deflated_sharpe_ratio(
    daily: Daily, *, trials: Sequence[float | None], risk_free: float = 0.0
) -> float | None:
    """The probability that the best is better than the best of as many trials that earn nothing.

    `trials`: the yearly Sharpe ratios of all that were tried, this one among them; one that is undefined
    counts as a trial of 0.
    """
    excess = daily.returns - per_day(risk_free, daily)
    sharpe, shape = ratio(excess), moments(excess)
    if sharpe is None or shape is None or not len(trials):
        return None
    tried = np.asarray([trial or 0.0 for trial in trials]) / math.sqrt(daily.per_year)
    variance = float(tried.var(ddof=1)) if len(tried) > 1 else 0.0
    by_luck = expected_maximum(len(tried), variance)
    return probabilistic_sharpe_ratio(sharpe, by_luck, days=len(excess), skew=shape[0], kurtosis=shape[1])


def expected_maximum(trials: int, variance: float) -> float:
    """Of the Sharpe ratios of so many independent trials that earn nothing (Bailey, López de Prado 2014)."""
    if trials < 2:
        return 0.0
    first, second = NORMAL.inv_cdf(1 - 1 / trials), NORMAL.inv_cdf(1 - 1 / (trials * math.e))
    return math.sqrt(variance) * ((1 - EULER) * first + EULER * second)


def probabilistic_sharpe_ratio(
    sharpe: float, at_least: float, *, days: int, skew: float, kurtosis: float
) -> float | None:
    """The probability that the true one is higher than that. Ratios a day; kurtosis 3 where all is normal."""
    spread = 1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2
    if days < 2 or spread <= 0:
        return None
    return NORMAL.cdf((sharpe - at_least) * math.sqrt((days - 1) / spread))


def probability_of_overfitting(returns: Floats, *, blocks: int = BLOCKS) -> float | None:
    """How often the best of one half of the time is no better than the median in the other half.

    Combinatorially symmetric cross-validation (Bailey, Borwein, López de Prado, Zhu 2015): the days (rows) in
    blocks, every choice of half of them against the rest, by Sharpe ratio of each trial (column). A trial
    that does not move has a ratio of 0. The oldest days that fill no block are left out.
    """
    days, trials = returns.shape
    length = days // blocks
    if trials < 2 or length < 1 or blocks < 2 or blocks % 2 or length * blocks < 4:
        return None
    count = length * blocks // 2
    cut = np.ascontiguousarray(returns[days - length * blocks :]).reshape(blocks, length, trials)
    means = cut.mean(axis=(0, 1))
    centred = cut - means  # so that nothing is lost to rounding
    sums, squares = centred.sum(axis=1) / math.sqrt(count), np.square(centred).sum(axis=1)
    least = (count - 1) * (1e-24 + 1e-12 * means**2)  # what does not move has no more
    halves = Halves(sums, squares, least, means * math.sqrt(count))
    return halves.count() / math.comb(blocks, blocks // 2)
