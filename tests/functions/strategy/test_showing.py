"""Figures as the terminal has them."""

from typing import Any

import pytest

from functions.strategy.showing import figure


@pytest.mark.parametrize(
    ("name", "value", "english", "spanish"),
    [
        ("max_drawdown_days", 2571.0, "2,571", "2.571"),
        ("max_drawdown_days", 0.125, "0.125", "0,125"),
        ("trade_count", 1200.0, "1,200", "1.200"),
        ("final_value", 10_000.0, "10,000.00", "10.000,00"),
        ("total_return", 0.5156, "51.56 %", "51,56 %"),
        ("max_drawdown_from", "2009-09-24T00:00:00Z", "2009-09-24", "2009-09-24"),
        ("beta", None, "–", "–"),
        ("sharpe_ratio", float("nan"), "–", "–"),
    ],
)
def test_a_figure_is_as_long_as_it_says_something(name: str, value: Any, english: str, spanish: str) -> None:
    assert (figure(name, value), figure(name, value, "es")) == (english, spanish)
