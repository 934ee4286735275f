"""What a sweep's process keeps: enough for a tile, and no more with each combination."""

import collections
import dataclasses
import gc
import tracemalloc
from collections.abc import Iterable

import pytest

from functions.strategy import library
from functions.strategy.sweeping import Space
from functions.strategy.sweeping.bounded import BoundedCache, size
from functions.strategy.sweeping.trying import Trier, Work
from shared.engine import rules
from shared.engine.costs import FREE
from shared.engine.language import with_parameters
from shared.engine.language.tree import Call
from tests.functions.strategy.sweeping.test_sweep import DEFINITION, TASK, WALK, bars_of

CROSS = library.read("sma_cross")


def test_what_is_kept_stays_within_its_bound() -> None:
    bound = 100_000
    cache, kept = BoundedCache(TASK.market, most=bound), set[int]()
    for look in range(1, 40):
        definition = with_parameters(DEFINITION, {"look": look})
        fresh = rules.plan(definition, TASK.market, instruments={}, costs=FREE, cash=1.0)
        shared = rules.plan(definition, cache, instruments={}, costs=FREE, cash=1.0)
        assert fresh.traded[0].long.entry.bits is not None
        assert (fresh.traded[0].long.entry.bits == shared.traded[0].long.entry.bits).all()
        total = sum(size(computed) for computed in cache._recent.values())
        assert total == cache._size <= bound
        kept.add(len(cache._recent))
    assert max(kept) < 39 * 3


def averages_made(space: Space, numbers: Iterable[int], cache: BoundedCache) -> int:
    """How many it takes to plan those combinations: one that is not kept is made again."""
    made = 0
    for number in numbers:
        before = set(cache._recent)
        definition = with_parameters(CROSS, space.point(number))
        rules.plan(definition, cache, instruments={}, costs=FREE, cash=1.0)
        made += sum(
            1 for node, *_ in set(cache._recent) - before if isinstance(node, Call) and node.name == "sma"
        )
    return made


def test_in_tiles_few_series_serve_many_combinations_and_few_are_kept() -> None:
    """Four fast averages meet all twenty slow ones, and then the next four: by rows, each one would."""
    space = Space(("fast", "slow"), (tuple(range(2, 22)), tuple(range(22, 42))))
    tiled, by_rows = BoundedCache(TASK.market), BoundedCache(TASK.market)
    assert averages_made(space, space.in_tiles(), tiled) == 5 * (4 + 20)
    assert averages_made(space, range(400), by_rows) == 20 * (1 + 20)
    assert tiled._size <= tiled._bound < 16 * 8 * len(WALK)


@pytest.mark.parametrize("symbols", [("BTC",), ("BTC", "ETH")])
def test_memory_does_not_grow_with_the_combinations(symbols: tuple[str, ...]) -> None:
    space = Space(("fast", "slow"), (tuple(range(2, 22)), tuple(range(22, 42))))
    market = tuple(dataclasses.replace(bars_of(WALK[:500]), symbol=symbol) for symbol in symbols)
    trier, taken = Trier(Work(TASK._replace(definition=CROSS, market=market), space, "sharpe_ratio")), []
    tracemalloc.start()
    try:
        for start in (0, 200):
            collections.deque(trier.trials(space.in_tiles()[start : start + 200]), maxlen=0)
            gc.collect()
            taken.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert taken[1] - taken[0] < 100_000  # 500 bytes for each of the second half
