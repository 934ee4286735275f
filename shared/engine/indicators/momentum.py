"""How fast a series rises or falls, and how strongly."""

from collections.abc import Sequence

import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.averages import of
from shared.engine.indicators.changes import momentum, percent
from shared.engine.indicators.convergence import convergence
from shared.engine.indicators.oscillators import place
from shared.engine.indicators.strength import relative
from shared.engine.indicators.windows import highest, known, lowest, sma


def macd(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """The shorter of both is the fast one, in whichever order they are given (as TA-Lib has it).

    All three begin with the signal.
    """
    fast, slow = sorted((int(settings[0]), int(settings[1])))
    return convergence(series[0], fast, slow, int(settings[2]))


def stochrsi(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Where the RSI stands between its lowest and its highest: undefined where these are the same.

    Both outputs begin together.
    """
    n, k, d = (int(setting) for setting in settings)
    rsi = relative(series[0], n)
    strengths = rsi[n:]  # there are none before
    low, high = lowest(strengths, k), highest(strengths, k)
    placed = place(strengths, low, low, high)
    fast, slow = np.full((2, len(rsi)), np.nan)
    slow[n:] = sma(placed, d)
    fast[n:] = known(placed, strengths, k + d - 1)
    return fast, slow


FUNCTIONS = {
    "rsi": of(relative),
    "macd": macd,
    "stochrsi": stochrsi,
    "roc": of(percent),
    "mom": of(momentum),
}
