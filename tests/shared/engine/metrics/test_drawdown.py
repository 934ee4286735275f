"""Drawdowns: by hand, and against a loop that looks at every bar."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.engine.bars import Floats, Integers
from shared.engine.metrics import measure
from shared.engine.metrics.drawdown import deepest, longest, underwater
from shared.engine.metrics.returns import DAY, daily_of, days_of
from tests.shared.engine.metrics.make import HOUR, outcome, times


class Fall(NamedTuple):
    depth: float
    peak: int
    trough: int
    recovered: int | None


def worst(equity: list[float], *, step: int = DAY, initial: float = 100.0) -> Fall | None:
    return fall(np.array(equity, dtype=float), times(len(equity), step=step), initial=initial)


def fall(equity: Floats, time: Integers, *, initial: float) -> Fall | None:
    found = deepest(equity, days_of(time), initial=initial)
    return Fall(found.depth, found.peak, found.trough, found.recovered) if found else None


def test_a_fall_lasts_from_the_last_bar_at_the_peak_to_the_first_one_back() -> None:
    assert worst([110, 120, 120, 90, 100, 119, 120, 130, 125]) == Fall(-0.25, peak=2, trough=3, recovered=6)


def test_the_initial_capital_is_the_first_peak() -> None:
    assert worst([90, 80, 95]) == Fall(pytest.approx(-0.2), peak=-1, trough=1, recovered=None)


def test_a_fall_inside_a_day_counts() -> None:
    """120 → 60 within the hours of one day that ends higher than the day before."""
    curve = [100, 110, 120, 60, 130]
    assert worst(curve, step=HOUR) == Fall(-0.5, peak=2, trough=3, recovered=4)
    assert worst([*curve, 125], step=5 * HOUR) == Fall(-0.5, peak=2, trough=3, recovered=4)


def test_a_fall_inside_a_day_may_be_the_worst_of_many_days() -> None:
    """The third day rises to 200 and falls to 80; the others end and fall as if nothing had been."""
    days = [[100, 96], [99, 97], [110, 200, 80, 190], [195, 150]]
    curve = [value for day in days for value in day]
    time = np.array([DAY * day + HOUR * bar for day, each in enumerate(days) for bar in range(len(each))])
    found = fall(np.array(curve, dtype=float), times(1)[0] + time, initial=100.0)
    assert found == Fall(pytest.approx(-0.6), peak=5, trough=6, recovered=None)


def test_a_low_before_the_high_of_its_day_is_no_fall_from_it() -> None:
    assert worst([90, 200, 195], step=HOUR, initial=90) == Fall(
        pytest.approx(-0.025), peak=1, trough=2, recovered=None
    )


def test_what_never_falls_has_none() -> None:
    assert worst([100, 100, 101]) is None
    found = measure(outcome([100, 100, 101]))
    assert (found["max_drawdown"], found["calmar_ratio"], found["max_drawdown_from"]) == (0.0, None, None)


def test_dates_are_those_of_the_bars() -> None:
    found = measure(outcome([110, 120, 90, 100, 130]))
    assert found["max_drawdown"] == -0.25
    assert found["max_drawdown_from"] == "2024-01-02T00:00:00Z"
    assert found["max_drawdown_low_at"] == "2024-01-03T00:00:00Z"
    assert found["max_drawdown_recovered_at"] == "2024-01-05T00:00:00Z"
    assert found["max_drawdown_days"] == 3
    from_the_capital = measure(outcome([90, 80, 95]))
    assert from_the_capital["max_drawdown_from"] == "2024-01-01T00:00:00Z"
    not_yet = measure(outcome([110, 120, 90, 100]))
    assert not_yet["max_drawdown_recovered_at"] is None
    assert not_yet["max_drawdown_days"] == 2


@pytest.mark.parametrize(
    ("equity", "days"),
    [
        ([101, 102, 103], 0),
        ([101, 100, 99, 101, 102], 3),
        ([99, 98, 97], 3),
        ([101, 100, 102, 101, 101, 101], 3),
        ([100, 100, 100], 0),
    ],
)
def test_the_longest_is_counted_in_days(equity: list[float], days: int) -> None:
    assert longest(daily_of(outcome(equity))) == days


def test_underwater_is_what_is_missing_to_the_highest_day() -> None:
    below = underwater(daily_of(outcome([90, 120, 60, 120, 150])))
    assert below.tolist() == pytest.approx([-0.1, 0, -0.5, 0, 0])


def every_bar(equity: list[float], initial: float) -> Fall | None:
    peak, at, found = initial, -1, None
    for row, value in enumerate(equity):
        if value >= peak:
            peak, at = value, row
        elif found is None or value / peak < found[0]:
            found = (value / peak, at, row, peak)
    if found is None:
        return None
    left, begin, trough, high = found
    back = next((row for row in range(trough, len(equity)) if equity[row] >= high), None)
    return Fall(left - 1, begin, trough, back)


@given(
    equity=st.lists(st.integers(1, 40).map(float), min_size=1, max_size=80),
    step=st.sampled_from([HOUR, 5 * HOUR, DAY, 3 * DAY]),
)
def test_the_days_find_what_a_walk_over_every_bar_finds(equity: list[float], step: int) -> None:
    found, expected = worst(equity, step=step, initial=20.0), every_bar(equity, 20.0)
    assert (found is None) == (expected is None)
    if found and expected:
        assert found.depth == expected.depth  # of several that are as deep, any may be meant
        assert equity[found.trough] / max([20.0, *equity[: found.trough + 1]]) - 1 == found.depth
        same = every_bar(equity[: found.trough + 1], 20.0)
        assert same is not None
        peak = max([20.0, *equity[: found.trough + 1]])
        last = max([-1, *(row for row in range(found.trough) if equity[row] >= peak)])
        back = next((row for row in range(found.trough, len(equity)) if equity[row] >= peak), None)
        assert (found.peak, found.recovered) == (last, back)


@given(st.lists(st.floats(1, 1e6), min_size=2, max_size=50), st.sampled_from([2.0, 0.25, 1024.0]))
def test_a_drawdown_is_not_above_zero_and_knows_no_scale(equity: list[float], scale: float) -> None:
    found = worst(equity, initial=10.0)
    scaled = worst([value * scale for value in equity], initial=10.0 * scale)
    assert found == scaled
    assert found is None or -1 <= found.depth < 0
