"""How bad a day may be, and the shape of the days: from their returns."""

import math
from typing import NamedTuple

import numpy as np

from shared.engine.bars import Floats
from shared.engine.metrics.performance import NO_DEVIATION, mean

TAIL = 0.05
ENOUGH = round(1 / TAIL)  # returns: with fewer, no day in twenty has been seen


class Tails(NamedTuple):
    value_at_risk: float | None = None  # a return: -0.02 is a loss of 2 %
    shortfall: float | None = None
    ratio: float | None = None


def tails(returns: Floats) -> Tails:
    """Historical: the quantile between ranks, and the mean of the ranks up to it."""
    if len(returns) < ENOUGH:
        return Tails()
    ordered = np.sort(returns)
    low, high = quantile(ordered, TAIL), quantile(ordered, 1 - TAIL)
    worst = ordered[: int((len(ordered) - 1) * TAIL) + 1]
    return Tails(low, mean(worst), abs(high / low) if abs(low) > NO_DEVIATION else None)


def quantile(ordered: Floats, part: float) -> float:
    """Linear between ranks, as numpy's; of what is sorted already."""
    place = (len(ordered) - 1) * part
    rank = int(place)
    beyond = min(rank + 1, len(ordered) - 1)
    return float(ordered[rank] + (ordered[beyond] - ordered[rank]) * (place - rank))


class Shape(NamedTuple):
    """Of a sample, corrected for its size: G1 and G2 of Joanes and Gill (1998)."""

    skew: float | None
    kurtosis: float | None  # in excess of a normal distribution's


def shape_of(returns: Floats) -> Shape:
    shape = moments(returns) if len(returns) > 2 else None
    return Shape(_skew(len(returns), shape), _kurtosis(len(returns), shape))


def _skew(n: int, shape: tuple[float, float] | None) -> float | None:
    if shape is None:
        return None
    return math.sqrt(n * (n - 1)) / (n - 2) * shape[0]


def _kurtosis(n: int, shape: tuple[float, float] | None) -> float | None:
    if n < 4 or shape is None:
        return None
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (shape[1] - 3) + 6)


def moments(returns: Floats) -> tuple[float, float] | None:
    """The third and fourth about the mean, over the deviation's powers: 0 and 3 where all is normal."""
    centred = returns - mean(returns)
    squared = np.square(centred)
    variance = mean(squared)
    if math.sqrt(variance) <= NO_DEVIATION:
        return None
    third, fourth = mean(squared * centred), mean(np.square(squared))
    return third / variance**1.5, fourth / variance**2


def ulcer_index(below: Floats) -> float | None:
    """The root of the mean square of the drawdowns at the ends of days."""
    return math.sqrt(mean(np.square(below))) if len(below) else None
