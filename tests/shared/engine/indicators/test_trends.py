"""Ichimoku by hand, and what is left of directions where nothing moves."""

import numpy as np

from tests.shared.engine.indicators.bar_walks import call, made

NAN = float("nan")


def test_ichimokus_spans_stand_later_and_all_lines_begin_together() -> None:
    high, low = [3.0, 5, 4, 8, 9, 7, 6], [1.0, 2, 3, 4, 6, 5, 2]
    conversion, base, span_a, span_b = call("ichimoku", made(high, low, low), 1, 2, 3)
    # Middles of one bar: 2 3.5 3.5 6 7.5 6 4, of two: – 3 3.5 5.5 6.5 7 4.5, of three: – – 3 5 6 6.5 5.5.
    np.testing.assert_array_equal(conversion, [NAN, NAN, NAN, NAN, 7.5, 6, 4])
    np.testing.assert_array_equal(base, [NAN, NAN, NAN, NAN, 6.5, 7, 4.5])
    np.testing.assert_array_equal(span_a, [NAN, NAN, NAN, NAN, 3.5, 5.75, 7])
    np.testing.assert_array_equal(span_b, [NAN, NAN, NAN, NAN, 3, 5, 6])


def test_without_any_movement_there_are_no_directions_and_no_trend() -> None:
    still = made([10.0] * 12, [10.0] * 12, [10.0] * 12)
    assert all(np.isnan(line).all() for line in call("dmi", still, 3))
    assert np.isnan(call("adx", still, 3)[0]).all()


def test_a_movement_that_ends_leaves_the_index_as_it_was() -> None:
    high = [10.0, 11, 12, 13, 14, 15, 16, 16, 16]
    (index,) = call("adx", made(high, [x - 1 for x in high], high), 2)
    np.testing.assert_allclose(index[3:], [100.0] * 6)


def test_of_equal_extremes_the_latest_counts() -> None:
    up, down = call("aroon", made([5.0, 9, 9, 7, 6], [1.0, 1, 3, 3, 3], [3.0] * 5), 4)
    assert (up[4], down[4]) == (50.0, 25.0)


def test_a_window_that_covers_an_undefined_high_has_no_highest() -> None:
    high = [5.0, 9, 9, 7, 6, NAN, 4, 3, 2]
    up, down = call("aroon", made(high, [1.0, 1, 3, 3, 3, 3, 3, 3, 3], [3.0] * 9), 2)
    np.testing.assert_array_equal(up, [NAN, NAN, 100, 50, 0, NAN, NAN, NAN, 0])
    np.testing.assert_array_equal(down, [NAN, NAN, 50, 0, 100, 100, 100, 100, 100])
