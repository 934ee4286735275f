"""From rules to metrics: a million bars, and a hundred thousand."""

import math
import statistics
from collections.abc import Callable, Iterator

from tests.benchmarks.engine import market, ours
from tests.benchmarks.engine.desk import Desk
from tests.benchmarks.table import Figure

ROUNDS = 7
MILLION, FEWER = 1_000_000, 100_000
STOPS = {"stop": market.STOP, "target": market.TARGET}


def figures(desk: Desk) -> Iterator[Figure]:
    yield from _plain(desk)
    yield from _with_risk(desk)
    yield from _fewer(desk)


def _plain(desk: Desk) -> Iterator[Figure]:
    bars, file = desk.bars(MILLION), desk.file(MILLION)
    mine, phasor, vectorbt, bare = medians(
        lambda: ours.whole(market.CROSS, bars).milliseconds,
        lambda: desk.peer("phasor_trader").ask("whole", file, risk={}).milliseconds,
        lambda: desk.peer("vectorbt_on_rust").ask("whole", file, risk={}).milliseconds,
        lambda: desk.limits.whole(bars)[0],
    )
    name = "whole, 1 M bars, plain"
    yield Figure(name, mine, phasor, "phasor with metrics, its signals given", 1 / 10, "ms")
    yield Figure(name, mine, vectorbt, "vectorbt[rust] with metrics, its signals given", 1 / 12, "ms")
    yield Figure(name, mine, bare, "a bare C loop", math.inf, "ms")
    slow = desk.peer("backtesting_py").ask("whole", file, risk={}).milliseconds
    yield Figure(name, mine, slow, "backtesting.py, its signals given, once", 1 / 1000, "ms")


def _with_risk(desk: Desk) -> Iterator[Figure]:
    bars, file = desk.bars(MILLION), desk.file(MILLION)
    text = market.CROSS + market.ALL_RISK
    mine, kernel, bare = medians(
        lambda: ours.whole(text, bars).milliseconds,
        lambda: desk.peer("vectorbt_on_rust").ask("kernel", file, risk=STOPS, repeat=2).milliseconds,
        lambda: desk.limits.whole(bars, **STOPS)[0],
    )
    name = "whole, 1 M bars, stop, target, trailing, size by risk"
    yield Figure(name, mine, kernel, "vectorbt-rust's kernel, stop and target", 1 / 4, "ms")
    yield Figure(name, mine, bare, "a bare C loop, stop and target", 1.5, "ms")


def _fewer(desk: Desk) -> Iterator[Figure]:
    bars, file = desk.bars(FEWER), desk.file(FEWER)
    mine, phasor, bare = medians(
        lambda: ours.whole(market.CROSS, bars).milliseconds,
        lambda: desk.peer("phasor_trader").ask("whole", file, risk={}).milliseconds,
        lambda: desk.limits.whole(bars)[0],
    )
    name = "whole, 100k bars, plain"
    yield Figure(name, mine, phasor, "phasor with metrics, its signals given", 1 / 20, "ms")
    yield Figure(name, mine, bare, "a bare C loop", math.inf, "ms")


def medians(*runs: Callable[[], float], rounds: int = ROUNDS) -> list[float]:
    """Of runs in turn: what slows the machine slows all."""
    taken = [[run() for run in runs] for _ in range(rounds + 1)]
    return [statistics.median(column) for column in zip(*taken[1:], strict=True)]
