"""TA-Lib's candlestick patterns: 100 bullish, -100 bearish (200 and -200 where confirmed), else 0."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.language.patterns import PATTERNS, Pattern


def candle(
    code: str, pattern: Pattern, series: Sequence[Floats], bars: Bars, settings: Settings
) -> tuple[Floats, ...]:
    found = np.full(len(bars), np.nan)
    if len(bars) > pattern.bars:
        import talib  # it costs more than the rest of the engine: who asks for no pattern does without

        function = getattr(talib, f"CDL{code.upper()}")
        prices = (bars.open, bars.high, bars.low, bars.close)
        found[pattern.bars :] = function(*prices, *(float(each) for each in settings))[pattern.bars :]
    return (found,)


FUNCTIONS = {f"cdl_{code}": partial(candle, code, pattern) for code, pattern in PATTERNS.items()}
