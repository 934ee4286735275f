"""`between_time`: the close of a bar by the clocks of a zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.engine.rules.memories import local
from tests.shared.engine.rules.make import MONDAY, at, values, walk

ZONES = ("America/New_York", "Europe/Madrid", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca")


def test_the_start_is_included_and_the_end_is_not() -> None:
    hours = walk(24, timeframe="1h")  # they close at 01:00, 02:00 … 00:00
    within = np.flatnonzero(values('between_time("09:00", "12:00", "UTC")', hours)) + 1
    assert within.tolist() == [9, 10, 11]


def test_it_goes_over_midnight_where_the_end_is_earlier() -> None:
    hours = walk(24, timeframe="1h")
    within = np.flatnonzero(values('between_time("22:00", "02:00", "UTC")', hours)) + 1
    assert within.tolist() == [1, 22, 23, 24]


def test_from_a_time_to_itself_is_never() -> None:
    assert not any(values('between_time("09:00", "09:00", "UTC")', walk(24, timeframe="1h")))


def test_the_clocks_of_the_zone_change_with_its_season() -> None:
    hours = walk(24 * 400, timeframe="1h")
    closes = [MONDAY + timedelta(hours=i + 1) for i in range(24 * 400)]
    zone = ZoneInfo("America/New_York")
    wanted = [float("09:30" <= f"{close.astimezone(zone):%H:%M}" < "16:00") for close in closes]
    assert values('between_time("09:30", "16:00", "America/New_York")', hours) == wanted
    offsets = {close.astimezone(zone).utcoffset() for close in closes}
    assert len(offsets) == 2


@settings(max_examples=60)
@given(st.sampled_from(ZONES), st.integers(-365, 22_000), st.integers(1, 900))
def test_every_time_is_what_python_says(zone: str, day: int, minutes: int) -> None:
    first = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)
    times = [first + timedelta(minutes=minutes * i) for i in range(300)]
    shown = local(np.array([at(time) for time in times]), zone)
    wanted = [at(time.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)) for time in times]
    assert shown.tolist() == wanted


def test_clocks_change_to_the_second() -> None:
    change = datetime(2024, 3, 10, 7, tzinfo=UTC)  # 02:00 in New York, which becomes 03:00
    shown = local(np.array([at(change) - 1_000_000, at(change)]), "America/New_York")
    wanted = [datetime(2024, 3, 10, 1, 59, 59, tzinfo=UTC), datetime(2024, 3, 10, 3, tzinfo=UTC)]
    assert shown.tolist() == [at(time) for time in wanted]
