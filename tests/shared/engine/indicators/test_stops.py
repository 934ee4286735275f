"""SuperTrend and the parabolic, worked by hand."""

import numpy as np

from tests.shared.engine.indicators.bar_walks import call, candles, made

NAN = float("nan")


def test_supertrend_follows_and_turns() -> None:
    """It begins downwards under the band at 12, until 14 closes above it; 10 closes below the lower one."""
    middles = [10.0, 10, 11, 12, 14, 13, 11, 10]
    bars = made([x + 1 for x in middles], [x - 1 for x in middles], middles)
    line, direction = call("supertrend", bars, 1, 1.0)
    np.testing.assert_array_equal(call("atr", bars, 1)[0], [NAN, 2, 2, 2, 3, 2, 3, 2])
    # The upper bands: 12 12 12 12, then 13 + 2, 11 + 3, 10 + 2; the lower ones: 8 9 10 11 11 11 11.
    np.testing.assert_array_equal(line, [NAN, 12, 12, 12, 11, 11, 11, 12])
    np.testing.assert_array_equal(direction, [NAN, -1, -1, -1, 1, 1, 1, -1])


def test_the_parabolic_rises_by_its_pace_and_reverses_to_its_extreme() -> None:
    # From 9 a tenth of the way to 12; then two tenths to 14 were 10.24, but a bar has been at 10.
    bars = made([10.0, 12, 14, 15, 12], [9.0, 10, 12, 13, 9], [10.0, 12, 14, 15, 10])
    (line,) = call("psar", bars, 0.1, 0.2)
    np.testing.assert_allclose(line, [NAN, 9, 9.3, 10, 15])


def test_a_pace_beyond_the_greatest_is_the_greatest() -> None:
    bars = candles(60)
    np.testing.assert_array_equal(call("psar", bars, 0.5, 0.2)[0], call("psar", bars, 0.2, 0.2)[0])
