"""Twelve indicators and the loop, beside what each of them takes alone."""

import statistics
import time
from collections.abc import Iterator

from shared.engine.bars import Bars
from shared.engine.indicators import compute
from tests.benchmarks.engine import market, ours
from tests.benchmarks.engine.desk import Desk
from tests.benchmarks.engine.whole import MILLION, ROUNDS
from tests.benchmarks.table import Figure

# By name, the series that it reads, its settings.
PARTS: tuple[tuple[str, tuple[str, ...], tuple[float, ...]], ...] = (
    ("sma", ("close",), (20.0,)),
    ("sma", ("close",), (50.0,)),
    ("ema", ("close",), (20.0,)),
    ("ema", ("close",), (100.0,)),
    ("wma", ("close",), (30.0,)),
    ("rsi", ("close",), (14.0,)),
    ("macd", ("close",), (12.0, 26.0, 9.0)),
    ("bbands", ("close",), (20.0, 2.0)),
    ("atr", (), (14.0,)),
    ("adx", (), (14.0,)),
    ("cci", (), (20.0,)),
    ("stoch", (), (14.0, 3.0, 3.0)),
)
TOGETHER = """
name = "twelve"
[entry]
long = \"\"\"crosses_above(sma(close, 20), sma(close, 50)) and ema(close, 20) > ema(close, 100)
    and wma(close, 30) > 0 and rsi(close, 14) < 80 and macd(close, 12, 26, 9).signal < close
    and bbands(close, 20, 2).lower < close and atr(14) > 0 and adx(14) > 5 and cci(20) < 400
    and stoch(14, 3, 3).k < 101\"\"\"
[exit]
long = "crosses_below(sma(close, 20), sma(close, 50))"
"""


def figures(desk: Desk) -> Iterator[Figure]:
    bars = desk.bars(MILLION)
    ours.whole(TOGETHER, bars)
    taken = [(ours.whole(TOGETHER, bars).milliseconds, _apart(bars)) for _ in range(ROUNDS)]
    mine, parts = (statistics.median(column) for column in zip(*taken, strict=True))
    yield Figure("12 indicators and the loop, 1 M bars", mine, parts, "each alone, added up", 1.2, "ms")


def _apart(bars: Bars) -> float:
    began = time.perf_counter()
    for name, inputs, settings in PARTS:
        compute(name, [getattr(bars, each) for each in inputs], bars, settings)
    return (time.perf_counter() - began) * 1000 + ours.loop(market.CROSS, bars)
