"""Lines that follow a trend at a distance and change sides when it breaks: SuperTrend and the parabolic."""

from collections.abc import Sequence

import cython
import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.columns import column
from shared.engine.indicators.ranges import atr


def supertrend(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """As TradingView's Pine defines `ta.supertrend`, which starts downwards, but 1 is upwards here."""
    n, factor = int(settings[0]), float(settings[1])
    (reach,) = atr(series, bars, (n,))
    line, direction = np.full(len(bars), np.nan), np.full(len(bars), np.nan)
    high, low, close = column(bars.high), column(bars.low), column(bars.close)
    _supertrend(high, low, close, column(reach), factor, n, column(line), column(direction))
    return line, direction


def _supertrend(
    high: Floats,
    low: Floats,
    close: Floats,
    reach: Floats,
    factor: cython.double,
    start: cython.Py_ssize_t,
    line: Floats,
    direction: Floats,
) -> None:
    i: cython.Py_ssize_t
    lower: cython.double = 0.0
    upper: cython.double = 0.0
    upwards: cython.bint = False
    for i in range(start, high.shape[0]):
        middle: cython.double = (high[i] + low[i]) / 2.0
        distance: cython.double = factor * reach[i]
        # A band only ever tightens, until a close is beyond it.
        if i == start or middle - distance > lower or close[i - 1] < lower:
            lower = middle - distance
        if i == start or middle + distance < upper or close[i - 1] > upper:
            upper = middle + distance
        if i > start:
            upwards = close[i] >= lower if upwards else close[i] > upper
        line[i] = lower if upwards else upper
        direction[i] = 1.0 if upwards else -1.0


def psar(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Wilder's parabolic stop and reverse (1978), started as TA-Lib does: by the first two bars."""
    step, most = float(settings[0]), float(settings[1])
    line = np.full(len(bars), np.nan)
    if len(bars) > 1:
        _parabolic(column(bars.high), column(bars.low), min(step, most), most, column(line))
    return (line,)


def _parabolic(high: Floats, low: Floats, step: cython.double, most: cython.double, line: Floats) -> None:
    """The rule of a long side alone: for a short one the prices are mirrored at 0.

    A turn is written out: joined with the other bars, these would wait for guesses about extremes.
    """
    i: cython.Py_ssize_t = 1
    fall: cython.double = low[0] - low[1]
    short: cython.bint = fall > 0.0 and fall > high[1] - high[0]
    stop: cython.double = -high[0] if short else low[0]
    extreme: cython.double = -low[1] if short else high[1]
    last_bottom: cython.double = -high[1] if short else low[1]
    last_top: cython.double = extreme
    steps: cython.Py_ssize_t = 1
    while i < high.shape[0]:
        bottom: cython.double = -high[i] if short else low[i]
        top: cython.double = -low[i] if short else high[i]
        if bottom <= stop:
            short = not short
            bottom, top, last_bottom = -top, -bottom, -last_top
            stop, extreme, steps = _below(-extreme, bottom, last_bottom), top, 1
            line[i] = -stop if short else stop
            stop = _below(stop + step * (extreme - stop), bottom, last_bottom)
            last_bottom, last_top = bottom, top
            i += 1
            continue
        line[i] = -stop if short else stop
        # Counted, not chosen: a processor would guess wrong at every other new extreme.
        steps += top > extreme
        extreme = top if top > extreme else extreme
        pace: cython.double = step * steps
        pace = pace if pace < most else most
        stop = _below(stop + pace * (extreme - stop), bottom, last_bottom)
        last_bottom, last_top = bottom, top
        i += 1


def _below(stop: cython.double, bottom: cython.double, last: cython.double) -> cython.double:
    """A stop is never inside the bar, nor the one before: these two are compared before there is a stop."""
    lower: cython.double = last if last < bottom else bottom
    return lower if lower < stop else stop
