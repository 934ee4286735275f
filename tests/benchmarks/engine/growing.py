"""How the cost grows with bars and with combinations: the exponent of a power that fits."""

import math
import statistics
from collections.abc import Iterator, Sequence

from functions.strategy.sweeping import Space
from tests.benchmarks.engine import market, ours
from tests.benchmarks.engine.desk import Desk
from tests.benchmarks.engine.whole import medians
from tests.benchmarks.table import Figure

LINEAR, GOAL = 1.0, 1.05
BARS = (62_500, 125_000, 250_000, 500_000, 1_000_000)
SLOWS = (5, 10, 20, 40)
ON = 20_000  # bars


def figures(desk: Desk) -> Iterator[Figure]:
    runs = [lambda count=count: ours.whole(market.CROSS, desk.bars(count)).milliseconds for count in BARS]
    in_bars = exponent(BARS, medians(*runs))
    yield Figure("growth with bars", in_bars, LINEAR, "linear: exponent", GOAL, "")
    spaces = [_space(count) for count in SLOWS]
    bars = desk.bars(ON)
    trials = [lambda space=space: ours.swept(market.CROSS, bars, space, processes=1)[0] for space in spaces]
    in_pairs = exponent([len(space) for space in spaces], medians(*trials, rounds=3))
    yield Figure("growth with combinations", in_pairs, LINEAR, "linear: exponent", GOAL, "")


def _space(slows: int) -> Space:
    """The same kinds of pairs, more of them."""
    fasts = tuple(float(window) for window in range(4, 14))
    return Space(("fast", "slow"), (fasts, tuple(30.0 + 200 * i / slows // 1 for i in range(slows))))


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """The slope of the logarithms."""
    line = statistics.linear_regression(list(map(math.log, sizes)), list(map(math.log, costs)))
    return line.slope
