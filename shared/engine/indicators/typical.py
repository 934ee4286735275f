"""The typical price of a bar: the mean of its high, its low and its close."""

import cython

from shared.engine.bars import Bars, Floats
from shared.engine.indicators.columns import column, empty


def typical_price(bars: Bars) -> Floats:
    typical = empty(bars.close)
    _typical(column(bars.high), column(bars.low), column(bars.close), column(typical))
    return typical


def _typical(high: Floats, low: Floats, close: Floats, out: Floats) -> None:
    i: cython.Py_ssize_t
    for i in range(high.shape[0]):
        out[i] = (high[i] + low[i] + close[i]) / 3.0
