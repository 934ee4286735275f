"""Data that cannot answer what the rules ask: said in a sentence, with the place."""

from datetime import timedelta

import pytest

from shared.engine.language import LanguageError, parse
from shared.engine.rules import Cache, DataError, evaluate
from tests.shared.engine.rules.make import MONDAY, bars, planned, values, walk

CROSS = """
name = "a"
{top}
[entry]
long = "{rule}"
"""


def strategy(rule: str = "close > open", top: str = "") -> str:
    return CROSS.format(rule=rule, top=top)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sma(close, 200)", "`sma(close, 200)` at 1 needs 200 bars: there are 150"),
        ("close > rsi(close, 150)", "`rsi(close, 150)` at 9 needs 151 bars: there are 150"),
        ("sma(rsi(close), 150)", "`sma(rsi(close, 14), 150)` at 1 needs 164 bars: there are 150"),
        ("sma(close[100], 60)", "`sma(close[100], 60)` at 1 needs 160 bars: there are 150"),
        ("sma(close@1h, 40)", "`sma(close@1h, 40)` at 1 needs 40 1h bars: there are 37"),
        ("sma(close@1h - close, 148)", "`sma(close@1h - close, 148)` at 1 needs 151 bars: there are 150"),
        ("atr(40)@1h", "`atr(40)@1h` at 1 needs 41 1h bars: there are 37"),
    ],
)
def test_an_indicator_that_needs_more_bars_than_there_are_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(DataError) as refused:
        values(text, walk(150))
    assert (refused.value.code, refused.value.sentence) == ("too_short", sentence)


def test_just_enough_bars_are_enough() -> None:
    assert values("sma(close, 150)", walk(150))[-1] > 0
    assert values("sma(close@1h, 37)", walk(150))[-1] > 0


def test_an_indicator_of_a_shorter_symbol_names_it() -> None:
    with pytest.raises(DataError) as refused:
        values('sma(close, 20)["B"] > 1', walk(150), walk(10, symbol="B"))
    assert refused.value.sentence == '`sma(close, 20)["B"]` at 1 needs 20 bars: there are 10'


def test_where_it_is_asked_for_too_few_bars_give_what_is_undefined() -> None:
    said = evaluate(parse("sma(close, 200) > 1"), Cache([walk(150)], enough=False))
    assert said.tolist() == pytest.approx([float("nan")] * 150, nan_ok=True)


def test_the_timeframe_of_the_data_is_the_strategys() -> None:
    with pytest.raises(DataError) as refused:
        planned(strategy(top='timeframe = "1h"'), walk(50))
    assert refused.value.sentence == "the strategy is written for 1h bars: those of the data are 15m"
    assert refused.value.code == "timeframe"


def test_symbols_of_several_timeframes_are_refused() -> None:
    with pytest.raises(DataError) as refused:
        planned(strategy(), walk(50), walk(50, symbol="B", timeframe="1h"))
    said = "the data has bars of several timeframes: 15m of `A` and 1h of `B`"
    assert refused.value.sentence == said


def test_a_timeframe_finer_than_the_data_is_refused() -> None:
    with pytest.raises(LanguageError) as refused:
        planned(strategy("close@5m > open"), walk(50))
    assert refused.value.sentence == "`5m` at 1 is finer than the strategy's own timeframe, 15m"


@pytest.mark.parametrize(
    ("top", "lacking"),
    [
        ('universe = ["A", "ETHUSDT"]', "ETHUSDT"),
        ('[[legs]]\nsymbol = "A"\nweight = 1\n[[legs]]\nsymbol = "SOL"\nweight = -1', "SOL"),
    ],
)
def test_a_symbol_that_is_traded_but_not_in_the_data_is_named(top: str, lacking: str) -> None:
    with pytest.raises(DataError) as refused:
        planned(strategy(top=top), walk(50), walk(50, symbol="B"))
    assert refused.value.sentence == f"the data has no `{lacking}`: there is `A` or `B`"


def test_a_price_cannot_read_a_position_that_is_not_there_yet() -> None:
    text = 'name = "a"\n[entry]\nlong = "close > open"\norder = "limit"\nprice = "close - bars_held"'
    with pytest.raises(LanguageError) as refused:
        planned(text, walk(50))
    assert (refused.value.path, refused.value.place) == ("entry.price", (0, 17))
    assert refused.value.sentence == "a price stands before there is a position that it could read"


def test_no_data_is_refused() -> None:
    with pytest.raises(DataError, match="there is no data"):
        Cache([])
    with pytest.raises(DataError, match="there is no data of `A`"):
        Cache([bars([], start=MONDAY + timedelta(days=1))])
