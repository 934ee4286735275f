"""How bad a day may be, and the shape of the days: from their returns."""

import math
from typing import NamedTuple

import numpy as np

from shared.engine.bars import Floats
from shared.engine.metrics.performance import NO_DEVIATION

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
    return Tails(low, float(worst.mean()), abs(high / low) if abs(low) > NO_DEVIATION else None)


def quantile(ordered: Floats, part: float) -> float:
    """Linear between ranks, as numpy's; of what is sorted already."""
    place = (len(ordered) - 1) * part
    rank = int(place)
    beyond = min(rank + 1, len(ordered) - 1)
    return float(ordered[rank] + (ordered[beyond] - ordered[rank]) * (place - rank))


def skew(returns: Floats) -> float | None:
    """Of a sample, corrected for its size: G1 of Joanes and Gill (1998)."""
    n = len(returns)
    if n < 3 or (shape := moments(returns)) is None:
        return None
    return math.sqrt(n * (n - 1)) / (n - 2) * shape[0]


def kurtosis(returns: Floats) -> float | None:
    """In excess of a normal distribution's, corrected for the size of the sample: their G2."""
    n = len(returns)
    if n < 4 or (shape := moments(returns)) is None:
        return None
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (shape[1] - 3) + 6)


def moments(returns: Floats) -> tuple[float, float] | None:
    """The third and fourth about the mean, over the deviation's powers: 0 and 3 where all is normal."""
    centred = returns - returns.mean()
    squared = np.square(centred)
    variance = float(squared.mean())
    if math.sqrt(variance) <= NO_DEVIATION:
        return None
    third, fourth = float((squared * centred).mean()), float(np.square(squared).mean())
    return third / variance**1.5, fourth / variance**2


def ulcer_index(below: Floats) -> float | None:
    """The root of the mean square of the drawdowns at the ends of days."""
    return math.sqrt(float(np.square(below).mean())) if len(below) else None
