"""What can be reckoned on paper."""

import math

import numpy as np
import pytest

from tests.shared.engine.indicators.walks import call

NAN = float("nan")


def values(name: str, x: list[float], *settings: float, output: int = 0) -> list[float]:
    return list(call(name, np.array(x, dtype=float), *settings)[output])


def same(found: list[float], expected: list[float]) -> None:
    assert found == pytest.approx(expected, rel=1e-14, abs=1e-14, nan_ok=True)


def test_means() -> None:
    same(values("sma", [1, 2, 4, 8, 3], 3), [NAN, NAN, 7 / 3, 14 / 3, 5])
    same(values("wma", [1, 2, 4, 8], 3), [NAN, NAN, (1 + 4 + 12) / 6, (2 + 8 + 24) / 6])
    # a weight of 1/2 after the mean of three
    same(values("ema", [1, 2, 3, 6, 5], 3), [NAN, NAN, 2, 4, 4.5])


def test_averages_of_averages() -> None:
    # once: - 1.5 2.5 then 2/3 of the way: 2.5 + (7 - 2.5) * 2/3 = 5.5; twice: - - 2 then 2 + 3.5 * 2/3 = 13/3
    same(values("dema", [1, 2, 3, 7], 2), [NAN, NAN, 2 * 2.5 - 2, 11 - 13 / 3])
    # thrice begins with the mean of 2 and 13/3
    same(values("tema", [1, 2, 3, 7], 2), [NAN, NAN, NAN, 3 * 5.5 - 3 * 13 / 3 + (2 + 13 / 3) / 2])


def test_hull() -> None:
    # n 4: twice the weighted mean of 2, less that of 4, of which the weighted mean of 2
    x = [1, 2, 4, 8, 16]
    fourth = 2 * (4 + 2 * 8) / 3 - (1 + 2 * 2 + 3 * 4 + 4 * 8) / 10
    fifth = 2 * (8 + 2 * 16) / 3 - (2 + 2 * 4 + 3 * 8 + 4 * 16) / 10
    same(values("hma", x, 4), [NAN, NAN, NAN, NAN, (fourth + 2 * fifth) / 3])
    # n 5: the half is 2 and the root 2
    fifth = 2 * (8 + 2 * 16) / 3 - (1 + 2 * 2 + 3 * 4 + 4 * 8 + 5 * 16) / 15
    sixth = 2 * (16 + 2 * 32) / 3 - (2 + 2 * 4 + 3 * 8 + 4 * 16 + 5 * 32) / 15
    same(values("hma", [*x, 32], 5)[4:], [NAN, (fifth + 2 * sixth) / 3])


def test_the_end_of_a_line() -> None:
    same(values("linreg", [1, 3, 5, 7], 3), [NAN, NAN, 5, 7])
    # through 0, 0, 3 the best line is 1 + 1.5 k around the middle
    same(values("linreg", [0, 0, 3], 3), [NAN, NAN, 2.5])


def test_kaufman() -> None:
    # the way from 1 to 2 by 3 is 3 long, for a distance of 1
    weight = (1 / 3 * (2 / 3 - 2 / 31) + 2 / 31) ** 2
    same(values("kama", [1, 3, 2], 2), [NAN, NAN, 3 + weight * (2 - 3)])


def test_strength() -> None:
    # gains 2, 0 and losses 0, 1: averages 1 and 1/2; then a gain of 3: 2 and 1/4
    same(values("rsi", [1, 3, 2, 5], 2), [NAN, NAN, 100 * 2 / 3, 100 * 2 / 2.25])
    same(values("rsi", [1, 2, 3, 4], 2), [NAN, NAN, 100, 100])
    same(values("rsi", [4, 3, 2, 1], 2), [NAN, NAN, 0, 0])


def test_where_nothing_ever_moved_there_is_no_strength() -> None:
    same(values("rsi", [5, 5, 5, 6], 2), [NAN, NAN, NAN, 100])


def test_macd() -> None:
    x = [1, 2, 3, 7]
    # fast (2) begins at the third bar with 2.5, slow (3) with 2; the fourth has 5.5 and 4.5.
    # The signal begins with the mean of two.
    same(values("macd", x, 2, 3, 2, output=0), [NAN, NAN, NAN, 1.0])
    same(values("macd", x, 2, 3, 2, output=1), [NAN, NAN, NAN, 0.75])
    same(values("macd", x, 2, 3, 2, output=2), [NAN, NAN, NAN, 0.25])


def test_the_order_of_fast_and_slow_does_not_matter() -> None:
    x = list(np.random.default_rng(3).normal(100, 1, 60))
    assert values("macd", x, 3, 8, 4)[-1] == values("macd", x, 8, 3, 4)[-1]


def test_strength_within_its_own_range() -> None:
    x = [1, 3, 2, 5, 4, 4.5]
    rsi = values("rsi", x, 2)
    low, high = min(rsi[3:5]), max(rsi[3:5])
    assert values("stochrsi", x, 2, 2, 1)[4] == 100 * (rsi[4] - low) / (high - low)
    assert values("stochrsi", [1, 2, 3, 4, 5, 6], 2, 2, 1)[-1] != 0  # 100 all along: no range, no place in it
    assert math.isnan(values("stochrsi", [1, 2, 3, 4, 5, 6], 2, 2, 1)[-1])


def test_changes() -> None:
    same(values("mom", [1, 2, 4, 3], 2), [NAN, NAN, 3, 1])
    same(values("roc", [1, 2, 4, 3], 2), [NAN, NAN, 300, 50])
    same(values("roc", [0, 2, 4, 3], 2), [NAN, NAN, NAN, 50])


def test_spreads() -> None:
    same(values("stddev", [1, 3, 7], 2), [NAN, 1, 2])
    same(values("zscore", [1, 3, 7, 7], 2), [NAN, 1, 1, NAN])
    for output, sign in enumerate((1, 0, -1)):
        same(values("bbands", [1, 3, 7], 2, 1.5, output=output), [NAN, 2 + sign * 1.5, 5 + sign * 3])


def test_the_volatility_of_a_year() -> None:
    # log changes ln 2 and -ln 2: their deviation is ln 2
    same(values("hvol", [1, 2, 1], 2, 4), [NAN, NAN, 2 * math.log(2)])
    same(values("hvol", [1, 0, 1, 2, 1], 2, 4), [NAN, NAN, NAN, NAN, 2 * math.log(2)])


def test_extremes() -> None:
    x = [2, 5, 1, 4, 4, 3, 6]
    same(values("highest", x, 3), [NAN, NAN, 5, 5, 4, 4, 6])
    same(values("lowest", x, 3), [NAN, NAN, 1, 1, 1, 3, 3])


def test_rising_and_falling() -> None:
    x = [1, 2, 3, 3, 4, 5, 4, 3, 2]
    same(values("rising", x, 2), [NAN, NAN, 1, 0, 0, 1, 0, 0, 0])
    same(values("falling", x, 2), [NAN, NAN, 0, 0, 0, 0, 0, 1, 1])
