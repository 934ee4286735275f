"""How far prices move, from the close before: the true range and its averages (Wilder, 1978)."""

from collections.abc import Sequence

import cython

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.chunks import STRETCH
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.twos import two_on
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
    """Sums are n times their averages."""
    known: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    reach: cython.double
    total: cython.double = 0.0
    part: cython.double = (100.0 if percent else 1.0) / n
    if high.shape[0] > 0:
        out[0] = NAN
    i = 1
    while i < high.shape[0]:
        reach = _true_range(high, low, close, i)
        known = known + 1 if reach - reach == 0.0 else 0
        total = total + reach if known > 1 else reach
        out[i] = NAN
        i += 1
        if known == n:
            out[i - 1] = part * total / close[i - 1] if percent else part * total
            i = _ranges_run(high, low, close, i, 1.0 - 1.0 / n, part, total, percent, out)
            known = 0


def _ranges_run(
    high: Floats,
    low: Floats,
    close: Floats,
    i: cython.Py_ssize_t,
    stay: cython.double,
    part: cython.double,
    total: cython.double,
    percent: cython.bint,
    out: Floats,
) -> cython.Py_ssize_t:
    """On from the sum of the bar before, to where the bars end or to a gap."""
    j: cython.Py_ssize_t
    reach: cython.double
    last: cython.Py_ssize_t = high.shape[0] - 1
    while i < last:
        for j in range(i, min(i + STRETCH, last), 2):
            reach = _true_range(high, low, close, j)
            first: cython.double = reach + stay * total
            total = two_on(stay, reach, _true_range(high, low, close, j + 1), total)
            if percent:
                out[j], out[j + 1] = part * first / close[j], part * total / close[j + 1]
            else:
                out[j], out[j + 1] = part * first, part * total
        if total - total != 0.0:
            break
        i = j + 2
    if i == last:
        total = _true_range(high, low, close, i) + stay * total
        out[i] = part * total / close[i] if percent else part * total
    while i <= last:
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
