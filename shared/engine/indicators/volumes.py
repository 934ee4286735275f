"""What was traded on the way up and on the way down."""

from collections.abc import Sequence

import cython
import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.chunks import CHUNK
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.days import day_numbers
from shared.engine.indicators.typical import typical_price
from shared.engine.indicators.windows import rolling_sum

FEW = 16  # bars whose flows are divided while those before are still being summed


def obv(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Granville's on-balance volume (1963), counted, as TA-Lib counts, from the first bar's volume on."""
    balance = empty(bars.close)
    _balance(column(bars.close), column(bars.volume), column(balance))
    return (balance,)


def adl(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Chaikin's accumulation and distribution, summed from the first bar on."""
    line = empty(bars.close)
    high, low, close = column(bars.high), column(bars.low), column(bars.close)
    _accumulation(high, low, close, column(bars.volume), column(np.empty(FEW)), column(line))
    return (line,)


def cmf(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Chaikin's money flow: accumulation less distribution, as a share of what was traded, if any."""
    n = int(settings[0])
    with np.errstate(invalid="ignore"):
        return (rolling_sum(_flow(bars), n) / rolling_sum(bars.volume, n),)


def vwap(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """The typical price of what was traded since midnight of the zone: none until something was."""
    price = np.full(len(bars), np.nan)
    opens = np.diff(day_numbers(bars.time, str(settings[0])), prepend=-1) != 0
    typical = typical_price(bars)
    _since_midnight(column(typical), column(bars.volume), column(opens.astype(np.float64)), column(price))
    return (price,)


def _flow(bars: Bars) -> Floats:
    flow = empty(bars.close)
    high, low, close = column(bars.high), column(bars.low), column(bars.close)
    _money_flows(high, low, close, column(bars.volume), column(flow))
    return flow


def _balance(close: Floats, volume: Floats, out: Floats) -> None:
    start: cython.Py_ssize_t = 0
    end: cython.Py_ssize_t
    total: cython.double = 0.0
    while start < close.shape[0]:
        end = min(start + CHUNK, close.shape[0])
        _signed(close, volume, start, end, out)
        total = _accumulate(start, end, total, out)
        start = end


def _signed(
    close: Floats, volume: Floats, start: cython.Py_ssize_t, end: cython.Py_ssize_t, out: Floats
) -> None:
    """The volume, taken off where the close is below the one before. The first bar counts upwards."""
    i: cython.Py_ssize_t
    traded: cython.double
    if start == 0:
        out[0] = volume[0]
        start = 1
    for i in range(start, end):
        traded = volume[i]
        traded = traded if close[i] >= close[i - 1] else -traded
        out[i] = traded if close[i] != close[i - 1] else 0.0


def _accumulation(
    high: Floats, low: Floats, close: Floats, volume: Floats, flows: Floats, out: Floats
) -> None:
    """Flows of few bars at a time, then their sums."""
    start: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    total: cython.double = 0.0
    while start < close.shape[0]:
        bars: cython.Py_ssize_t = min(flows.shape[0], close.shape[0] - start)
        for i in range(bars):
            flows[i] = _money_flow(high[start + i], low[start + i], close[start + i], volume[start + i])
        for i in range(bars):
            total += flows[i]
            out[start + i] = total
        start += bars


def _money_flows(high: Floats, low: Floats, close: Floats, volume: Floats, out: Floats) -> None:
    i: cython.Py_ssize_t
    for i in range(close.shape[0]):
        out[i] = _money_flow(high[i], low[i], close[i], volume[i])


def _money_flow(
    high: cython.double, low: cython.double, close: cython.double, volume: cython.double
) -> cython.double:
    """The volume times where the close is, from -1 at the low to 1 at the high; 0 where they are the same."""
    reach: cython.double = high - low
    place: cython.double = (close - low) - (high - close)
    return place / (reach if reach > 0.0 else 1.0) * volume


def _accumulate(
    start: cython.Py_ssize_t, end: cython.Py_ssize_t, total: cython.double, flow: Floats
) -> cython.double:
    i: cython.Py_ssize_t
    for i in range(start, end):
        total += flow[i]
        flow[i] = total
    return total


def _since_midnight(typical: Floats, volume: Floats, opens: Floats, out: Floats) -> None:
    i: cython.Py_ssize_t
    paid: cython.double = 0.0
    traded: cython.double = 0.0
    for i in range(typical.shape[0]):
        if opens[i] != 0.0:
            paid = 0.0
            traded = 0.0
        paid += typical[i] * volume[i]
        traded += volume[i]
        if traded > 0.0:
            out[i] = paid / traded
