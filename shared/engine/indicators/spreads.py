"""How far a series is spread about its mean, and where it stands in that."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.averages import of
from shared.engine.indicators.changes import logarithmic
from shared.engine.indicators.dispersion import bands, spread


def stddev(x: Floats, n: int) -> Floats:
    """Of the population: divided by n."""
    return spread(x, n)[1]


def zscore(x: Floats, n: int) -> Floats:
    """Undefined where the window stands still."""
    mean, deviation = spread(x, n)
    result = np.full(len(x), np.nan)
    np.divide(x - mean, deviation, out=result, where=deviation > 0.0)
    return result


def hvol(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Of the population, as `stddev`; 0.2 is 20 % a year."""
    return (stddev(logarithmic(series[0]), int(settings[0])) * sqrt(float(settings[1])),)


def bbands(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    return bands(series[0], int(settings[0]), float(settings[1]))


FUNCTIONS = {"stddev": of(stddev), "zscore": of(zscore), "hvol": hvol, "bbands": bbands}
