"""What was traded, worked by hand."""

from datetime import UTC, datetime

import numpy as np

from shared.engine.bars import Bars
from tests.shared.engine.indicators.bar_walks import altered, call, candles, made

NAN = float("nan")


def test_money_flow_of_two_bars() -> None:
    # Places of the close from -1 to 1: 0.5, -1, none in a flat bar, 1.
    bars = made([12.0, 12, 11, 14], [8.0, 8, 11, 10], [11.0, 8, 11, 14], [10.0, 30, 20, 20])
    np.testing.assert_allclose(call("cmf", bars, 2)[0], [NAN, -25 / 40, -30 / 50, 20 / 40])
    np.testing.assert_allclose(call("adl", bars)[0], [5, -25, -25, -5])
    np.testing.assert_allclose(call("obv", bars)[0], [10, -20, 0, 20])


def test_the_average_price_begins_again_at_midnight_and_waits_for_a_trade() -> None:
    bars = made([10.0] * 26, [10.0] * 26, [10.0] * 26, [1.0] * 26)
    typical = np.array([10.0] * 22 + [40.0, 10.0, 20.0, 50.0])
    bars = altered(bars, high=typical, low=typical, close=typical)
    bars = altered(bars, volume=np.array([0.0, 0.0] + [1.0] * 20 + [10.0, 0.0, 0.0, 3.0]))
    (price,) = call("vwap", bars, "UTC")
    np.testing.assert_array_equal(price[:3], [NAN, NAN, 10.0])
    np.testing.assert_allclose(price[21:], [10.0, 600 / 30, 600 / 30, NAN, 50.0])


def hours_of(start: datetime, count: int) -> Bars:
    begin = int(start.timestamp()) * 1_000_000
    return altered(candles(count), time=begin + np.arange(count) * 3_600_000_000)


def test_days_of_23_and_of_25_hours() -> None:
    for start, length in (
        (datetime(2024, 3, 9, 5, tzinfo=UTC), 23),
        (datetime(2024, 11, 2, 4, tzinfo=UTC), 25),
    ):
        bars = hours_of(start, 80)
        typical = (bars.high + bars.low + bars.close) / 3
        (price,) = call("vwap", bars, "America/New_York")
        for begin, end in ((0, 24), (24, 24 + length), (24 + length, 48 + length)):
            expected = np.cumsum((typical * bars.volume)[begin:end]) / np.cumsum(bars.volume[begin:end])
            np.testing.assert_allclose(price[begin:end], expected, rtol=1e-12)
