"""Warm-up, gaps and series that are too short."""

import numpy as np
import pytest

from shared.engine.bars import Floats
from tests.shared.engine.indicators.walks import SERIES, call, walk, warm_up

NAN = float("nan")
RECURRENT = {"ema", "dema", "tema", "kama", "rsi", "macd", "stochrsi"}
WINDOWS = [name for name in SERIES if name not in RECURRENT]


def first(x: Floats) -> int:
    return int(np.flatnonzero(~np.isnan(x))[0])


def same(a: Floats, b: Floats) -> None:
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", SERIES)
def test_values_begin_where_the_catalogue_says_and_do_not_end(name: str) -> None:
    for output in call(name, walk(200), *SERIES[name]):
        assert first(output) == warm_up(name, *SERIES[name])
        assert not np.isnan(output[first(output) :]).any()


@pytest.mark.parametrize("name", SERIES)
def test_a_series_that_is_too_short_has_no_value(name: str) -> None:
    for bars in range(warm_up(name, *SERIES[name]) + 1):
        for output in call(name, walk(bars), *SERIES[name]):
            assert len(output) == bars
            assert np.isnan(output).all()


@pytest.mark.parametrize("name", SERIES)
def test_one_bar_more_than_the_warm_up_has_one_value(name: str) -> None:
    for output in call(name, walk(warm_up(name, *SERIES[name]) + 1), *SERIES[name]):
        assert np.isnan(output[:-1]).all()
        assert not np.isnan(output[-1])


@pytest.mark.parametrize("name", SERIES)
def test_a_late_beginning_shifts_the_warm_up(name: str) -> None:
    x = walk(120)
    late = np.concatenate([np.full(13, NAN), x])
    for shifted, output in zip(call(name, late, *SERIES[name]), call(name, x, *SERIES[name]), strict=True):
        assert np.isnan(shifted[:13]).all()
        same(shifted[13:], output)


@pytest.mark.parametrize("at", [0, 1, 50, 63, 64, 65, 99])
@pytest.mark.parametrize("name", WINDOWS)
def test_a_gap_takes_the_windows_that_cover_it(name: str, at: int) -> None:
    x = walk(100)
    outputs = call(name, x, *SERIES[name])
    x[at] = NAN
    reach = warm_up(name, *SERIES[name])
    covered = np.arange(at, min(at + reach + 1, 100))
    if name in ("roc", "mom"):
        covered = covered[(covered == at) | (covered == at + reach)]
    for broken, output in zip(call(name, x, *SERIES[name]), outputs, strict=True):
        assert np.isnan(broken[covered]).all()
        rest = np.setdiff1d(np.arange(100), covered)
        same(broken[rest], output[rest])


@pytest.mark.parametrize("gap", [NAN, float("inf"), float("-inf")])
@pytest.mark.parametrize("at", [0, 3, 50, 57, 58, 63, 64, 65, 99])
@pytest.mark.parametrize("name", ["ema", "dema", "tema", "kama", "rsi", "macd", "stochrsi"])
def test_a_recurrence_begins_anew_after_a_gap(name: str, at: int, gap: float) -> None:
    x = walk(100)
    before = call(name, x[:at], *SERIES[name])
    after = call(name, x[at + 1 :], *SERIES[name])
    x[at] = gap
    for broken, first_part, second_part in zip(call(name, x, *SERIES[name]), before, after, strict=True):
        assert broken[:at].tobytes() == first_part.tobytes()
        assert np.isnan(broken[at])
        same(broken[at + 1 :], second_part)


@pytest.mark.parametrize("name", SERIES)
def test_every_second_bar_alone_is_nothing(name: str) -> None:
    x = walk(100)
    x[::2] = NAN
    for output in call(name, x, *SERIES[name]):
        if name not in ("roc", "mom"):  # which look at two bars, an even number apart
            assert np.isnan(output).all()


def test_an_infinite_value_is_an_extreme_and_an_undefined_one_none() -> None:
    x = np.array([1.0, float("inf"), 2.0, 3.0, NAN, 5.0, 4.0, float("-inf")])
    np.testing.assert_array_equal(
        call("highest", x, 2)[0], [NAN, float("inf"), float("inf"), 3, NAN, NAN, 5, 4]
    )
    np.testing.assert_array_equal(call("lowest", x, 2)[0], [NAN, 1, 2, 2, NAN, NAN, 4, float("-inf")])
