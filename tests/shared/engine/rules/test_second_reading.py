"""What the evaluator says of random rules, against a reading of the page by plain Python."""

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tests.shared.engine.rules.second_reading.comparing import differences, rounded
from tests.shared.engine.rules.second_reading.markets import market
from tests.shared.engine.rules.second_reading.rules import ANY, means_something

EVERY = [  # what chance might leave out
    "macd(close, 2, 4, 3).macd",
    "macd(log(close - 100), 2, 4, 2).signal",
    "ema(log(close - 100), 2)",
    "rsi(log(close - 100), 3)",
    "rsi(close, 3)",
    "obv()@4h",
    "where(log(close - 100) > 0, 1, 2)",
    "where(true, close, open)@1h[1]",
    'value_when(true, close["B"])[1]',
    "exp(100 * close)",
    "rank(rank(close, universe) + close, universe)",
    'rank(bars_since(close > open), universe)["B"]',
    'where(close > open, low, high)["B"][1]',
    '(close@1h - close@1h["B"])[1]',
    '(close["B"] - close@1h["B"])[1]',
    '(close - close@1h)["B"][1]',
    '(close > open)["B"][1]',
    "rising(close@1h, 2)[1]",
    "crosses_above(close@1h, close@4h)",
    "sma(close@1w, 2)",
    'close@1d["B"][1]',
    'vwap("Asia/Kolkata")@4h',
    'between_time("22:30", "01:45", "America/New_York")',
]


@pytest.mark.parametrize("text", EVERY)
def test_what_chance_might_leave_out(text: str) -> None:
    for seed in range(3):
        bars = market(seed, "15m")
        assert not differences(text, bars, "A")


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(ANY, st.integers(0, 10**6), st.sampled_from(["15m", "1h"]), st.sampled_from("AB"))
@example('sma(close["B"], 3) > close@4h[1]', 1, "15m", "A")
def test_the_evaluator_says_what_the_page_says(text: str, seed: int, timeframe: str, symbol: str) -> None:
    """Where the last digits decide, nothing is compared: some two examples in a thousand."""
    assume(means_something(text, timeframe))
    bars = market(seed, timeframe)
    assume('"C"' not in text or len(bars) == 3)
    found = differences(text, bars, symbol)
    assume(not found or not rounded(found, text, bars, symbol))
    assert not found
