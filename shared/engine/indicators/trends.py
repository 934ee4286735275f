"""Which way prices go, and since when."""

from collections.abc import Sequence

import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.aroon import aroon
from shared.engine.indicators.directional import adx, dmi
from shared.engine.indicators.stops import psar, supertrend
from shared.engine.indicators.windows import highest, lowest


def ichimoku(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Hosoda (1969): middles of ranges; the spans stand `base` bars after the bar they are made of.

    All four start together, with the last of them.
    """
    conversion, base, span = (int(each) for each in settings)
    turning, standard, slow = (_middle(bars, n) for n in (conversion, base, span))
    lines = (turning, standard, _later((turning + standard) / 2.0, base), _later(slow, base))
    for line in lines:
        line[: max(conversion, base, span) - 1 + base] = np.nan
    return lines


def _middle(bars: Bars, n: int) -> Floats:
    return (highest(bars.high, n) + lowest(bars.low, n)) / 2.0


def _later(x: Floats, n: int) -> Floats:
    moved = np.full(len(x), np.nan)
    moved[n:] = x[: max(len(x) - n, 0)]
    return moved


FUNCTIONS = {
    "adx": adx,
    "dmi": dmi,
    "aroon": aroon,
    "supertrend": supertrend,
    "psar": psar,
    "ichimoku": ichimoku,
}
