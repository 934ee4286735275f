"""Averages of a series, and where a line through its last n bars stands."""

from collections.abc import Callable, Sequence
from math import isqrt

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.cascades import dema, tema
from shared.engine.indicators.dispersion import fitted, weighted
from shared.engine.indicators.strength import adaptive
from shared.engine.indicators.windows import ema, sma


def hma(x: Floats, n: int) -> Floats:
    """Hull, 2005. Half of n and its root are rounded down."""
    return weighted(2.0 * weighted(x, max(n // 2, 1)) - weighted(x, n), isqrt(n))


def of(
    average: Callable[[Floats, int], Floats],
) -> Callable[[Sequence[Floats], Bars, Settings], tuple[Floats, ...]]:
    return lambda series, bars, settings: (average(series[0], int(settings[0])),)


FUNCTIONS = {
    "sma": of(sma),
    "ema": of(ema),
    "wma": of(weighted),
    "dema": of(dema),
    "tema": of(tema),
    "kama": of(adaptive),
    "hma": of(hma),
    "linreg": of(fitted),
}
