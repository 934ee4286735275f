"""How far prices move, from the close before: the true range and its averages (Wilder, 1978)."""

from collections.abc import Sequence

import cython

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.chunks import STRETCH
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.undefined import NAN


def atr(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    return _average_range(bars, int(settings[0]), percent=False)


def natr(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """In percent of the close, also of one bar, where TA-Lib leaves it in units of price."""
    return _average_range(bars, int(settings[0]), percent=True)


def _average_range(bars: Bars, n: int, *, percent: bool) -> tuple[Floats, ...]:
    out = empty(bars.close)
    high, low, close = column(bars.high), column(bars.low), column(bars.close)
    _ranges(high, low, close, n, percent, column(out))
    return (out,)


def _ranges(
    high: Floats, low: Floats, close: Floats, n: cython.Py_ssize_t, percent: cython.bint, out: Floats
) -> None:
    """Smoothed as `smoothing` does, without a place where all true ranges are."""
    known: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    reach: cython.double
    first: cython.double = 0.0
    total: cython.double = 0.0
    if high.shape[0] > 0:
        out[0] = NAN
    i = 1
    while i < high.shape[0]:
        reach = _true_range(high, low, close, i)
        known = known + 1 if reach - reach == 0.0 else 0
        if known <= 1:
            first = reach
            total = 0.0
        total += reach - first
        out[i] = NAN
        i += 1
        if known == n:
            total = first + total / n
            out[i - 1] = 100.0 * total / close[i - 1] if percent else total
            i = _ranges_run(high, low, close, i, 1.0 - 1.0 / n, total - reach, percent, out)
            known = 0


def _ranges_run(
    high: Floats,
    low: Floats,
    close: Floats,
    i: cython.Py_ssize_t,
    stay: cython.double,
    off: cython.double,
    percent: cython.bint,
    out: Floats,
) -> cython.Py_ssize_t:
    """On from an average so far off the bar before, to where the bars end or to a gap."""
    reach: cython.double = _true_range(high, low, close, i - 1)
    before: cython.double
    j: cython.Py_ssize_t
    while i < high.shape[0]:
        for j in range(i, min(i + STRETCH, high.shape[0])):
            before = reach
            reach = _true_range(high, low, close, j)
            off = stay * (off + (before - reach))
            out[j] = 100.0 * (reach + off) / close[j] if percent else reach + off
        if off - off != 0.0:
            break
        i += STRETCH
    while i < high.shape[0]:
        reach = _true_range(high, low, close, i)
        if reach - reach != 0.0:
            break
        i += 1
    return i


def _true_range(high: Floats, low: Floats, close: Floats, i: cython.Py_ssize_t) -> cython.double:
    """The bar's own range, stretched to the last close where that is outside. The first bar has none."""
    top: cython.double = high[i] if high[i] > close[i - 1] else close[i - 1]
    bottom: cython.double = low[i] if low[i] < close[i - 1] else close[i - 1]
    return top - bottom
