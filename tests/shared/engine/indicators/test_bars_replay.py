"""Of every indicator of the whole bar: where it begins, too few bars, the same bits when more bars come."""

import numpy as np
import pytest

from shared.engine.bars import Bars
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.patterns import PATTERNS
from tests.shared.engine.indicators.bar_walks import BARS, call, candles, first

CHUNK = 128  # as in `chunks`, of which nothing is seen once it is compiled
NAMES = {**BARS, "amd_phase": (), **{f"cdl_{code}": () for code in PATTERNS}}
WALKS = {"walk": candles(260), "ticks": candles(260, seed=4, tick=0.5, flat=0.4)}


@pytest.mark.parametrize("bars", WALKS.values(), ids=WALKS)
@pytest.mark.parametrize("name", NAMES)
def test_replay(name: str, bars: Bars) -> None:
    whole = call(name, bars, *NAMES[name])
    for count in (*range(0, 70, 1 if name in BARS else 9), *range(70, 261, 19)):
        for part, output in zip(call(name, first(bars, count), *NAMES[name]), whole, strict=True):
            assert part.tobytes() == output[:count].tobytes()


@pytest.mark.parametrize("name", BARS)
def test_values_begin_where_the_catalogue_says_and_do_not_end(name: str) -> None:
    begin = FUNCTIONS[name].warm_up(*BARS[name])
    outputs = call(name, WALKS["walk"], *BARS[name])
    assert len(outputs) == max(1, len(FUNCTIONS[name].outputs))
    for output in outputs:
        assert (output.dtype, output.shape, output.flags.c_contiguous) == (np.float64, (260,), True)
        assert np.isnan(output[:begin]).all()
        assert not np.isnan(output[begin:]).any()


@pytest.mark.parametrize("name", NAMES)
def test_bars_are_left_as_they_are_and_too_few_have_no_value(name: str) -> None:
    for count in range(FUNCTIONS[name].warm_up(*NAMES[name]) + 1):
        bars = first(candles(260), count)
        for column in (bars.time, *bars.prices):
            column.flags.writeable = False
        for output in call(name, bars, *NAMES[name]):
            assert len(output) == count
            assert np.isnan(output).all()


@pytest.mark.parametrize("name", BARS)
def test_windows_longer_than_half_the_data_are_replayed(name: str) -> None:
    settings = tuple(150 if isinstance(each, int) else each for each in BARS[name])
    bars = candles(330, seed=8)
    whole = call(name, bars, *settings)
    for count in (149, 150, 151, 299, 300, 301):
        for part, output in zip(call(name, first(bars, count), *settings), whole, strict=True):
            assert part.tobytes() == output[:count].tobytes()


@pytest.mark.parametrize("name", BARS)
def test_replay_where_chunks_meet(name: str) -> None:
    bars = candles(2 * CHUNK + 40)
    whole = call(name, bars, *BARS[name])
    for count in (*range(CHUNK - 8, CHUNK + 16), *range(2 * CHUNK - 8, 2 * CHUNK + 32)):
        for part, output in zip(call(name, first(bars, count), *BARS[name]), whole, strict=True):
            assert part.tobytes() == output[:count].tobytes()
