"""The bare C loops of limits.c, compiled here."""

import ctypes
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from shared.engine.bars import Bars, Floats
from tests.benchmarks.engine.market import CASH, FEE

FLAGS = ("-O3", "-g0", "-fPIC", "-shared", "-ffp-contract=off")
DAY = 1440  # bars
TRADE = np.dtype([("entry", np.int64), ("exit", np.int64), ("bought", np.float64), ("sold", np.float64)])


class Limits:
    def __init__(self, folder: Path) -> None:
        library = folder / "limits.so"
        subprocess.run(
            ["cc", *FLAGS, str(Path(__file__).with_name("limits.c")), "-o", str(library)], check=True
        )
        self._code = ctypes.CDLL(str(library))

    def whole(self, bars: Bars, *, stop: float = 0.0, target: float = 0.0) -> tuple[float, int]:
        """Milliseconds, and trades."""
        equity, trades = np.empty(len(bars)), np.empty(len(bars) // 4, TRADE)
        amounts = [ctypes.c_double(x) for x in (CASH, FEE, stop, target)]
        began = time.perf_counter()
        count = self._code.whole(*_prices(bars), *_whole(len(bars), 20, 50), *amounts, *_at(equity, trades))
        return (time.perf_counter() - began) * 1000, count

    def sweep(
        self, bars: Bars, pairs: Sequence[tuple[int, int]], *, stop: float = 0.0, target: float = 0.0
    ) -> tuple[float, Floats]:
        """Milliseconds, and the final value of each pair. One core; the averages are part of it."""
        amounts = [ctypes.c_double(x) for x in (CASH, FEE, stop, target)]
        finals, sums = np.empty(len(pairs)), np.empty((len(pairs), 2))
        began = time.perf_counter()
        windows = sorted({window for pair in pairs for window in pair})
        averages = np.array([_average(bars.close, window) for window in windows])
        rows = np.array([[windows.index(a), windows.index(b), b] for a, b in pairs], np.int32)
        counts = (*_at(averages, rows), ctypes.c_long(len(pairs)))
        self._code.sweep(
            *_prices(bars), *_whole(len(bars)), *counts, *amounts, *_whole(DAY), *_at(finals, sums)
        )
        return (time.perf_counter() - began) * 1000, finals


def _average(close: Floats, window: int) -> Floats:
    sums = np.cumsum(close)
    found = np.empty(len(close))
    found[window - 1 :] = sums[window - 1 :]
    found[window:] -= sums[:-window]
    found[: window - 1] = np.nan
    found /= window
    return found


def _prices(bars: Bars) -> tuple[ctypes.c_void_p, ...]:
    return _at(bars.open, bars.high, bars.low, bars.close)


def _at(*arrays: "np.ndarray[tuple[int, ...], np.dtype[np.generic]]") -> tuple[ctypes.c_void_p, ...]:
    return tuple(ctypes.c_void_p(array.ctypes.data) for array in arrays)


def _whole(*numbers: int) -> tuple[ctypes.c_long, ...]:
    return tuple(map(ctypes.c_long, numbers))
