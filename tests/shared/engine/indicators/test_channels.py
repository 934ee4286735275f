"""Levels worked by hand."""

import numpy as np

from shared.engine.bars import Floats
from tests.shared.engine.indicators.bar_walks import call, made

NAN = float("nan")
BARS = made(high=[12, 14, 13, 16, 15], low=[10, 11, 9, 12, 13], close=[11, 13, 12, 15, 14])


def same(found: Floats, expected: list[float]) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_donchian() -> None:
    upper, middle, lower = call("donchian", BARS, 3)
    same(upper, [NAN, NAN, 14, 16, 16])
    same(lower, [NAN, NAN, 9, 9, 9])
    same(middle, [NAN, NAN, 11.5, 12.5, 12.5])


def test_keltner_is_an_ema_of_closes_with_true_ranges_around_it() -> None:
    # True ranges 3, 4, 4, 2: the average of two is 3.5, then (3.5 + 4) / 2, then (3.75 + 2) / 2.
    # The EMA of two begins with (11 + 13) / 2 = 12 and goes on by two thirds of the distance: 12, 14, 14.
    upper, middle, lower = call("keltner", BARS, 2, 2.0, 2)
    same(middle, [NAN, NAN, 12, 14, 14])
    same(upper, [NAN, NAN, 12 + 7, 14 + 7.5, 14 + 5.75])
    same(lower, [NAN, NAN, 12 - 7, 14 - 7.5, 14 - 5.75])


def test_pivots_of_one_bar() -> None:
    levels = call("pivots", made(high=[120], low=[90], close=[105]))
    assert [float(level[0]) for level in levels] == [105, 120, 135, 150, 90, 75, 60]
    levels = call("pivots", made(high=[120], low=[90], close=[114]))  # the pivot is 108
    assert [float(level[0]) for level in levels] == [108, 126, 138, 156, 96, 78, 66]


def test_fibonacci() -> None:
    levels = call("fibonacci", made(high=[110, 150, 200], low=[100, 120, 180], close=[105, 140, 190]), 3)
    np.testing.assert_allclose([level[2] for level in levels], [200, 176.4, 161.8, 150, 138.2, 121.4, 100])
    assert all(np.isnan(level[:2]).all() for level in levels)
