"""Numbers and times as they are written."""

import math

import pytest

from functions.strategy.report import numbers
from functions.strategy.report.metric_words import Unit

THIN = "\u202f"


@pytest.mark.parametrize(
    ("value", "digits", "english", "spanish"),
    [
        (1234567.891, 2, f"1{THIN}234{THIN}567.89", f"1{THIN}234{THIN}567,89"),
        (-0.5, 1, "−0.5", "−0,5"),
        (-0.004, 2, "0.00", "0,00"),
        (math.nan, 2, "–", "–"),
        (math.inf, 2, "–", "–"),
        (None, 2, "–", "–"),
    ],
)
def test_a_number_is_grouped_by_thin_spaces(
    value: float | None, digits: int, english: str, spanish: str
) -> None:
    assert numbers.decimal(value, digits, "en") == english
    assert numbers.decimal(value, digits, "es") == spanish


def test_a_sign_is_shown_where_it_is_asked_for() -> None:
    assert numbers.percent(0.0123, "en", sign=True) == f"+1.2{THIN}%"
    assert numbers.percent(-0.0123, "en", sign=True) == f"−1.2{THIN}%"
    assert numbers.percent(0.0001, "en", sign=True) == f"0.0{THIN}%"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.386815, "1.386815"),
        (107123.4, f"107{THIN}123.4"),
        (0.00001234, "0.00001234"),
        (100.0, "100"),
        (0.0, "0"),
        (-2.5, "−2.5"),
        (12345678.9, f"12{THIN}345{THIN}679"),
    ],
)
def test_a_price_has_the_digits_it_needs(value: float, text: str) -> None:
    assert numbers.significant(value, "en") == text


def test_a_large_amount_is_short_beside_a_chart() -> None:
    assert [numbers.compact(value, "en") for value in (950.0, 9_000.0, 12_500.0, 2.5e7)] == [
        "950",
        f"9{THIN}000",
        "12.5k",
        "25M",
    ]


@pytest.mark.parametrize(
    ("values", "unit", "texts"),
    [
        ([-0.01, -0.005, 0.0], "percent", [f"−1.0{THIN}%", f"−0.5{THIN}%", f"0.0{THIN}%"]),
        ([-0.5, 0.0], "percent", [f"−50{THIN}%", f"0{THIN}%"]),
        ([10_000.0, 20_000.0], "money", ["10k", "20k"]),
        ([10_001.0, 10_001.5], "money", [f"10{THIN}001.0", f"10{THIN}001.5"]),
        ([-2.5, 0.0], "number", ["−2.5", "0.0"]),
    ],
)
def test_no_two_words_of_a_scale_are_the_same(values: list[float], unit: str, texts: list[str]) -> None:
    assert numbers.scale_words(values, unit, "en") == texts


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.1234, "percent", f"12.34{THIN}%"),
        (54.3, "points", f"54.3{THIN}%"),
        (14, "count", "14"),
        (3.5, "days", f"3.5{THIN}d"),
        (12.0, "days", f"12{THIN}d"),
        (2.34, "times", f"2.3{THIN}×"),
        ("2021-05-19T00:00:00Z", "date", "2021-05-19"),
        ("2021-05-19T13:30:00Z", "date", "2021-05-19 13:30"),
        (None, "date", "–"),
        (None, "times", "–"),
    ],
)
def test_a_figure_is_written_by_its_unit(value: float | str | None, unit: Unit, text: str) -> None:
    assert numbers.figure(value, unit, "en") == text


def test_a_time_has_its_hour_where_it_has_one() -> None:
    assert numbers.minute(1_577_836_800_000_000) == "2020-01-01"
    assert numbers.minute(1_577_890_800_000_000) == "2020-01-01 15:00"
    assert [numbers.duration(micros) for micros in (6e7, 7.2e9, 8.64e10)] == [
        f"1{THIN}min",
        f"2{THIN}h",
        f"1{THIN}d",
    ]
