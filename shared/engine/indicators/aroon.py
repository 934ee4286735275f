"""Chande's Aroon (1995): how long ago the highest high and the lowest low of n + 1 bars were."""

from collections.abc import Sequence

import cython
import numpy as np

from shared.engine.bars import Bars, Floats
from shared.engine.indicators import Settings
from shared.engine.indicators.columns import column, empty

LARGEST = float(np.finfo(np.float64).max)


def aroon(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """100 where it is the bar itself, 0 where it was n bars ago; of equal ones the latest counts."""
    n = int(settings[0])
    up, down = empty(bars.close), empty(bars.close)
    up[:n] = down[:n] = np.nan
    ends, places = np.full((2, n + 2), -LARGEST), np.full((2, n + 2), LARGEST)
    _recency(column(bars.high), n, 1.0, column(ends), column(places), column(up))
    _recency(column(bars.low), n, -1.0, column(ends), column(places), column(down))
    return up, down


def _recency(
    x: Floats, n: cython.Py_ssize_t, sign: cython.double, ends: Floats, places: Floats, out: Floats
) -> None:
    """Of the highest (sign 1) or the lowest (-1).

    A window is the end of one block of bars and the beginning of the next (van Herk, 1992): `ends` holds the
    highest from each bar of the block before to its end, `places` how far from that end it is. After the
    end there is none: nothing is as low, or as long ago.
    """
    count: cython.Py_ssize_t = x.shape[0]
    start: cython.Py_ssize_t = 0
    row: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    while start < count:
        bars: cython.Py_ssize_t = min(n + 1, count - start)
        begun: cython.double = ends[0, n + 1]
        begun_at: cython.double = 0.0
        ended: cython.double = begun
        ended_at: cython.double = 0.0
        for i in range(bars):
            value: cython.double = sign * x[start + i]
            # Places only grow, so that the greater one is the newer: no processor has to guess a branch.
            newer: cython.double = i if value >= begun else 0.0
            begun_at = newer if newer > begun_at else begun_at
            begun = value if value > begun else begun
            here: cython.double = n + 1 + begun_at if begun >= ends[row, i + 1] else 0.0
            there: cython.double = n - places[row, i + 1]
            latest: cython.double = here if here > there else there
            if start > 0 or i == n:
                out[start + i] = 100.0 * (latest - i - 1) / n
            value = sign * x[start + bars - 1 - i]
            newer = i if value > ended else 0.0
            ended_at = newer if newer > ended_at else ended_at
            ended = value if value > ended else ended
            ends[1 - row, n - i] = ended
            places[1 - row, n - i] = ended_at
        start += n + 1
        row = 1 - row
