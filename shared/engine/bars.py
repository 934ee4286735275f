"""Prices as the engine reads them: columns, a row for each bar, oldest first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Bars:
    """Every price is positive and finite, every high the highest: who reads a file or a table sees to it."""

    symbol: str
    timeframe: str  # of `language.timeframes`
    time: Integers  # when each opens, in µs since 1970 UTC, strictly rising
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats  # zeros where the source has none

    def __len__(self) -> int:
        return len(self.time)

    @property
    def prices(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        return self.open, self.high, self.low, self.close, self.volume


def digest(market: tuple[Bars, ...]) -> str:
    """`data_sha256`: the same for the same numbers, wherever they came from."""
    from hashlib import sha256  # it loads OpenSSL

    whole = sha256()
    for bars in market:
        whole.update(f"{bars.symbol}\0{bars.timeframe}\0{len(bars.time)}\0".encode())
        for column in (bars.time, *bars.prices):
            whole.update(np.ascontiguousarray(column).astype(column.dtype.newbyteorder("<"), copy=False).data)
    return whole.hexdigest()
