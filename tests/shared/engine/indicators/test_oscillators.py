"""Where prices stand still or nothing is traded, there is no place in the range: not 0, a reason to buy."""

import numpy as np
import pytest

from tests.shared.engine.indicators.bar_walks import altered, call, candles, made

STILL = made([0.1] * 40, [0.1] * 40, [0.1] * 40, [5.0] * 40)


@pytest.mark.parametrize(
    ("name", "settings"), [("stoch", (5, 2, 2)), ("willr", (5,)), ("cci", (7,)), ("mfi", (5,))]
)
def test_still_prices(name: str, settings: tuple[float, ...]) -> None:
    assert all(np.isnan(output).all() for output in call(name, STILL, *settings))


def test_typical_prices_that_differ_by_rounding_alone_stand_still() -> None:
    high, low = [100.3, 100.2] * 20, [100.0, 100.0] * 20
    bars = made(high, low, [100.0, 100.1] * 20, [5.0] * 40)
    assert len(set(((bars.high + bars.low + bars.close) / 3).tolist())) == 2
    assert np.isnan(call("cci", bars, 6)[0]).all()
    assert np.isnan(call("mfi", bars, 6)[0]).all()


def test_without_volume_there_is_no_flow() -> None:
    bars = altered(candles(60), volume=np.zeros(60))
    assert np.isnan(call("mfi", bars, 5)[0]).all()
    assert np.isnan(call("cmf", bars, 5)[0]).all()


def test_a_small_flow_is_a_flow() -> None:
    """TA-Lib says 0 where less than 1 was traded in all."""
    bars = candles(60)
    small = altered(bars, volume=bars.volume * 2.0**-40)
    np.testing.assert_array_equal(call("mfi", small, 5)[0], call("mfi", bars, 5)[0])


def test_an_old_great_volume_leaves_nothing_behind() -> None:
    bars = candles(60)
    great = altered(bars, volume=np.where(np.arange(60) < 20, 1e15, bars.volume))
    for name in ("mfi", "cmf"):
        np.testing.assert_array_equal(call(name, great, 6)[0][26:], call(name, bars, 6)[0][26:])
