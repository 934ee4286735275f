"""A thousand pairs of averages on a hundred thousand bars, on both cores."""

import math
from collections.abc import Iterator

import numpy as np

from functions.strategy.sweeping import Space
from tests.benchmarks.engine import market, ours, starting
from tests.benchmarks.engine.desk import Desk
from tests.benchmarks.engine.whole import FEWER, STOPS, medians
from tests.benchmarks.table import Figure

ROUNDS = 3
MEGABYTES = 8.0  # above what is there before the sweep
FASTS, SLOWS = tuple(map(float, range(4, 29))), tuple(map(float, range(30, 230, 5)))
PAIRS = Space(("fast", "slow"), (FASTS, SLOWS))
ALIKE = 1e-4  # the final values of ours, on a grid of money and of lots, and of a loop without


def figures(desk: Desk) -> Iterator[Figure]:
    yield from _plain(desk)
    yield from _with_stops(desk)
    yield from _memory(desk)


def listed(space: Space) -> list[tuple[int, int]]:
    points = [space.point(index) for index in range(len(space))]
    return [(int(point["fast"]), int(point["slow"])) for point in points]


def _plain(desk: Desk) -> Iterator[Figure]:
    bars, file, pairs = desk.bars(FEWER), desk.file(FEWER), listed(PAIRS)
    _alike(desk)
    mine, phasor, raptor, bare = medians(
        lambda: ours.swept(market.CROSS, bars, PAIRS)[0],
        lambda: desk.peer("phasor_trader").ask("sweep", file, pairs=pairs, risk={}).milliseconds,
        lambda: desk.peer("raptor").ask("sweep", file, pairs=pairs, risk={}).milliseconds,
        lambda: desk.limits.sweep(bars, pairs)[0],
        rounds=ROUNDS,
    )
    name = "1,000 pairs, 100k bars"
    yield Figure(name, mine, phasor, "phasor, two threads", 1 / 60, "ms")
    yield Figure(name, mine, raptor, "raptorbt's batch", 1 / 100, "ms")
    yield Figure(name, mine, bare, "a scalar C sweep, one core", 0.3, "ms")


def _with_stops(desk: Desk) -> Iterator[Figure]:
    bars, file, pairs = desk.bars(FEWER), desk.file(FEWER), listed(PAIRS)
    mine, phasor, bare = medians(
        lambda: ours.swept(market.CROSS + market.RISK, bars, PAIRS)[0],
        lambda: desk.peer("phasor_trader").ask("sweep", file, pairs=pairs, risk=STOPS).milliseconds,
        lambda: desk.limits.sweep(bars, pairs, **STOPS)[0],
        rounds=ROUNDS,
    )
    name = "1,000 pairs, 100k bars, stop and target"
    yield Figure(name, mine, phasor, "phasor, two threads", 1 / 40, "ms")
    yield Figure(name, mine, bare, "a scalar C sweep, one core", math.inf, "ms")


def _memory(desk: Desk) -> Iterator[Figure]:
    for count in (100, 1_000):
        used = starting.swept(desk.file(FEWER), count)
        yield Figure(
            f"memory of a sweep of {count:,} pairs, above its inputs", used, MEGABYTES, "limit", 1.0, "MB"
        )


def _alike(desk: Desk) -> None:
    """The same values as the C loop and both peers have: they did the same work."""
    some = Space(PAIRS.names, (FASTS[::8], SLOWS[::8]))
    pairs, bars, file = listed(some), desk.bars(FEWER), desk.file(FEWER)
    mine = ours.finals(ours.swept(market.CROSS, bars, some)[1])
    others = {"the C loop": desk.limits.sweep(bars, pairs)[1]}
    for peer in ("phasor_trader", "raptor"):
        others[peer] = np.array(desk.peer(peer).ask("sweep", file, pairs=pairs, risk={}).value)
    for name, values in others.items():
        ratio = mine / values  # where a position is open at the end, ours alone has paid to close it
        apart = np.minimum(np.abs(ratio - 1), np.abs(ratio / (1 - market.FEE) - 1))
        if apart.max() > ALIKE:
            raise RuntimeError(f"{name}: {pairs[int(apart.argmax())]} ends apart by {apart.max():.2g}")
