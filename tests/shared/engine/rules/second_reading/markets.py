"""Awkward markets at random: equal prices, nothing traded, missing bars, nights, changed clocks."""

from datetime import UTC, datetime
from random import Random

import numpy as np

from shared.engine.bars import Bars
from shared.engine.language.timeframes import MINUTES
from tests.shared.engine.rules.second_reading.bars import MINUTE

STARTS = (  # a Monday, the middle of a week, the Fridays before clocks change in New York and in Berlin
    datetime(2024, 1, 1, tzinfo=UTC),
    datetime(2024, 5, 15, 10, tzinfo=UTC),
    datetime(2024, 3, 8, 20, tzinfo=UTC),
    datetime(2024, 10, 25, tzinfo=UTC),
)
Row = tuple[int, float, float, float, float, float]


def market(seed: int, timeframe: str, most: int = 90) -> tuple[Bars, ...]:
    """Two or three symbols, of which not all begin at once."""
    chance = Random(seed)
    start = int(chance.choice(STARTS).timestamp()) * 1_000_000
    symbols = "ABC"[: chance.choice((2, 2, 3))]
    holes = chance.choice((0.0, 0.02, 0.3))
    return tuple(_bars(chance, symbol, timeframe, start, holes, most) for symbol in symbols)


def _bars(chance: Random, symbol: str, timeframe: str, start: int, holes: float, most: int) -> Bars:
    length = MINUTES[timeframe] * MINUTE
    time = start + chance.choice((0, 0, 1, 5)) * length
    step, missing = chance.choice((0.0, 0.5, 1.0, 0.01)), chance.choice((0.0, 0.1, 0.5))
    rows: list[Row] = []
    close = float(chance.choice((4, 50, 100)))
    for _ in range(chance.randint(most // 4, most)):
        time += length
        if chance.random() < missing:
            time += length * chance.randint(1, 3)
        if chance.random() < holes:
            time += length * chance.randint(4, 60 * 24 * 5 // MINUTES[timeframe])
        rows.append(_row(chance, time, close, step))
        close = rows[-1][4]
    times, *columns = zip(*rows, strict=True)
    return Bars(symbol, timeframe, np.array(times, dtype=np.int64), *(np.array(each) for each in columns))


def _row(chance: Random, time: int, before: float, step: float) -> Row:
    """With a step only whole multiples of it, so that equal prices are many."""

    def near(price: float, width: float) -> float:
        if step:
            return max(price + step * chance.randint(-2, 2), 1.0)
        return price * (1 + chance.gauss(0, width))

    opened = near(before, 0.002)
    close = near(opened, 0.01)
    high, low = max(opened, close), min(opened, close)
    high, low = max(high, near(high, 0.005)), min(low, near(low, 0.005))
    volume = chance.choice((0.0, 1.0, round(chance.uniform(0, 50), 2)))
    return time, opened, high, low, close, volume
