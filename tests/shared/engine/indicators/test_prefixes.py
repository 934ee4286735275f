"""A value is the same bit for bit, whether bars follow or not."""

import numpy as np
import pytest

from shared.engine.bars import Floats
from tests.shared.engine.indicators.walks import SERIES, call, walk

CHUNK = 128  # as in `chunks`, of which nothing is seen once it is compiled


def with_gaps(bars: int) -> Floats:
    x = walk(bars)
    x[[5, 40, 41, 90]] = float("nan")
    return x


def standing_still(bars: int) -> Floats:
    """At first, and later on."""
    x = walk(bars)
    x[:37] = x[37]
    x[70:83] = x[70]
    return x


@pytest.mark.parametrize(
    "x",
    [walk(130), with_gaps(130), standing_still(130)],
    ids=["whole", "with gaps", "standing still"],
)
@pytest.mark.parametrize("name", SERIES)
def test_replay(name: str, x: Floats) -> None:
    whole = call(name, x, *SERIES[name])
    for bars in range(len(x) + 1):
        for part, output in zip(call(name, x[:bars], *SERIES[name]), whole, strict=True):
            assert part.tobytes() == output[:bars].tobytes()


@pytest.mark.parametrize("name", SERIES)
def test_replay_of_windows_longer_than_most_of_it(name: str) -> None:
    settings = tuple(30 if setting == int(setting) and setting > 4 else setting for setting in SERIES[name])
    x = walk(130)
    whole = call(name, x, *settings)
    for bars in (29, 30, 31, 59, 60, 61, 89, 90, 91, 119):
        for part, output in zip(call(name, x[:bars], *settings), whole, strict=True):
            assert np.array_equal(part, output[:bars], equal_nan=True)


@pytest.mark.parametrize("name", SERIES)
def test_replay_where_chunks_meet(name: str) -> None:
    x = walk(2 * CHUNK + 40)
    whole = call(name, x, *SERIES[name])
    for bars in (*range(CHUNK - 8, CHUNK + 16), *range(2 * CHUNK - 8, 2 * CHUNK + 32)):
        for part, output in zip(call(name, x[:bars], *SERIES[name]), whole, strict=True):
            assert part.tobytes() == output[:bars].tobytes()


def test_replay_of_a_strength_that_fades_away() -> None:
    """Of two bars, what was moved halves on every bar that stands still, until nothing is left of it."""
    x = np.concatenate([walk(20), np.full(1_100, 100.0), walk(20)])
    (whole,) = call("rsi", x, 2)
    assert not np.isnan(whole[2:1_000]).any()
    assert not np.isnan(whole[-19:]).any()
    for bars in (*range(1_040, 1_110), *range(1_118, 1_140)):
        assert call("rsi", x[:bars], 2)[0].tobytes() == whole[:bars].tobytes()
