"""The curve of the bars, folded into days."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.engine.metrics.returns import DAY, daily_of, days_of
from tests.shared.engine.metrics.make import HOUR, MONDAY, outcome, times


def test_a_day_ends_with_its_last_bar_and_the_first_begins_with_the_capital() -> None:
    run = daily_of(outcome([101, 102, 104, 103, 206], time=times(5, step=9 * HOUR)))
    assert run.equity.tolist() == [104, 206]
    assert run.returns.tolist() == pytest.approx([0.04, 206 / 104 - 1])
    assert run.day.tolist() == [19_723, 19_724]


def test_a_bar_that_opens_at_midnight_is_of_the_new_day() -> None:
    run = daily_of(outcome([100, 101, 102], time=times(3, step=12 * HOUR)))
    assert run.equity.tolist() == [101, 102]


def test_days_without_bars_carry_no_return() -> None:
    time = times(3) + np.array([0, 0, 9 * DAY])
    run = daily_of(outcome([110, 121, 133.1], time=time))
    assert run.returns.tolist() == pytest.approx([0.1, 0.1, 0.1])
    assert run.years == pytest.approx(12 / 365.25)


def test_a_market_that_trades_on_saturdays_has_365_days_a_year() -> None:
    assert days_of(times(30)).per_year == 365
    assert days_of(times(30 * 24, step=HOUR)).per_year == 365


@pytest.mark.parametrize("count", [1, 3, 5])
def test_without_a_saturday_in_between_a_year_has_252_days(count: int) -> None:
    assert days_of(times(count)).per_year == 252


@pytest.mark.parametrize(("begin", "count"), [(4, 3), (5, 1), (5, 3)])
def test_one_saturday_at_either_end_is_enough(begin: int, count: int) -> None:
    assert days_of(times(count, begin=MONDAY + timedelta(begin))).per_year == 365


def test_a_saturday_that_was_left_out_counts_against_the_market() -> None:
    time = times(28)
    weekday = (time // DAY + 3) % 7
    saturdays = np.flatnonzero(weekday == 5)
    assert days_of(np.delete(time, saturdays[:2])).per_year == 365
    assert days_of(np.delete(time, saturdays[:3])).per_year == 252


def test_a_sunday_evening_is_the_beginning_of_its_monday() -> None:
    time = times(24 * 14, step=HOUR)
    weekday, hour = (time // DAY + 3) % 7, time // HOUR % 24
    open_hours = (weekday < 4) | ((weekday == 4) & (hour < 21)) | ((weekday == 6) & (hour >= 21))
    days = days_of(time[open_hours])
    assert days.per_year == 252
    assert ((days.day + 3) % 7).tolist() == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0]
    assert (days.start[5], time[open_hours][days.start[5]]) == (4 * 24 + 21, time[0] + (6 * 24 + 21) * HOUR)


def test_weekly_bars_have_52_returns_a_year() -> None:
    days = days_of(times(20, step=7 * DAY))
    assert (days.per_year, days.span) == (52, 140)


def test_sparse_bars_are_found_as_dense_ones_are() -> None:
    """Days are looked up in the times where there are many bars; where there are few, each bar is divided."""
    time = times(200, step=7 * HOUR)
    assert days_of(time).day.tolist() == sorted(set((time // DAY).tolist()))
    wide = times(5, step=400 * DAY + 7 * HOUR)
    assert days_of(wide).day.tolist() == (wide // DAY).tolist()
    assert days_of(wide).start.tolist() == [0, 1, 2, 3, 4]


def test_a_series_ends_with_the_day_on_which_nothing_is_left() -> None:
    run = daily_of(outcome([50, 0, 0, 10]))
    assert run.returns.tolist() == [-0.5, -1]
    assert run.equity.tolist() == [50, 0]


def test_no_bars_have_no_days() -> None:
    run = daily_of(outcome([]))
    assert (len(run.returns), run.years) == (0, 0)


@given(steps=st.lists(st.integers(1, 3 * DAY), min_size=1, max_size=60), begin=st.integers(0, DAY))
def test_every_bar_is_in_exactly_one_day_and_days_rise(steps: list[int], begin: int) -> None:
    time = times(1)[0] + begin + np.cumsum(np.array(steps, dtype=np.int64))
    days = days_of(time)
    assert days.start[0] == 0
    assert (np.diff(days.start) > 0).all()
    assert (np.diff(days.day) > 0).all()
    assert days.start[-1] < len(time)
    run = daily_of(outcome(100 + np.arange(len(time)), time=time))
    assert np.prod(1 + run.returns) == pytest.approx((100 + len(time) - 1) / 100)
