"""How fast a series rises or falls, and how strongly."""

from collections.abc import Sequence

import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.averages import of
from shared.engine.indicators.changes import momentum, percent
from shared.engine.indicators.strength import apart, relative
from shared.engine.indicators.windows import ema, highest, known, lowest, sma


def macd(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """The shorter of both is the fast one, in whichever order they are given (as TA-Lib has it).

    All three begin with the signal.
    """
    fast, slow = sorted((int(settings[0]), int(settings[1])))
    line = apart(series[0], fast, slow)
    signal = ema(line, int(settings[2]))
    histogram = line - signal
    line[np.isnan(signal)] = np.nan
    return line, signal, histogram


def stochrsi(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Where the RSI stands between its lowest and its highest: undefined where these are the same.

    Both outputs begin together.
    """
    n, k, d = (int(setting) for setting in settings)
    rsi = relative(series[0], n)
    low, high = lowest(rsi, k), highest(rsi, k)
    width = high - low
    fast = np.full(len(rsi), np.nan)
    np.divide(100.0 * (rsi - low), width, out=fast, where=width > 0.0)
    slow = sma(fast, d)
    return known(fast, rsi, k + d - 1), slow


FUNCTIONS = {
    "rsi": of(relative),
    "macd": macd,
    "stochrsi": stochrsi,
    "roc": of(percent),
    "mom": of(momentum),
}
