"""How far prices move, from the close before: the true range and its averages (Wilder, 1978)."""

from collections.abc import Sequence

import cython
import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.smoothing import _smoothed, kept


def true_range(bars: Bars) -> Floats:
    """The bar's own range, stretched to the last close where that is outside. The first bar has none."""
    reach = empty(bars.close)
    reach[:1] = np.nan
    _true_ranges(column(bars.high), column(bars.low), column(bars.close), column(reach))
    return reach


def atr(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    n = int(settings[0])
    reach = true_range(bars)
    _smoothed(column(reach), n, 1.0 / n, column(kept(1.0 / n)), column(reach))  # in place
    return (reach,)


def natr(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """In percent of the close, also of one bar, where TA-Lib leaves it in units of price."""
    (reach,) = atr(series, bars, settings)
    _percentages(column(bars.close), column(reach))
    return (reach,)


def _true_ranges(high: Floats, low: Floats, close: Floats, out: Floats) -> None:
    i: cython.Py_ssize_t
    for i in range(1, high.shape[0]):
        top: cython.double = high[i] if high[i] > close[i - 1] else close[i - 1]
        bottom: cython.double = low[i] if low[i] < close[i - 1] else close[i - 1]
        out[i] = top - bottom


def _percentages(close: Floats, out: Floats) -> None:
    i: cython.Py_ssize_t
    for i in range(close.shape[0]):
        out[i] = 100.0 * out[i] / close[i]
