"""Every indicator under its name in the language. What computes it is imported when it is first asked for."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import NamedTuple, cast

from shared.engine import COMPILED, built
from shared.engine.bars import Bars, Floats
from shared.engine.language.functions import CANDLES

Settings = Sequence[float | str]
Implementation = Callable[[Sequence[Floats], Bars, Settings], tuple[Floats, ...]]


class Indicator(NamedTuple):
    name: str
    module: str  # of this package: its table `FUNCTIONS` holds the implementation

    def implementation(self) -> Implementation:
        table = import_module(f"{__name__}.{self.module}").FUNCTIONS
        return cast(Implementation, table[self.name])


MODULES = {
    "averages": ("sma", "ema", "wma", "dema", "tema", "kama", "hma", "linreg"),
    "momentum": ("rsi", "macd", "stochrsi", "roc", "mom"),
    "spreads": ("stddev", "zscore", "hvol", "bbands"),
    "extremes": ("highest", "lowest", "rising", "falling"),
    "trends": ("adx", "dmi", "aroon", "supertrend", "psar", "ichimoku"),
    "whole_bars": ("stoch", "cci", "willr", "mfi", "atr", "natr", "obv", "adl", "cmf", "vwap"),
    "channels": ("keltner", "donchian", "pivots", "fibonacci"),
    "candles": tuple(candle.name for candle in CANDLES),
    "phases": ("amd_phase",),
}
INDICATORS = {name: Indicator(name, module) for module, names in MODULES.items() for name in names}


def compute(name: str, series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """One array for each output, as long as the bars: NaN where it is undefined, a truth 1 or 0.

    A value is the same bit for bit, whether bars follow or not. `amd_phase` gives places in `PHASES`.
    """
    return _implementation(name)(series, bars, settings)


@cache  # to look it up takes as long as a hundred bars do
def _implementation(name: str) -> Implementation:
    return INDICATORS[name].implementation()


if COMPILED:
    built.use_core(__name__)
