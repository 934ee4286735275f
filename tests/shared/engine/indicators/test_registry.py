"""Every indicator of the language is computed, and what it costs to load is paid by who asks for it."""

import subprocess
import sys

import numpy as np
import pytest

from shared.engine.indicators import INDICATORS, compute
from shared.engine.language import indicators as catalogue
from shared.engine.language.functions import CANDLES, FUNCTIONS
from tests.shared.engine.indicators.walks import SERIES, bars_of, call, walk

OTHERS = {"highest", "lowest", "rising", "falling", "amd_phase"}


def test_the_registry_has_the_indicators_of_the_language_and_no_other_names() -> None:
    assert set(INDICATORS) == {each.name for each in (*catalogue.INDICATORS, *CANDLES)} | OTHERS


@pytest.mark.parametrize("name", INDICATORS)
def test_every_name_has_its_implementation(name: str) -> None:
    assert callable(INDICATORS[name].implementation())


@pytest.mark.parametrize("name", SERIES)
def test_an_array_of_floats_comes_for_each_output(name: str) -> None:
    outputs = call(name, walk(60), *SERIES[name])
    assert len(outputs) == max(1, len(FUNCTIONS[name].outputs))
    for output in outputs:
        assert output.dtype == np.float64
        assert output.shape == (60,)
        assert output.flags.c_contiguous


@pytest.mark.parametrize("name", SERIES)
def test_what_is_computed_from_is_left_as_it_is(name: str) -> None:
    x = walk(60)
    x.flags.writeable = False
    call(name, x, *SERIES[name])
    assert np.array_equal(x, walk(60))


@pytest.mark.parametrize("name", SERIES)
def test_a_column_of_a_table_will_do(name: str) -> None:
    x = walk(60)
    strided = np.stack([x, x], axis=1)[:, 0]
    outputs = compute(name, [strided], bars_of(x), SERIES[name])
    for output, expected in zip(outputs, call(name, x, *SERIES[name]), strict=True):
        assert output.tobytes() == expected.tobytes()


def test_who_asks_for_no_pattern_does_not_load_talib() -> None:
    code = """
import sys
import numpy as np
from shared.engine.bars import Bars
from shared.engine.indicators import compute
x = np.arange(50.0)
bars = Bars("X", "1d", np.arange(50), x, x, x, x, x)
for name, settings in (("sma", (5,)), ("rsi", (5,)), ("bbands", (5, 2)), ("highest", (5,))):
    compute(name, [x], bars, settings)
assert "talib" not in sys.modules
assert "shared.engine.indicators.candles" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
