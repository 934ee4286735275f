"""Digits: far from zero, after great values, where prices stand still, and without a compiler."""

import hashlib
import os
import subprocess
import sys
from itertools import chain

import numpy as np
import pytest

from shared.engine.bars import Floats
from shared.engine.built import NARROW, UNCOMPILED
from tests.shared.engine.indicators import bar_walks
from tests.shared.engine.indicators.bar_walks import candles
from tests.shared.engine.indicators.walks import SERIES, call, walk


def two_pass(x: Floats, n: int) -> tuple[Floats, Floats]:
    """In long doubles, window by window, from the window's own mean."""
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(np.longdouble), n)
    mean = windows.mean(axis=1)
    deviation = np.sqrt(((windows - mean[:, None]) ** 2).mean(axis=1))
    return mean.astype(np.float64), deviation.astype(np.float64)


FAR = {
    "1e8": 1e8 + np.random.default_rng(1).normal(0, 1, 3_000),
    "1e8, narrow": 1e8 + np.random.default_rng(2).normal(0, 1e-3, 3_000),
    "tiny": 1e-9 * walk(3_000),
    "outliers": walk(3_000) + 1e6 * (np.arange(3_000) % 97 == 0),
    "walk": walk(3_000),
}


@pytest.mark.parametrize("n", [2, 20, 333])
@pytest.mark.parametrize("series", FAR)
def test_the_spread_is_that_of_two_passes(series: str, n: int) -> None:
    x = FAR[series]
    mean, deviation = two_pass(x, n)
    np.testing.assert_allclose(call("stddev", x, n)[0][n - 1 :], deviation, rtol=1e-9)
    np.testing.assert_allclose(call("sma", x, n)[0][n - 1 :], mean, rtol=1e-12)
    upper, middle, lower = (band[n - 1 :] for band in call("bbands", x, n, 2.0))
    np.testing.assert_allclose(middle, mean, rtol=1e-12)
    np.testing.assert_allclose(upper, mean + 2 * deviation, rtol=1e-9)
    np.testing.assert_allclose(lower, mean - 2 * deviation, rtol=1e-9)
    distance = (x[n - 1 :] - mean) / deviation
    np.testing.assert_allclose(call("zscore", x, n)[0][n - 1 :], distance, rtol=1e-6, atol=1e-6)


def test_a_great_value_leaves_nothing_behind() -> None:
    x = walk(400)
    x[100] = 1e30
    for name in ("sma", "wma", "linreg", "stddev", "zscore"):
        clean = call(name, walk(400), *SERIES[name])[0]
        np.testing.assert_allclose(call(name, x, *SERIES[name])[0][120:], clean[120:], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("price", [0.1, 1 / 3, 12345.678, 1e-7])
def test_where_prices_stand_still_averages_do_too(price: float) -> None:
    x = np.full(100, price)
    for name in ("sma", "ema", "wma", "dema", "tema", "kama", "hma", "linreg", "highest", "lowest"):
        values = call(name, x, 7)[0]
        assert set(values[~np.isnan(values)]) == {price}, name
    for band in call("bbands", x, 7, 2.0):
        assert set(band[6:]) == {price}
    for name in ("stddev", "roc", "mom"):
        assert not call(name, x, 7)[0][7:].any()
    assert not any(output[20:].any() for output in call("macd", x, 4, 9, 5))


def test_an_average_meets_a_price_that_stopped() -> None:
    x = np.concatenate([walk(50), np.full(40, 0.1)])
    assert set(call("sma", x, 20)[0][70:]) == {0.1}
    assert not call("stddev", x, 20)[0][70:].any()
    assert np.isnan(call("zscore", x, 20)[0][70:]).all()


def digest() -> str:
    whole = hashlib.sha256()
    x = walk(600)
    x[:30] = x[30]
    x[[200, 333]] = float("nan")
    bars = candles(600, seed=6, tick=0.1, flat=0.2)
    of_series = [call(name, x, *settings) for name, settings in SERIES.items()]
    of_bars = [bar_walks.call(name, bars, *settings) for name, settings in bar_walks.BARS.items()]
    for output in chain.from_iterable([*of_series, *of_bars]):
        whole.update(np.where(np.isnan(output), np.nan, output).tobytes())
    return whole.hexdigest()


@pytest.mark.parametrize("other", [UNCOMPILED, NARROW])
def test_the_sources_and_either_build_give_the_same_bits(other: str) -> None:
    code = "from tests.shared.engine.indicators.test_precision import digest; print(digest())"
    environment = os.environ | {other: "1"}
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    assert found.stdout.strip() == digest()
