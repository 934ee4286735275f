"""Words beside the axes: at round numbers and at the starts of calendar units, never too many."""

import math
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.strategy.report.calendar_ticks import time_ticks
from functions.strategy.report.charts import Span, both_scales, log_ticks, nice_step, ticks


def span(start: str, end: str) -> Span:
    both = (datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (start, end))
    return Span(*(int(at.timestamp()) * 1_000_000 for at in both))


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(2, 9))
def test_ticks_are_round_evenly_apart_and_inside(low: float, width: float, most: int) -> None:
    found = ticks(low, low + width, most)
    assert len(found) <= most + 1
    slack = 1e-9 * max(abs(low) + width, 1)
    assert all(low - slack <= tick <= low + width + slack for tick in found)
    step = nice_step(width / most)
    mantissa = step / 10 ** math.floor(math.log10(step * (1 + 1e-12)))
    assert min(abs(mantissa - nice) for nice in (1, 2, 2.5, 5, 10)) < 1e-6


def test_ticks_of_a_range() -> None:
    assert ticks(0, 10, 5) == [0, 2, 4, 6, 8, 10]
    assert ticks(-0.34, 0, 3) == [-0.2, 0]
    assert ticks(9_800, 12_100, 5) == [10_000, 10_500, 11_000, 11_500, 12_000]


def test_ticks_of_a_logarithmic_range_are_the_familiar_ones() -> None:
    assert log_ticks(9_000, 1_200_000, 7) == [10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000]
    assert log_ticks(1, 1e9, 6) == [1, 100, 10_000, 1e6, 1e8]
    assert log_ticks(100, 112, 5) == ticks(100, 112, 5)


@pytest.mark.parametrize(
    ("low", "high", "most", "found"),
    [
        (2_000, 69_000, 8, [2_000, 3_000, 5_000, 10_000, 20_000, 30_000, 50_000]),
        (180, 20_000, 8, [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000]),
        (6_000, 64_000, 3, [10_000, 20_000, 50_000]),
        (0.9, 4.2, 7, [1, 1.2, 1.5, 2, 2.5, 3, 4]),
        (1e-7, 3e-5, 3, [1e-7, 1e-6, 1e-5]),
        (0.9, 0.9 * 1.01, 9, [0.9, 0.902, 0.904, 0.906, 0.908]),
    ],
)
def test_a_logarithmic_axis_has_as_many_ticks_as_are_readable(
    low: float, high: float, most: int, found: list[float]
) -> None:
    assert log_ticks(low, high, most) == pytest.approx(found)


@given(st.floats(1e-9, 1e9), st.floats(1.01, 1e12), st.integers(3, 9))
def test_no_two_of_them_are_on_each_other(low: float, ratio: float, most: int) -> None:
    found = log_ticks(low, low * ratio, most)
    assert 1 <= len(found) <= most  # an axis without a word says nothing, one with too many is not read
    assert all(low <= tick <= low * ratio for tick in found)
    steps = [math.log(above / below) for below, above in pairwise(found)]
    assert all(step * most >= 0.4 * math.log(ratio) * (1 - 1e-9) for step in steps)


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ([100.0, 399.0], ["linear", "log"]),
        ([100.0, 400.0], ["log", "linear"]),
        ([0.0, 400.0], ["linear"]),
        ([], ["linear"]),
    ],
)
def test_what_grew_fourfold_is_seen_on_a_logarithmic_axis_first(
    values: list[float], names: list[str]
) -> None:
    assert list(both_scales([np.array(values)], 300.0)) == names


@pytest.mark.parametrize(
    ("start", "end", "labels"),
    [
        ("2015-03-01", "2020-06-01", ["2016", "2017", "2018", "2019", "2020"]),
        ("2020-11-10", "2021-05-01", ["Dec", "Jan 2021", "Feb", "Mar", "Apr", "May"]),
        ("2020-11-10", "2021-05-20", ["Jan 2021", "Mar", "May"]),
        ("2020-02-27", "2020-03-02", ["27 Feb", "28 Feb", "29 Feb", "1 Mar", "2 Mar"]),
        ("2020-02-28T22:30", "2020-02-29T02:30", ["23:00", "29 Feb", "01:00", "02:00"]),
    ],
)
def test_times_are_labelled_where_the_calendar_turns(start: str, end: str, labels: list[str]) -> None:
    found = time_ticks(span(start, end), 6, "en")
    assert [tick.label for tick in found] == labels
    assert [tick.part for tick in found] == sorted(tick.part for tick in found)


def test_a_spaniard_reads_his_months() -> None:
    assert [tick.label for tick in time_ticks(span("2020-12-01", "2021-02-02"), 4, "es")] == [
        "dic",
        "ene 2021",
        "feb",
    ]


@given(st.integers(0, 2_000_000_000), st.integers(1, 2_000_000_000), st.integers(2, 10))
def test_there_are_never_many_more_than_asked_for(start: int, length: int, most: int) -> None:
    found = time_ticks(Span(start * 1_000_000, (start + length) * 1_000_000), most, "en")
    assert len(found) <= most + 2
    assert all(0 <= tick.part <= 1 for tick in found)
