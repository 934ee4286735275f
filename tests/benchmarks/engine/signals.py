"""What peers are told to trade on, computed without our engine."""

import numpy as np
import talib
from numpy.typing import NDArray

from shared.engine.bars import Bars, Floats

Flags = NDArray[np.bool_]
Signals = tuple[Flags, Flags]  # entries, exits


def crosses(close: Floats, fast: int, slow: int) -> Signals:
    return crossing(talib.SMA(close, fast), talib.SMA(close, slow))


def crossing(a: Floats, b: Floats | float) -> Signals:
    """Where a goes above b, and where below."""
    b = np.broadcast_to(b, a.shape)
    above, below = np.zeros(len(a), bool), np.zeros(len(a), bool)
    above[1:] = (a[1:] > b[1:]) & (a[:-1] <= b[:-1])
    below[1:] = (a[1:] < b[1:]) & (a[:-1] >= b[:-1])
    return above, below


def averages(bars: Bars) -> Signals:
    return crosses(bars.close, 20, 50)


def exponential(bars: Bars) -> Signals:
    return crossing(talib.EMA(bars.close, 12), talib.EMA(bars.close, 40))


def oversold(bars: Bars) -> Signals:
    strength = talib.RSI(bars.close, 14)
    return crossing(strength, 30.0)[0], crossing(strength, 60.0)[0]


def channel(bars: Bars) -> Signals:
    highest, lowest = talib.MAX(bars.high, 30), talib.MIN(bars.low, 15)
    entries, exits = np.zeros(len(bars), bool), np.zeros(len(bars), bool)
    entries[1:], exits[1:] = bars.close[1:] > highest[:-1], bars.close[1:] < lowest[:-1]
    return entries, exits


def never_left(bars: Bars) -> Signals:
    """Its position ends at a stop or a target alone."""
    return crosses(bars.close, 10, 30)[0], np.zeros(len(bars), bool)
