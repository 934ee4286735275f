"""Series to compute on, and the call that does it."""

from itertools import islice
from pathlib import Path

import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import compute
from shared.engine.language.functions import FUNCTIONS

MARKET = Path(__file__).parents[5] / "shared" / "data" / "market"
# Of one series: each with settings that differ from each other and from the defaults.
SERIES = {
    "sma": (7,),
    "ema": (7,),
    "wma": (7,),
    "dema": (5,),
    "tema": (5,),
    "kama": (6,),
    "hma": (9,),
    "linreg": (6,),
    "rsi": (6,),
    "macd": (4, 9, 5),
    "stochrsi": (6, 5, 3),
    "roc": (4,),
    "mom": (4,),
    "stddev": (7,),
    "zscore": (7,),
    "hvol": (7, 252),
    "bbands": (7, 2.5),
    "highest": (7,),
    "lowest": (7,),
    "rising": (2,),
    "falling": (2,),
}


def walk(bars: int, *, seed: int = 1, step: float = 0.01) -> Floats:
    rng = np.random.default_rng(seed)
    return 100 * np.exp(np.cumsum(rng.normal(0, step, bars)))


def bars_of(x: Floats) -> Bars:
    return Bars("X", "1d", np.arange(len(x)), x, x, x, x, np.zeros(len(x)))


def call(name: str, x: Floats, *settings: float) -> tuple[Floats, ...]:
    return compute(name, [x], bars_of(x), settings)


def warm_up(name: str, *settings: float) -> int:
    return FUNCTIONS[name].warm_up(*settings)


def closes() -> dict[str, Floats]:
    """Of the files of the market that are there, the first 5,000 bars."""
    found = {}
    for path in sorted(MARKET.glob("*.csv")) if MARKET.exists() else ():
        with path.open() as lines:
            header = next(lines).strip().lower().split(",")
            if "close" in header and "symbol" not in header:
                place = header.index("close")
                found[path.stem] = np.array([float(row.split(",")[place]) for row in islice(lines, 5_000)])
    return found
