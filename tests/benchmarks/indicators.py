"""Indicators on a million bars, each beside TA-Lib's in the same run."""

import ctypes
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import talib

from shared.engine.bars import Bars
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


ROWS = (
    Row("sma", (20,), talib.SMA, FASTER),
    Row("ema", (20,), talib.EMA, FASTER),
    Row("rsi", (14,), talib.RSI, FASTER),
    Row("macd", (12, 26, 9), talib.MACD, FASTER),
    Row("bbands", (20, 2.0), lambda x, n, factor: talib.BBANDS(x, n, factor, factor), FASTER),
    Row("wma", (20,), talib.WMA),
    Row("dema", (20,), talib.DEMA),
    Row("tema", (20,), talib.TEMA),
    Row("kama", (10,), talib.KAMA),
    Row("linreg", (14,), talib.LINEARREG),
    Row("stochrsi", (14, 14, 3), talib.STOCHRSI),
    Row("roc", (10,), talib.ROC),
    Row("mom", (10,), talib.MOM),
    Row("stddev", (20,), talib.STDDEV),
    Row("highest", (20,), talib.MAX),
    Row("lowest", (20,), talib.MIN),
)


def figures(scene: Scene) -> Iterator[Figure]:
    keep_memory()
    x = 100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 1e-3, BARS)))
    bars = Bars("X", "1m", np.arange(BARS), x, x, x, x, np.zeros(BARS))
    for row in ROWS:
        ours, peers = paired(
            lambda row=row: _spent(lambda: compute(row.name, [x], bars, row.settings)),
            lambda row=row: _spent(lambda: row.peer(x, *row.settings)),
            rounds=ROUNDS,
        )
        words = ", ".join(f"{setting:g}" for setting in row.settings)
        yield Figure(f"{row.name}({words}), 1 M bars", ours, peers, "TA-Lib", row.goal, "ms")


def keep_memory() -> None:
    """What is freed stays the process's: to get it anew costs both sides more than most rows do."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(TRIM, 1 << 30)
        libc.mallopt(MMAP, 1 << 30)


def _spent(compute: Callable[[], object]) -> float:
    began = time.perf_counter()
    compute()
    return (time.perf_counter() - began) * 1e3
