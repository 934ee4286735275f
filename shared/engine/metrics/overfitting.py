"""What is left of the best of many trials once their number is reckoned with."""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from shared.engine.bars import Floats
from shared.engine.metrics.performance import per_day, ratio
from shared.engine.metrics.returns import Daily
from shared.engine.metrics.risk import moments

EULER = 0.5772156649015329
NORMAL = NormalDist()
BLOCKS = 16
AT_ONCE = 1 << 15  # numbers of a chunk


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
    level = means * math.sqrt(count)
    halves = _halves(blocks)
    step = max(1, AT_ONCE // trials)
    lost = 0
    for at in range(0, len(halves), step):
        half = halves[at : at + step]
        one = _ratios(half @ sums, half @ squares, least, level)
        other = _ratios((1 - half) @ sums, (1 - half) @ squares, least, level)
        for inside, outside in ((one, other), (other, one)):
            lost += int(np.count_nonzero(_relative_ranks(inside.argmax(axis=1), outside) <= 0.5))
    return lost / (2 * len(halves))


def _halves(blocks: int) -> Floats:
    """A row for each choice of half of the blocks, 1.0 where one is chosen: those with the first of them.

    The other choices are what these leave.
    """
    others = np.arange(1 << (blocks - 1))[:, None] >> np.arange(blocks - 1) & 1
    chosen = others[others.sum(axis=1) == blocks // 2 - 1]
    return np.column_stack((np.ones(len(chosen)), chosen))


def _ratios(sums: Floats, squares: Floats, least: Floats, level: Floats) -> Floats:
    """In the place of the sums: Sharpe ratios squared, with their signs, times a number, the same for all.

    Only ranks are asked, and to square costs less than a root.
    """
    spread = np.subtract(squares, sums * sums, out=squares)
    spread[spread <= least] = np.inf
    sums += level
    sums *= np.abs(sums)
    sums /= spread
    return sums


def _relative_ranks(chosen: NDArray[np.intp], ratios: Floats) -> Floats:
    """Of the chosen in each row, between 0 and 1; equals share their ranks."""
    own = ratios[np.arange(len(ratios)), chosen][:, None]
    below = np.count_nonzero(ratios < own, axis=1)
    equal = np.count_nonzero(ratios == own, axis=1)
    ranks: Floats = (below + (equal + 1) / 2) / (ratios.shape[1] + 1)
    return ranks
