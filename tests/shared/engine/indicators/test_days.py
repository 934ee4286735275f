"""Days of a time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shared.engine.bars import Integers
from shared.engine.indicators.days import EPOCH, MICROSECOND, day_numbers

MINUTE = 60_000_000  # µs
ZONES = (
    "UTC",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
)


def minutes(start: datetime, count: int, *, step: int = 1) -> Integers:
    return (start - EPOCH) // MICROSECOND + np.arange(count, dtype=np.int64) * step * MINUTE


@given(
    st.sampled_from(ZONES),
    st.integers(0, 60 * 365 * 24 * 60),
    st.integers(1, 5_000),
)
def test_a_bar_is_of_the_day_that_the_clock_shows(zone: str, start: int, step: int) -> None:
    time = minutes(EPOCH, 60, step=step) + start * MINUTE
    shown = [
        datetime.fromtimestamp(each / 1e6, UTC).astimezone(ZoneInfo(zone)).date() for each in time.tolist()
    ]
    days = day_numbers(time, zone)
    assert days.tolist() == [(day - EPOCH.date()).days for day in shown]


def test_clocks_that_go_back_over_midnight_do_not_bring_back_the_day_before() -> None:
    """In St. John's it was 00:01, then 23:01 of the day before again."""
    days = day_numbers(minutes(datetime(2010, 11, 7, 2, 25, tzinfo=UTC), 120), "America/St_Johns")
    assert np.flatnonzero(np.diff(days)).tolist() == [4]


def test_where_the_hour_before_midnight_comes_twice_the_day_begins_after_both() -> None:
    """In São Paulo, as summer time ended in 2018, at 03:00 UTC."""
    days = day_numbers(minutes(datetime(2018, 2, 18, 1, 30, tzinfo=UTC), 180), "America/Sao_Paulo")
    assert np.flatnonzero(np.diff(days)).tolist() == [89]


def test_no_bars_have_no_days() -> None:
    assert day_numbers(np.array([], np.int64), "America/New_York").tolist() == []
