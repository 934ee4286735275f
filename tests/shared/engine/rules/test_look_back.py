"""No rule speaks before its look-back says that it could, nor, on bars without gaps, any later."""

from datetime import timedelta

import numpy as np
import pytest

from shared.engine.language import check, parse
from shared.engine.rules import Cache, evaluate
from tests.shared.engine.rules.make import MONDAY, walk

RULES = [
    "close",
    "close[3]",
    "sma(close, 5)",
    "sma(sma(close, 5), 4)[2]",
    "crosses_above(sma(close, 3), sma(close, 9))",
    "rsi(close, 6) < 30",
    "macd(close, 3, 6, 4).signal",
    "rising(sma(close, 4), 3)",
    "close@1h",
    "sma(close@1h, 5)",
    "sma(close, 5)@1h",
    "close@1h[2]",
    "sma(close@1h, 3) - sma(close@1h, 5)",
    "sma(close@1h - close, 5)",
    "crosses_above(close@1h, open@1h)",
    "(close@1h > open@1h)[1]",
    "rising(close@1h, 2)",
    "atr(3)@4h > 1",
    "highest(high@4h, 2) + close@1h",
    "pivots().r1@1h",
    "sma(close@15m, 7)",
]
PHASES = 16  # quarters of an hour in the coarsest bars above


def first_said(text: str, phase: int) -> int:
    """The first bar with a value, on data that begins so many bars after midnight."""
    quarters = walk(300, start=MONDAY + timedelta(minutes=15 * phase))
    said = evaluate(parse(text), Cache([quarters]))
    assert not np.isnan(said[np.argmin(np.isnan(said)) :]).any()
    return int(np.argmin(np.isnan(said)))


@pytest.mark.parametrize("text", RULES)
def test_at_worst_a_rule_speaks_first_where_its_look_back_says(text: str) -> None:
    firsts = [first_said(text, phase) for phase in range(PHASES)]
    assert max(firsts) == check(parse(text), timeframe="15m").look_back


@pytest.mark.parametrize("text", ["close@1h", "sma(close@1h, 5)", "rising(close@1h, 2)"])
def test_an_hour_that_began_with_the_data_counts(text: str) -> None:
    assert first_said(text, 0) == check(parse(text), timeframe="15m").look_back - 3


def test_only_what_waits_for_an_event_may_speak_later() -> None:
    """As long as the condition has not held, there is nothing to count from."""
    assert first_said("bars_since(close > 0)", 0) == 0
    assert first_said("bars_since(close[7] > 0)", 0) == check(parse("bars_since(close[7] > 0)")).look_back
