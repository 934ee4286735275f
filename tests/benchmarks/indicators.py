"""Indicators on a million bars, each beside TA-Lib's in the same run."""

import ctypes
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import talib

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import compute
from tests.benchmarks.scene import Scene
from tests.benchmarks.table import Figure, paired

BARS, ROUNDS = 1_000_000, 15
FASTER, AS_FAST = 1 / 1.5, 1.0
TRIM, MMAP = -1, -3  # of glibc's mallopt


class Row(NamedTuple):
    name: str
    settings: tuple[float, ...]
    peer: Callable[..., object]
    goal: float = AS_FAST


def rows(bars: Bars) -> Sequence[Row]:
    """Every indicator that TA-Lib has too, on the same columns."""
    return (*_of_a_series(bars.close), *_of_bars(bars))


def _of_a_series(close: Floats) -> Sequence[Row]:
    return (
        Row("sma", (20,), partial(talib.SMA, close), FASTER),
        Row("ema", (20,), partial(talib.EMA, close), FASTER),
        Row("rsi", (14,), partial(talib.RSI, close), FASTER),
        Row("macd", (12, 26, 9), partial(talib.MACD, close), FASTER),
        Row("bbands", (20, 2.0), lambda n, factor: talib.BBANDS(close, n, factor, factor), FASTER),
        Row("wma", (20,), partial(talib.WMA, close)),
        Row("dema", (20,), partial(talib.DEMA, close)),
        Row("tema", (20,), partial(talib.TEMA, close)),
        Row("kama", (10,), partial(talib.KAMA, close)),
        Row("linreg", (14,), partial(talib.LINEARREG, close)),
        Row("stochrsi", (14, 14, 3), partial(talib.STOCHRSI, close)),
        Row("roc", (10,), partial(talib.ROC, close)),
        Row("mom", (10,), partial(talib.MOM, close)),
        Row("stddev", (20,), partial(talib.STDDEV, close)),
        Row("highest", (20,), partial(talib.MAX, close)),
        Row("lowest", (20,), partial(talib.MIN, close)),
    )


def _of_bars(bars: Bars) -> Sequence[Row]:
    high, low, close, volume = bars.high, bars.low, bars.close, bars.volume
    return (
        Row("atr", (14,), partial(talib.ATR, high, low, close)),
        Row("natr", (14,), partial(talib.NATR, high, low, close)),
        Row("adx", (14,), partial(talib.ADX, high, low, close)),
        Row(
            "dmi",
            (14,),
            lambda n: (talib.PLUS_DI(high, low, close, n), talib.MINUS_DI(high, low, close, n)),
        ),
        Row("aroon", (14,), partial(talib.AROON, high, low)),
        Row("psar", (0.02, 0.2), partial(talib.SAR, high, low)),
        Row("stoch", (14, 3, 3), lambda n, k, d: talib.STOCH(high, low, close, n, k, 0, d, 0)),
        Row("willr", (14,), partial(talib.WILLR, high, low, close)),
        Row("cci", (20,), partial(talib.CCI, high, low, close)),
        Row("mfi", (14,), partial(talib.MFI, high, low, close, volume)),
        Row("obv", (), partial(talib.OBV, close, volume)),
        Row("adl", (), partial(talib.AD, high, low, close, volume)),
    )


def figures(scene: Scene) -> Iterator[Figure]:
    keep_memory()
    bars = candles()
    for row in rows(bars):
        ours, peers = paired(
            lambda row=row: _spent(lambda: compute(row.name, [bars.close], bars, row.settings)),
            lambda row=row: _spent(lambda: row.peer(*row.settings)),
            rounds=ROUNDS,
        )
        words = ", ".join(f"{setting:g}" for setting in row.settings)
        yield Figure(f"{row.name}({words}), 1 M bars", ours, peers, "TA-Lib", row.goal, "ms")


def candles() -> Bars:
    """Minutes of a walk, with shadows above and below."""
    rng = np.random.default_rng(1)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 1e-3, BARS)))
    first = np.concatenate([close[:1], close[:-1]])
    high = np.maximum(first, close) * (1 + 5e-4 * rng.random(BARS))
    low = np.minimum(first, close) * (1 - 5e-4 * rng.random(BARS))
    return Bars("X", "1m", np.arange(BARS), first, high, low, close, np.floor(1000 * rng.random(BARS)) + 1)


def keep_memory() -> None:
    """What is freed stays the process's: to get it anew costs both sides more than most rows do."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(TRIM, 1 << 30)
        libc.mallopt(MMAP, 1 << 30)


def _spent(compute: Callable[[], object]) -> float:
    """The processor's time: who else is on the machine takes none of it."""
    began = time.process_time()
    compute()
    return (time.process_time() - began) * 1e3
