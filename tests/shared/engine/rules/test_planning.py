"""A definition and its data → a plan."""

import math
from itertools import pairwise

import numpy as np
import pytest

from shared.engine.bars import Bars, Floats
from shared.engine.costs import FREE, Costs, Instrument, Slippage
from shared.engine.language import read_strategy, with_parameters
from shared.engine.plan import Rule, Side
from shared.engine.rules import Cache, masks, plan
from tests.shared.engine.language.files import CROSS, EVERYTHING
from tests.shared.engine.rules.make import bars, listed, planned, values, walk

QUARTERS = walk(300, seed=8)


def holds(rule: Rule, count: int = 300) -> list[float]:
    assert rule.bits is not None
    assert rule.program is None
    return listed(masks.unpacked(rule.bits, count).astype(float))


def said(text: str, *market: Bars, symbol: str = "A") -> list[float]:
    """A rule that is undefined does not hold."""
    return listed(np.nan_to_num(np.array(values(text, *(market or (QUARTERS,)), symbol=symbol))))


def same(array: Floats | None, text: str) -> bool:
    return array is not None and np.array_equal(array, values(text, QUARTERS), equal_nan=True)


def with_risk(lines: str, entry: str = "") -> str:
    return f'name = "a"\n[entry]\nlong = "close > open"\nshort = "close < open"\n{entry}\n[risk]\n{lines}\n'


def test_rules_become_bits_of_the_bars_on_which_they_hold() -> None:
    made = planned(CROSS, QUARTERS)
    (traded,) = made.traded
    assert traded.bars is QUARTERS
    above = said("crosses_above(sma(close, 24), sma(close, 96))")
    below = said("crosses_below(sma(close, 24), sma(close, 96))")
    assert sum(above) + sum(below) >= 2
    assert (holds(traded.long.entry), holds(traded.long.exit)) == (above, below)
    assert holds(traded.short.entry) == below
    assert traded.short.exit == Rule()


def test_what_is_not_used_is_not_there() -> None:
    (traded,) = planned('name = "a"\n[entry]\nlong = "close > open"', QUARTERS).traded
    assert traded.short == Side()
    assert (traded.long.exit, traded.long.prices.limit, traded.long.prices.stop_loss) == (Rule(), None, None)
    assert (traded.ranges, traded.highest, traded.lowest, traded.volatility) == ({}, None, None, None)


def test_an_undefined_rule_does_not_hold_and_neither_does_its_opposite() -> None:
    (traded,) = planned(
        'name = "a"\n[entry]\nlong = "not close[3] > 0"\nshort = "close[3] > 0"', QUARTERS
    ).traded
    assert holds(traded.long.entry) == [0] * 300
    assert holds(traded.short.entry) == [0] * 3 + [1] * 297


def test_entry_prices_stand_for_each_direction() -> None:
    text = 'order = "limit"\nlong_price = "close - atr(14)"\nshort_price = "close + 1"'
    (traded,) = planned(with_risk("", text), QUARTERS).traded
    assert same(traded.long.prices.limit, "close - atr(14)")
    assert same(traded.short.prices.limit, "close + 1")


def test_stop_and_targets_at_a_price_stand_in_their_order() -> None:
    lines = """
    stop_loss = { long_price = "lowest(low, 5)", short_price = "highest(high, 5)" }
    take_profit = [{ percent = 0.1, share = 0.5 }, { price = "close * 1.1", share = 0.5 }]
    """
    (traded,) = planned(with_risk(lines), QUARTERS).traded
    assert same(traded.long.prices.stop_loss, "lowest(low, 5)")
    assert same(traded.short.prices.stop_loss, "highest(high, 5)")
    percent, level = traded.long.prices.take_profit
    assert percent is None
    assert same(level, "close * 1.1")


def test_distances_bring_the_true_ranges_that_they_are_measured_in() -> None:
    lines = """
    stop_loss = { atr = 2, bars = 30 }
    take_profit = [{ atr = 1, bars = 5, share = 0.5 }, { atr = 2, share = 0.5 }]
    trailing_stop = { atr = 3, bars = 7 }
    """
    entry = 'order = "limit"\nprice = "close"\nladder = { levels = 3, atr = 0.5, bars = 20 }'
    (traded,) = planned(with_risk(lines, entry), QUARTERS).traded
    assert list(traded.ranges) == [5, 7, 14, 20, 30]
    assert all(same(array, f"atr({length})") for length, array in traded.ranges.items())


def test_a_ladder_in_percent_is_measured_in_no_range() -> None:
    entry = 'order = "limit"\nprice = "close"\nladder = { levels = 3, percent = 0.01 }'
    (traded,) = planned(with_risk("", entry), QUARTERS).traded
    assert traded.ranges == {}


def test_a_chandelier_brings_its_extremes() -> None:
    (traded,) = planned(with_risk("trailing_stop = { chandelier = 3, bars = 22 }"), QUARTERS).traded
    assert list(traded.ranges) == [22]
    assert same(traded.highest, "highest(high, 22)")
    assert same(traded.lowest, "lowest(low, 22)")


def test_slippage_by_volatility_brings_a_range_of_14_bars() -> None:
    definition = read_strategy('name = "a"\n[entry]\nlong = "close > open"')
    costs = Costs(slippage=Slippage("volatility", 0.1))
    (traded,) = plan(definition, [QUARTERS], instruments={}, costs=costs, cash=1.0).traded
    assert same(traded.ranges[14], "atr(14)")


def test_volatility_is_that_of_a_year_of_365_days() -> None:
    closes = [100.0, 101.0, 99.0, 103.0]
    lines = "size = { volatility_target = 0.2, bars = 3 }"
    (traded,) = planned(with_risk(lines), bars(closes, timeframe="1h")).traded
    changes = [math.log(b / a) for a, b in pairwise(closes)]
    mean = sum(changes) / 3
    squares = sum((change - mean) ** 2 for change in changes)
    assert traded.volatility is not None
    assert np.isnan(traded.volatility[:3]).all()
    assert traded.volatility[3] == pytest.approx(math.sqrt(squares / 3) * math.sqrt(365 * 24), rel=1e-9)


def test_symbols_are_those_of_the_data_in_their_alphabet() -> None:
    market = (walk(60, symbol="B"), walk(60, seed=2, symbol="A"))
    made = planned('name = "a"\n[entry]\nlong = "close > open"', *market)
    assert [traded.bars.symbol for traded in made.traded] == ["A", "B"]
    for traded in made.traded:
        assert holds(traded.long.entry, 60) == said("close > open", *market, symbol=traded.bars.symbol)


def test_a_universe_leaves_out_what_is_only_read() -> None:
    market = (walk(60), walk(60, seed=2, symbol="B"), walk(60, seed=3, symbol="C"))
    top = 'name = "a"\nuniverse = ["B", "A"]\n[entry]\n'
    made = planned(top + """long = 'rank(close, universe) == 1 and close["C"] > 1'""", *market)
    assert [traded.bars.symbol for traded in made.traded] == ["A", "B"]
    a, b = (np.array(values("close", *market, symbol=symbol)) for symbol in "AB")
    assert holds(made.traded[0].long.entry, 60) == (a >= b).astype(float).tolist()


def test_legs_stand_in_their_order_and_the_first_one_is_read() -> None:
    legs = '[[legs]]\nsymbol = "B"\nweight = 1\n[[legs]]\nsymbol = "A"\nweight = -1\n'
    market = (walk(60), walk(60, seed=2, symbol="B"))
    costs = Costs(slippage=Slippage("volatility", 0.1))
    definition = read_strategy('name = "a"\n[entry]\nlong = "close > open"\n' + legs)
    made = plan(definition, market, instruments={"A": Instrument(lot=0.5)}, costs=costs, cash=5.0)
    assert [traded.bars.symbol for traded in made.traded] == ["B", "A"]
    assert holds(made.traded[0].long.entry, 60) == said("close > open", *market, symbol="B")
    assert made.traded[1].long == Side()
    assert [list(traded.ranges) for traded in made.traded] == [[14], [14]]
    assert [traded.instrument for traded in made.traded] == [Instrument(), Instrument(lot=0.5)]
    assert (made.legs, made.cash, made.costs) == (definition.legs, 5.0, costs)


def test_legs_are_ranked_in_the_universe() -> None:
    legs = '[[legs]]\nsymbol = "A"\nweight = 1\n[[legs]]\nsymbol = "B"\nweight = -1\n'
    market = [bars([close] * 3, symbol=symbol) for symbol, close in (("A", 2.0), ("B", 1.0), ("C", 3.0))]
    top = 'name = "a"\nuniverse = ["A", "B", "C"]\n[entry]\nlong = "rank(close, universe) == 2"\n'
    made = planned(top + legs, *market)
    assert holds(made.traded[0].long.entry, 3) == [1, 1, 1]


def test_every_element_of_a_strategy_has_its_place_in_the_plan() -> None:
    symbols = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
    market = [walk(900, seed=seed, symbol=symbol) for seed, symbol in enumerate(symbols)]
    made = plan(read_strategy(EVERYTHING), market, instruments={}, costs=FREE, cash=1e4)
    assert [traded.bars.symbol for traded in made.traded] == ["BTCUSDT", "ETHUSDT"]
    first = made.traded[0]
    assert first.long.exit.program is not None
    assert first.long.prices.limit is not None
    assert first.long.prices.limit.tolist() == (market[0].close * 0.99).tolist()
    assert sorted(first.ranges) == [20, 22, 30]


def test_the_same_expression_is_computed_once_also_for_other_parameters() -> None:
    cache = Cache([QUARTERS])
    definition = read_strategy(
        'name = "a"\n[parameters]\nn = 5\nm = 9\n[entry]\nlong = "close > open"\norder = "limit"\n'
        'long_price = "sma(close, $n)"\n[risk]\nstop_loss = { long_price = "sma(close, $m - 4)" }'
    )
    made = plan(definition, cache, instruments={}, costs=FREE, cash=1.0)
    again = plan(with_parameters(definition, {"m": 20.0}), cache, instruments={}, costs=FREE, cash=1.0)
    prices, others = made.traded[0].long.prices, again.traded[0].long.prices
    assert prices.limit is prices.stop_loss
    assert prices.limit is others.limit
    assert prices.stop_loss is not others.stop_loss
    assert same(others.stop_loss, "sma(close, 16)")


def test_a_plan_is_the_same_with_a_cache_and_without() -> None:
    cache = Cache([QUARTERS])
    definition = read_strategy(CROSS)
    for fast in (5.0, 24.0, 5.0):
        one = with_parameters(definition, {"fast": fast})
        cached = plan(one, cache, instruments={}, costs=FREE, cash=1.0)
        fresh = plan(one, [QUARTERS], instruments={}, costs=FREE, cash=1.0)
        assert holds(cached.traded[0].long.entry) == holds(fresh.traded[0].long.entry)
        assert holds(cached.traded[0].long.exit) == holds(fresh.traded[0].long.exit)
