"""What the evaluator says of random rules, against a reading of the page by plain Python."""

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tests.shared.engine.rules.second_reading.comparing import differences, rounded
from tests.shared.engine.rules.second_reading.markets import market
from tests.shared.engine.rules.second_reading.rules import ANY, means_something

MARKETS = 12
EVERY = (  # what chance might leave out
    "macd(close, 2, 4, 3).macd",
    "macd(log(close - 50), 2, 4, 2).signal",
    "ema(1 / (close - open), 2)",
    "rsi(1 / (close - open), 2)",
    "rsi(close, 2)",
    "zscore(close, 3)",
    "atr(2)@1d",
    "obv()@4h",
    "roc(volume, 1)",
    "highest(1 / volume, 2)",
    "rising(1 / volume, 2)",
    "crosses_above(1 / volume, 1)",
    "bars_since(1 / volume > 0.5)",
    "value_when(close >= open, 1 / volume)",
    "where(1 / volume > 0.1, 1, 2)",
    "where(close > open, 1 / volume, 2)",
    "where(true, close, open)@1h[1]",
    'value_when(true, close["B"])[1]',
    "1 / volume > 0.1 and close > open",
    "1 / volume > 0.1 or close > open",
    "min(1 / volume, 5)",
    "exp(100 * close)",
    "round(close / 2) + sqrt(close - 50) + log(close - 50)",
    "rank(round(close / 10), universe)",
    "rank(1 / volume, universe)",
    "rank(rank(close, universe) + close, universe)",
    'rank(bars_since(close > open), universe)["B"]',
    'where(close > open, low, high)["B"][1]',
    '(close@1h - close@1h["B"])[1]',
    '(close["B"] - close@1h["B"])[1]',
    '(close - close@1h)["B"][1]',
    '(close > open)["B"][1]',
    '(close - close@1h > 0)["B"]',
    "rising(close@1h, 2)[1]",
    "crosses_above(close@1h, close@4h)",
    "close@1w - open@1w",
    'close@1d["B"][1]',
    'sma(close["B"], 3)',
    "stddev(close, 3)",
    "vwap()",
    'vwap("Asia/Kolkata")@4h',
    'between_time("22:30", "01:45", "America/New_York")',
    'between_time("09:00", "09:00", "Europe/Berlin")',
)


@pytest.mark.parametrize("timeframe", ["15m", "1h"])
def test_what_chance_might_leave_out(timeframe: str) -> None:
    for seed in range(MARKETS):
        bars = market(seed, timeframe)
        for text in EVERY:
            found = differences(text, bars, "A")
            assert not found or rounded(found, text, bars, "A"), (text, seed)


@settings(max_examples=400, suppress_health_check=[HealthCheck.filter_too_much])
@given(ANY, st.integers(0, 10**6), st.sampled_from(["15m", "1h"]), st.sampled_from("AB"))
@example('sma(close["B"], 3) > close@4h[1]', 1, "15m", "A")
def test_the_evaluator_says_what_the_page_says(text: str, seed: int, timeframe: str, symbol: str) -> None:
    """Where the last digits decide, nothing is compared: some four or five rules in a thousand."""
    assume(means_something(text, timeframe))
    bars = market(seed, timeframe)
    assume('"C"' not in text or len(bars) == 3)
    found = differences(text, bars, symbol)
    assume(not found or not rounded(found, text, bars, symbol))
    assert not found
