"""S52 to S54 of `semantics.md`: symbols in another currency than the account's."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from shared.engine.costs import Costs, Instrument, Slippage
from shared.engine.kernel.run import run
from shared.engine.language.definition import Leg
from shared.engine.language.risk import (
    FixedCash,
    FixedQuantity,
    Leverage,
    Percent,
    PercentOfEquity,
    Risk,
    RiskFraction,
    StopLoss,
    VolatilityTarget,
)
from shared.engine.metrics import trade_returns
from shared.engine.outcome import Outcome
from shared.engine.plan import Plan, Prices, Rates, Traded
from tests.shared.engine.kernel.make import ONE, bars, flat, only, outcome, plan, traded
from tests.shared.engine.kernel.random_plans import Drawn, plans

ALL = Risk(size=PercentOfEquity(1.0))


def quoted(symbol: Traded, *known: tuple[float, float]) -> Traded:
    """With the rates of each bar: as it opens, and as it closes."""
    opening, closing = (np.array(column) for column in zip(*known, strict=True))
    return symbol._replace(rates=Rates(opening, closing))


def steady(rate: float, *, prices: Any = None, **rules: Any) -> Traded:
    of = bars(*(prices or [flat(100)] * 4))
    return quoted(traded(of, **{"long": [0], **rules}), *[(rate, rate)] * len(of))


def lots(done: Outcome) -> int:
    return int(done.trades.quantity.sum())


def test_s52_a_fill_is_worth_its_price_at_the_rate():
    done = outcome(plan(steady(1.1), risk=ALL, costs=Costs(minimum=1.0)))
    assert (lots(done), done.trades.cost.tolist()) == (9, [99_000_000_000])
    assert done.trades.commission.tolist() == [200_000_000]
    assert done.turnover == 2 * 99_000_000_000


@pytest.mark.parametrize(
    ("size", "bought"),
    [
        (FixedQuantity(3.0), 3),  # units are units
        (FixedCash(500.0), 2),
        (PercentOfEquity(0.5), 2),
        (RiskFraction(0.02), 2),  # of 1,000, by 10 for each
        (VolatilityTarget(0.1, 20), 1),  # 250
    ],
)
def test_s52_sizes_are_of_the_accounts_money(size: Any, bought: int):
    stop = StopLoss(Percent(0.05))
    known = {"volatility": np.full(4, 0.4)}
    assert lots(outcome(plan(steady(2.0, **known), risk=Risk(size=size, stop_loss=stop)))) == bought


def test_s52_what_each_unit_is_charged_is_in_its_currency():
    done = outcome(plan(steady(2.0), costs=Costs(taker=0.001, per_unit=0.5)))
    assert done.trades.commission.tolist() == [2 * 120_000_000]
    assert lots(outcome(plan(steady(0.01), risk=ALL, costs=Costs(per_unit=1.0)))) == 990


def test_s52_levels_ticks_and_slippage_are_of_the_symbols_prices():
    prices = [flat(100), flat(100), (100, 100, 94, 96), flat(96)]
    stopped = Risk(size=ONE, stop_loss=StopLoss(Percent(0.05)))
    assert only(outcome(plan(steady(1.1, prices=prices), risk=stopped)))[4] == 95
    coarse = Instrument(lot=1.0, tick=0.25)
    costs = Costs(slippage=Slippage("fixed", 0.1))
    assert only(outcome(plan(steady(3.0, instrument=coarse), costs=costs)))[3:5] == (100.25, 99.75)


def test_s52_an_account_is_liquidated_by_what_it_holds_in_its_own_money():
    """1,000, three times: 15 lots for 3,000; -2,000 + 30 P = 0.2 x 30 P, as S43 has it at twice the price."""
    prices = [flat(100), flat(100), (100, 100, 80, 85), flat(85)]
    risk = Risk(size=FixedQuantity(15.0), leverage=Leverage(3.0, 0.2))
    why, *_, price, _ = only(outcome(plan(steady(2.0, prices=prices), risk=risk)))
    assert (why, round(price, 2)) == ("liquidation", 83.33)


def test_s53_fills_are_at_the_rate_of_the_open_and_what_is_held_at_that_of_the_close():
    symbol = traded(bars(*[flat(100)] * 4), long=[0], leave_long=[1])
    done = outcome(plan(quoted(symbol, (1, 1.1), (1.1, 1.2), (1.25, 1.3), (1.3, 1.3))))
    assert done.trades.cost.tolist() == [11_000_000_000]
    assert done.equity.tolist() == [1000, 1010, 1015, 1015]
    assert done.trades.pnl.tolist() == [1_500_000_000]


def test_s53_what_is_open_at_the_end_is_sold_at_the_rate_of_the_last_close():
    symbol = traded(bars(*[flat(100)] * 3), long=[0])
    done = outcome(plan(quoted(symbol, (1, 1), (1, 1), (1, 1.5))))
    assert (done.trades.pnl.tolist(), done.equity[-1]) == ([5_000_000_000], 1050)


def test_s53_a_symbol_without_a_bar_keeps_its_rate():
    one = quoted(traded(bars(*[flat(100)] * 3, skip=[2]), long=[0]), (1, 1), (1, 1.2), (1.4, 1.4))
    other = traded(bars(*[flat(50)] * 4, symbol="BBB"))
    assert outcome(plan(one, other)).equity.tolist() == [1000, 1020, 1020, 1040]


def test_s54_a_profit_has_what_the_currency_won_in_it():
    symbol = traded(bars(*[flat(100)] * 4), long=[0], leave_long=[2])
    done = outcome(plan(quoted(symbol, (1.1, 1.1), (1.1, 1.1), (1.1, 1.2), (1.2, 1.2))))
    assert only(done) == ("exit_rule", 1, 3, 100, 100, 10)
    assert trade_returns(done).tolist() == [10 / 110]


def test_s54_a_short_position_loses_what_its_currency_wins():
    symbol = traded(bars(*[flat(100)] * 4), short=[0], leave_short=[2])
    done = outcome(plan(quoted(symbol, (1.1, 1.1), (1.1, 1.1), (1.1, 1.2), (1.2, 1.2))))
    assert done.trades.pnl.tolist() == [-1_000_000_000]


def test_legs_are_weighed_in_the_accounts_money():
    """1,000, weights 1 and -1 at 50 and 20, the second at 2: 10 bought, 12 sold short."""
    first = traded(bars(*[flat(50)] * 3), long=[0])
    second = quoted(traded(bars(*[flat(20)] * 3, symbol="BBB")), *[(2.0, 2.0)] * 3)
    done = outcome(plan(first, second, legs=(Leg("AAA", 1.0), Leg("BBB", -1.0)), risk=ALL))
    assert done.trades.quantity.tolist() == [10, 12]


def test_a_rate_is_needed_for_each_bar():
    symbol = quoted(traded(bars(*[flat(100)] * 3), long=[0]), (1, 1), (1, 1))
    with pytest.raises(ValueError, match="a rate of AAA: 2 rows long, and there are 3 bars"):
        outcome(plan(symbol))


@settings(max_examples=200)
@given(plans)
def test_a_steady_rate_is_prices_of_another_size(drawn: Drawn):
    """At 2 for 1, nothing but a point moves: every fill, fee and equity is the same to the last unit."""
    at_two = converted(drawn.plan)
    one, other = run(at_two), run(twice_the_prices(drawn.plan))
    assert (one.final, one.turnover, one.fills, one.rejected, one.ended, one.ambiguous) == (
        other.final,
        other.turnover,
        other.fills,
        other.rejected,
        other.ended,
        other.ambiguous,
    )
    assert one.equity.tolist() == other.equity.tolist()
    for column in ("quantity", "entry_bar", "exit_bar", "commission", "pnl", "reason", "cost"):
        assert getattr(one.trades, column).tolist() == getattr(other.trades, column).tolist()
    assert (2 * one.trades.exit_price).tolist() == other.trades.exit_price.tolist()


def converted(whole: Plan) -> Plan:
    symbols = (
        each._replace(rates=Rates(*(np.full(len(each.bars), 2.0) for _ in range(2)))) for each in whole.traded
    )
    return whole._replace(traded=tuple(symbols))


def twice_the_prices(whole: Plan) -> Plan:
    costs, slippage = whole.costs, whole.costs.slippage
    fixed = slippage._replace(amount=2 * slippage.amount) if slippage.kind == "fixed" else slippage
    charged = costs._replace(per_unit=2 * costs.per_unit, slippage=fixed)
    return whole._replace(traded=tuple(_twice(each) for each in whole.traded), costs=charged)


def _twice(symbol: Traded) -> Traded:
    bars, grid = symbol.bars, symbol.instrument
    prices = {name: 2 * getattr(bars, name) for name in ("open", "high", "low", "close")}
    sides = {
        name: side._replace(
            prices=Prices(
                2 * side.prices.limit,
                2 * side.prices.stop_loss,
                tuple(2 * level for level in side.prices.take_profit),
            )
        )
        for name, side in (("long", symbol.long), ("short", symbol.short))
    }
    return symbol._replace(
        bars=replace(bars, **prices),
        instrument=grid._replace(tick=2 * grid.tick),
        ranges={length: 2 * column for length, column in symbol.ranges.items()},
        highest=2 * symbol.highest,
        lowest=2 * symbol.lowest,
        rates=None,
        **sides,
    )
