"""Levels above and below the price."""

from collections.abc import Sequence

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.ranges import atr
from shared.engine.indicators.windows import ema, highest, lowest

RETRACEMENTS = (0.236, 0.382, 0.5, 0.618, 0.786)


def keltner(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Raschke's form of Keltner's channel, as StockCharts defines it: an EMA of closes, ATRs from it."""
    n, factor, of_atr = int(settings[0]), float(settings[1]), int(settings[2])
    (reach,) = atr(series, bars, (of_atr,))
    middle = ema(bars.close, n)
    middle[:of_atr] = float("nan")  # the three begin together
    return middle + factor * reach, middle, middle - factor * reach


def donchian(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """The highest high and the lowest low of n bars, this one among them, and the middle of both."""
    n = int(settings[0])
    upper, lower = highest(bars.high, n), lowest(bars.low, n)
    return upper, (upper + lower) / 2.0, lower


def pivots(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Floor traders' pivots, as StockCharts defines the standard ones, out of the bar itself."""
    reach = bars.high - bars.low
    pivot = (bars.high + bars.low + bars.close) / 3.0
    resistances = (2.0 * pivot - bars.low, pivot + reach, bars.high + 2.0 * (pivot - bars.low))
    supports = (2.0 * pivot - bars.high, pivot - reach, bars.low - 2.0 * (bars.high - pivot))
    return (pivot, *resistances, *supports)


def fibonacci(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """From the highest high of n bars down to their lowest low, by the usual shares of the way."""
    n = int(settings[0])
    high, low = highest(bars.high, n), lowest(bars.low, n)
    return (high, *(high - share * (high - low) for share in RETRACEMENTS), low)


FUNCTIONS = {"keltner": keltner, "donchian": donchian, "pivots": pivots, "fibonacci": fibonacci}
