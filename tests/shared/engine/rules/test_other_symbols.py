"""Symbols that are read, and ranks among them: aligned by time."""

import tracemalloc
from datetime import timedelta

import numpy as np
import pytest

from shared.engine.language import parse
from shared.engine.rules import Cache, DataError, evaluate
from tests.shared.engine.rules.make import MONDAY, bars, values, walk

NAN = float("nan")
OWN = bars([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])


def test_the_newest_bar_of_the_other_that_closed_no_later_is_seen() -> None:
    other = bars([10.0, 20.0, 30.0, 40.0], symbol="B", start=MONDAY + timedelta(minutes=15), without=[1])
    assert values('close["B"]', OWN, other) == pytest.approx([NAN, 10, 10, 30, 40, 40], nan_ok=True)


def test_bars_that_lie_askew_are_seen_from_their_close() -> None:
    other = bars([10.0, 20.0, 30.0], symbol="B", start=MONDAY + timedelta(minutes=10))
    assert values('close["B"]', OWN, other) == pytest.approx([NAN, 10, 20, 30, 30, 30], nan_ok=True)


def test_a_function_of_another_symbol_works_on_that_symbols_bars() -> None:
    other = bars([10.0, 20.0, 30.0, 40.0, 50.0, 60.0], symbol="B", without=[2, 3])  # 10 20 50 60
    inside = values('sma(close["B"], 2)', OWN, other)
    assert inside == pytest.approx([NAN, 15, 15, 15, 35, 55], nan_ok=True)
    assert values('sma(close, 2)["B"]', OWN, other) == pytest.approx(inside, nan_ok=True)
    assert values('close["B"][1]', OWN, other) == pytest.approx([NAN, 10, 10, 10, 20, 50], nan_ok=True)


def test_where_symbols_meet_each_bar_of_the_reader_has_both() -> None:
    other = bars([10.0, 20.0, 30.0], symbol="B", without=[1])
    assert values('close["B"] - close', OWN, other) == [9, 8, 27, 26, 25, 24]


def test_a_condition_on_another_symbol_is_decided_on_the_readers_bars() -> None:
    own = bars([1.0] * 6, without=[2])  # the reader has no bar when the other crosses
    other = bars([1.0, 1.0, 9.0, 9.0, 9.0, 9.0], symbol="B")
    for text in ('crosses_above(close["B"], 5)', 'crosses_above(close, 5)["B"]'):
        assert values(text, own, other) == pytest.approx([NAN, 0, 1, 0, 0], nan_ok=True)


def test_another_timeframe_of_another_symbol_is_seen_once_it_closed() -> None:
    other = bars([float(10 * i) for i in range(8)], symbol="B")
    own = bars([1.0] * 8, without=[3])
    for text in ('close@1h["B"]', 'close["B"]@1h'):
        assert values(text, own, other) == pytest.approx([NAN] * 3 + [30] * 3 + [70], nan_ok=True)
    minus = values('close@1h["B"] - close@1h', own, other)
    assert minus == pytest.approx([NAN] * 3 + [29] * 3 + [69], nan_ok=True)


def test_a_rank_is_1_for_the_greatest_of_those_that_have_a_value() -> None:
    market = (
        bars([1.0, 5.0, 2.0]),
        bars([2.0, 5.0, 9.0], symbol="B"),
        bars([7.0, 8.0], symbol="C", start=MONDAY + timedelta(minutes=15)),
    )
    assert values("rank(close, universe)", *market) == [2, 2, 3]
    assert values("rank(close, universe)", *market, symbol="B") == [1, 2, 1]
    assert values("rank(close, universe)", *market, symbol="C") == [1, 2]
    assert values("rank(close[1], universe)", *market, symbol="A") == pytest.approx([NAN, 2, 2], nan_ok=True)
    assert values('rank(close, universe)["B"]', *market) == [1, 2, 1]


def test_a_rank_between_coarser_bars_is_seen_once_they_closed() -> None:
    market = (walk(40), walk(40, seed=2, symbol="B", gaps=6), walk(40, seed=3, symbol="C"))
    ranked = values("rank(close@1h, universe)", *market)
    three = np.array(
        [values("close@1h", *market, symbol="A"), *(values(f'close["{s}"]@1h', *market) for s in "BC")]
    )
    wanted = np.where(np.isnan(three[0]), np.nan, 1 + (three > three[0]).sum(axis=0))
    assert ranked == pytest.approx(wanted.tolist(), nan_ok=True)


@pytest.mark.parametrize("text", ["rank(close, universe)", "rank(sma(close, 5) - close, universe)"])
def test_a_rank_is_one_more_than_there_are_greater_values_at_that_time(text: str) -> None:
    """On bars that begin, end, lack and lie as they like; by who reads alone, and by all of them together."""
    later, askew = MONDAY + timedelta(minutes=150), MONDAY + timedelta(minutes=50)
    market = (
        walk(50, gaps=9),
        walk(50, seed=2, symbol="B", gaps=9),
        walk(30, seed=3, symbol="C", start=later),
        walk(40, seed=4, symbol="D", start=askew),
    )
    inner = text[5 : text.index(", universe")]
    cache = Cache(market)
    for reader in "ABCD":
        seen = np.array([values(f'({inner})["{symbol}"]', *market, symbol=reader) for symbol in "ABCD"])
        own = seen["ABCD".index(reader)]
        wanted = np.where(np.isnan(own), np.nan, 1 + (seen > own).sum(axis=0))
        alone, together = values(text, *market, symbol=reader), evaluate(parse(text), cache, symbol=reader)
        assert alone == pytest.approx(wanted.tolist(), nan_ok=True)
        assert np.array_equal(together, wanted, equal_nan=True)


def test_ranks_of_many_symbols_are_not_aligned_pair_by_pair() -> None:
    """Of 80 symbols there are 6,400: an index of 300 bars for each would be 15 MB."""
    market = [walk(300, seed=number, symbol=f"S{number}", gaps=20) for number in range(80)]
    cache, node = Cache(market), parse("rank(close, universe)")
    tracemalloc.start()
    for bars_of_one in market:
        evaluate(node, cache, symbol=bars_of_one.symbol)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000


@pytest.mark.parametrize("text", ['bars_since(close > open)["B"]', 'value_when(true, close)["B"]'])
def test_what_is_decided_on_the_bars_of_one_reader_is_not_given_to_another(text: str) -> None:
    market = (walk(60), walk(60, seed=2, symbol="B", gaps=20))
    cache = Cache(market)
    node = parse(text)
    together = [evaluate(node, cache, symbol=symbol) for symbol in "AB"]
    alone = [evaluate(node, market, symbol=symbol) for symbol in "AB"]
    for shared, own in zip(together, alone, strict=True):
        assert np.array_equal(shared, own, equal_nan=True)


def test_a_symbol_that_the_data_lacks_is_named() -> None:
    with pytest.raises(DataError) as refused:
        values('close > close["BTCUSDT"]', OWN)
    assert refused.value.sentence == "the data has no `BTCUSDT` at 9: there is `A`"
    assert refused.value.code == "symbol"
