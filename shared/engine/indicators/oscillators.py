"""Where the close stands in its range, on a scale that ends. In a range without height it stands nowhere."""

from collections.abc import Sequence

import cython
import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.columns import column, empty
from shared.engine.indicators.typical import typical_price
from shared.engine.indicators.undefined import NAN
from shared.engine.indicators.windows import highest, lowest, rolling_sum, sma

# Of a typical price: as much may be left where equal sums are rounded differently.
NOISE = cython.declare(cython.double, 1e-14)


def stoch(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Lane's %K, smoothed, and %D, its average. The two begin together."""
    n, smooth, of_d = (int(each) for each in settings)
    top, bottom = highest(bars.high, n), lowest(bars.low, n)
    k = sma(place(bars.close, bottom, bottom, top), smooth)
    d = sma(k, of_d)
    k[: n + smooth + of_d - 3] = np.nan
    return k, d


def willr(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Williams' %R: from 0 at the highest high to -100 at the lowest low."""
    n = int(settings[0])
    top, bottom = highest(bars.high, n), lowest(bars.low, n)
    return (place(bars.close, top, bottom, top),)


def mfi(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Quong and Soudack (1989): the share traded as the typical price rose, where anything was traded."""
    n = int(settings[0])
    rising, falling = empty(bars.close), empty(bars.close)
    rising[:1] = falling[:1] = np.nan
    _flows(column(typical_price(bars)), column(bars.volume), column(rising), column(falling))
    risen, fallen = rolling_sum(rising, n), rolling_sum(falling, n)
    _shares(column(risen), column(fallen))
    return (risen,)


def place(x: Floats, zero: Floats, bottom: Floats, top: Floats) -> Floats:
    """How far it is above what counts as zero, in percent of the range, whose top it takes the place of."""
    _places(column(x), column(zero), column(bottom), column(top), column(top))
    return top


def _places(x: Floats, zero: Floats, bottom: Floats, top: Floats, out: Floats) -> None:
    i: cython.Py_ssize_t
    nowhere: cython.double = NAN
    for i in range(x.shape[0]):
        reach: cython.double = top[i] - bottom[i]
        share: cython.double = 100.0 * (x[i] - zero[i]) / (reach if reach > 0.0 else 1.0)
        out[i] = share + (0.0 if reach > 0.0 else nowhere)


def _flows(typical: Floats, volume: Floats, rising: Floats, falling: Floats) -> None:
    i: cython.Py_ssize_t
    for i in range(1, typical.shape[0]):
        change: cython.double = typical[i] - typical[i - 1]
        least: cython.double = NOISE * typical[i]
        flow: cython.double = typical[i] * volume[i]
        rising[i] = flow if change > least else 0.0
        falling[i] = flow if change < -least else 0.0


def _shares(part: Floats, rest: Floats) -> None:
    i: cython.Py_ssize_t
    nothing: cython.double = NAN
    for i in range(part.shape[0]):
        whole: cython.double = part[i] + rest[i]
        share: cython.double = 100.0 * part[i] / (whole if whole > 0.0 else 1.0)
        part[i] = share + (0.0 if whole > 0.0 else nothing)


def cci(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Lambert (1980): the typical price from its mean, in mean deviations. None where prices stood still."""
    n = int(settings[0])
    typical = typical_price(bars)
    index = sma(typical, n)
    _distances(column(typical), n, column(np.empty(512)), column(index))
    return (index,)


def _distances(x: Floats, n: cython.Py_ssize_t, spreads: Floats, out: Floats) -> None:
    """Instead of the means in `out`. Bars are taken in blocks, which stay near the processor."""
    count: cython.Py_ssize_t = x.shape[0]
    start: cython.Py_ssize_t = n - 1
    width: cython.Py_ssize_t
    j: cython.Py_ssize_t
    k: cython.Py_ssize_t
    while start < count:
        width = min(spreads.shape[0], count - start)
        for k in range(width):
            spreads[k] = 0.0
        for j in range(n):
            for k in range(width):
                spreads[k] += abs(x[start + k - j] - out[start + k])
        for k in range(width):
            spread: cython.double = spreads[k] / n
            distance: cython.double = x[start + k] - out[start + k]
            out[start + k] = distance / (0.015 * spread) if spread > NOISE * x[start + k] else NAN
        start += width
