"""Bars of a coarser timeframe, and when their values are seen."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from shared.engine.bars import Bars
from shared.engine.rules.coarser import coarsened
from tests.shared.engine.rules.make import MONDAY, at, bars, values, walk

NAN = float("nan")


def opens(given: Bars) -> list[str]:
    return [f"{datetime.fromtimestamp(time / 1e6, UTC):%a %d %H:%M}" for time in given.time.tolist()]


def test_a_coarser_bar_has_the_first_open_the_extremes_the_last_close_and_all_the_volume() -> None:
    fine = bars(
        [4, 5, 6, 7],
        open=[1, 2, 3, 4],
        high=[9, 12, 8, 7],
        low=[3, 2, 0.5, 4],
        volume=[10, 20, 30, 40],
    )
    hour = coarsened(fine, "1h")
    assert (hour.symbol, hour.timeframe, hour.time.tolist()) == ("A", "1h", [at(MONDAY)])
    assert [column.tolist() for column in hour.prices] == [[1], [12], [0.5], [7], [100]]


def test_the_first_one_is_left_out_where_the_data_begins_in_its_middle() -> None:
    late = walk(12, start=MONDAY + timedelta(minutes=15))
    assert opens(coarsened(late, "1h")) == ["Mon 01 01:00", "Mon 01 02:00", "Mon 01 03:00"]
    assert opens(coarsened(walk(12), "1h"))[0] == "Mon 01 00:00"


def test_missing_bars_shift_nothing() -> None:
    whole, holed = walk(16), walk(16, gaps=0)
    holed = bars(whole.close.tolist(), without=[1, 4, 5, 6, 7, 11])
    hours = coarsened(holed, "1h")
    assert opens(hours) == ["Mon 01 00:00", "Mon 01 02:00", "Mon 01 03:00"]  # no bar in the second: no hour
    assert hours.close.tolist() == whole.close[[3, 10, 15]].tolist()


def test_weeks_begin_on_monday() -> None:
    days = walk(17, timeframe="1d", start=datetime(2024, 1, 3, tzinfo=UTC))  # a Wednesday
    weeks = coarsened(days, "1w")
    assert opens(weeks) == ["Mon 08 00:00", "Mon 15 00:00"]
    assert weeks.close.tolist() == days.close[[11, 16]].tolist()


def test_a_day_ends_at_midnight_of_utc() -> None:
    hours = walk(50, timeframe="1h")
    assert coarsened(hours, "1d").close.tolist() == hours.close[[23, 47, 49]].tolist()


def test_a_bar_that_goes_over_the_edge_counts_where_it_closes() -> None:
    """Hours from half past, as in New York: 15:30 to 16:30 is no part of the four hours to 16:00."""
    hours = bars([1, 2, 3, 4, 5], timeframe="1h", start=datetime(2024, 1, 2, 11, 30, tzinfo=UTC))
    four = coarsened(hours, "4h")
    assert opens(four) == ["Tue 02 12:00", "Tue 02 16:00"]
    assert (four.open.tolist(), four.close.tolist()) == ([1, 5], [4, 5])
    assert values("close@4h", hours) == pytest.approx([NAN] * 4 + [4], nan_ok=True)


def test_data_of_less_than_one_coarser_bar_has_none() -> None:
    late = walk(3, start=MONDAY + timedelta(minutes=15))
    assert len(coarsened(late, "1h")) == 0
    assert values("close@1h", late) == pytest.approx([NAN] * 3, nan_ok=True)


def test_an_hour_is_seen_from_the_bar_that_closes_with_it() -> None:
    quarters = bars([float(i) for i in range(10)])
    seen = [NAN, NAN, NAN, 3, 3, 3, 3, 7, 7, 7]
    assert values("close@1h", quarters) == pytest.approx(seen, nan_ok=True)


def test_an_hour_whose_last_quarter_is_missing_is_seen_once_it_is_over() -> None:
    quarters = bars([float(i) for i in range(10)], without=[3])  # 0 1 2 4 5 6 7 8 9
    seen = [NAN, NAN, NAN, 2, 2, 2, 7, 7, 7]
    assert values("close@1h", quarters) == pytest.approx(seen, nan_ok=True)


def test_a_lag_of_a_coarser_series_is_of_its_own_bars() -> None:
    quarters = bars([float(i) for i in range(13)])
    assert values("close@1h[1]", quarters)[7:] == [3, 3, 3, 3, 7, 7]
    assert values("highest(close@1h, 2)", quarters)[11:] == [11, 11]


def test_the_order_of_timeframe_and_function_does_not_matter() -> None:
    quarters = walk(400, gaps=40)
    inside, outside = values("sma(close@1h, 7)", quarters), values("sma(close, 7)@1h", quarters)
    assert inside == pytest.approx(outside, rel=0, abs=0, nan_ok=True)
    assert np.isfinite(inside[-1])


def test_where_timeframes_meet_the_newest_closed_value_stands_on_each_bar() -> None:
    quarters = bars([float(i) for i in range(9)])
    assert values("close@1h - close", quarters)[3:] == [0, -1, -2, -3, 0, -1]
    mean = values("sma(close@1h - close, 2)", quarters)
    assert mean[4:] == [-0.5, -1.5, -2.5, -1.5, -0.5]


def test_a_crossing_of_coarser_series_is_true_on_one_bar() -> None:
    closes = [1.0, 1, 1, 1, 5, 5, 5, 5, 5, 5, 5, 5]
    quarters = bars(closes)
    crossed = values("crosses_above(close@1h, 3)", quarters)
    assert crossed[4:] == [0, 0, 0, 1, 0, 0, 0, 0]


def test_rising_is_decided_on_the_bars_of_its_series() -> None:
    quarters = bars([float(i) for i in range(12)])
    assert values("rising(close@1h, 1)", quarters)[7:] == [1, 1, 1, 1, 1]


def test_its_own_timeframe_changes_nothing() -> None:
    quarters = walk(30, gaps=5)
    assert values("sma(close@15m, 4)", quarters)[3:] == values("sma(close, 4)", quarters)[3:]
    askew = walk(30, start=MONDAY + timedelta(minutes=5))
    assert values("close@15m", askew) == askew.close.tolist()
