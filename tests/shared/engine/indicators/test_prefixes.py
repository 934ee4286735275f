"""A value is the same bit for bit, whether bars follow or not."""

import numpy as np
import pytest

from shared.engine.bars import Floats
from tests.shared.engine.indicators.walks import SERIES, call, walk


def with_gaps(bars: int) -> Floats:
    x = walk(bars)
    x[[5, 40, 41, 90]] = float("nan")
    return x


@pytest.mark.parametrize("x", [walk(130), with_gaps(130)], ids=["whole", "with gaps"])
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
