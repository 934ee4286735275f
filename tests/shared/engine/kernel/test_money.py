"""S31 to S45 of `semantics.md`: what a fill costs, how large it is, what ends the account."""

from typing import Any

import numpy as np
import pytest

from shared.engine.costs import Costs, Instrument, Slippage
from shared.engine.kernel.account import Account, Position
from shared.engine.kernel.fills import book, part_of, value_of
from shared.engine.kernel.numeric import half_even
from shared.engine.kernel.records import Records
from shared.engine.kernel.sizing import bet
from shared.engine.kernel.terms import Terms
from shared.engine.language.risk import (
    FixedCash,
    FixedQuantity,
    KellyFraction,
    Leverage,
    Percent,
    PercentOfEquity,
    Risk,
    RiskFraction,
    StopLoss,
    Target,
    VolatilityTarget,
)
from shared.engine.plan import Prices
from tests.shared.engine.kernel.make import ONE, UNITS, bars, flat, only, outcome, plan, traded

DAY = 24 * 3_600_000_000


def sized(size: Any, *, price: float = 100.0, **given: Any) -> tuple[int, dict[str, int]]:
    """The lots that were bought at that price, and what was refused."""
    rules = {key: given.pop(key) for key in ("instrument", "volatility") if key in given}
    leverage = given.pop("leverage", Leverage())
    stop = given.pop("stop", None)
    symbol = traded(bars(*[flat(price)] * 3), long=[0], **rules)
    done = outcome(plan(symbol, risk=Risk(size=size, leverage=leverage, stop_loss=stop), **given))
    return int(done.trades.quantity.sum()), done.rejected


def test_s31_money_is_rounded_once_half_to_even():
    assert [half_even(x) for x in (0.5, 1.5, 2.5, -0.5, -1.5, 2.4999999999999996)] == [0, 2, 2, 0, -2, 2]
    assert [value_of(0.5, 1, 1.0), value_of(1.5, 1, 1.0)] == [0, 2]
    large = 2.0**52 + 1
    assert (half_even(large), half_even(-large)) == (large, -large)
    assert np.isnan(half_even(float("nan")))


def test_s32_limits_and_targets_pay_the_makers_rate_and_each_fill_the_minimum():
    prices = bars(flat(100), flat(100), (100, 111, 100, 110))
    symbol = traded(prices, long=[0])
    risk = Risk(size=ONE, take_profit=(Target(Percent(0.1)),))
    done = outcome(plan(symbol, risk=risk, costs=Costs(taker=0.001, maker=0.0005)))
    assert done.trades.commission.tolist() == [15_500_000]
    done = outcome(
        plan(symbol, risk=risk, costs=Costs(taker=0.001, maker=0.0005, per_unit=0.01, minimum=0.1))
    )
    assert done.trades.commission.tolist() == [11_000_000 + 10_000_000]


@pytest.mark.parametrize(
    ("slippage", "price"),
    [
        (Slippage("percent", 0.01), 101),
        (Slippage("fixed", 0.5), 100.5),
        (Slippage("volatility", 0.1), 100.2),
        (Slippage("impact", 1.0), 101),
    ],
)
def test_s33_a_market_order_slips(slippage, price):
    prices = bars(*[(100, 100, 100, 100, 100)] * 3)
    known = {"ranges": {14: np.full(3, 2.0)}, "volatility": np.full(3, 0.02 * 365**0.5)}
    risk = Risk(size=FixedQuantity(25.0))
    done = outcome(
        plan(traded(prices, long=[0], **known), risk=risk, costs=Costs(slippage=slippage), cash=5000)
    )
    assert done.trades.entry_price.tolist() == pytest.approx([price])
    assert done.trades.exit_price.tolist() == pytest.approx([200 - price])


def test_s33_as_long_as_no_range_is_known_it_is_that_of_the_bar_before():
    prices = bars((100, 102, 98, 100), flat(100), flat(100))
    symbol = traded(prices, long=[0], ranges={14: np.full(3, np.nan)})
    assert only(outcome(plan(symbol, costs=Costs(slippage=Slippage("volatility", 0.1)))))[3] == 100.4


def test_s33_a_price_is_rounded_to_the_tick_against_the_trader():
    instrument = Instrument(lot=1.0, tick=0.05)
    prices = bars(flat(100), flat(100.03), flat(100.03))
    costs = Costs(slippage=Slippage("percent", 0.001))
    done = outcome(plan(traded(prices, long=[0], instrument=instrument), costs=costs))
    assert only(done)[3:5] == (100.15, 99.9)


def test_s33_the_level_of_a_limit_is_rounded_so_that_it_is_never_worse():
    instrument = Instrument(lot=1.0, tick=0.05)
    prices = bars(flat(100), (100, 100, 97, 98))
    symbol = traded(prices, long=[0], instrument=instrument, long_prices=Prices(limit=np.full(2, 99.03)))
    done = outcome(plan(symbol, order="limit", costs=Costs(slippage=Slippage("percent", 0.001))))
    assert only(done)[3] == 99


def test_s34_lots_are_rounded_down_and_pay_their_commission():
    assert sized(PercentOfEquity(1.0), costs=Costs(taker=0.01)) == (9, {})
    assert sized(FixedCash(505.0), costs=Costs(taker=0.01)) == (5, {})
    assert sized(FixedCash(504.99), costs=Costs(taker=0.01)) == (4, {})
    assert sized(PercentOfEquity(1.0), costs=Costs(taker=0.01, minimum=101)) == (8, {})
    assert sized(FixedQuantity(0.3), instrument=Instrument(lot=0.1)) == (3, {})


def test_s34_equity_is_that_after_the_exits_at_the_same_open():
    first = traded(bars(*[flat(10)] * 4), long=[1])
    second = traded(bars(flat(100), flat(100), flat(150), flat(150), symbol="BBB"), long=[0], leave_long=[1])
    done = outcome(plan(first, second, risk=Risk(size=PercentOfEquity(1.0))))
    assert done.trades.quantity.tolist() == [10, 150]


def test_s34_what_a_size_may_cost_is_no_float_less_than_it_says():
    """0.29 × 1,000 are ten times 29; as units of 1e-8 they are 28999999999.999996 to a float."""
    assert [sized(PercentOfEquity(part / 100), price=part) for part in (29, 57, 58)] == [(10, {})] * 3
    assert sized(FixedCash(2.3), price=0.23) == (10, {})
    assert sized(PercentOfEquity(9.0), price=23, leverage=Leverage(1.15)) == (50, {})


def test_s35_a_size_by_risk_loses_its_part_at_the_stop():
    assert sized(RiskFraction(0.01), stop=StopLoss(Percent(0.02))) == (5, {})
    assert sized(RiskFraction(0.01), stop=StopLoss(Percent(0.02)), price=15, cash=3000) == (100, {})


def test_s36_a_size_by_volatility_is_refused_while_that_is_unknown():
    assert sized(VolatilityTarget(0.1, 20), volatility=np.full(3, 0.4)) == (2, {})
    for unknown in (np.nan, 0.0):
        refused = sized(VolatilityTarget(0.1, 20), volatility=np.full(3, unknown))
        assert refused == (0, {"undefined_size": 1})


def test_s37_kelly_bets_on_the_last_trades():
    records, terms = Records(), Terms()
    terms.amount, terms.size_most, terms.size_trades = 1.0, 0.9, 4
    for row, pnl in enumerate((99, 20, 10, -10, -10)):
        records.whole_columns[6, row] = pnl
    records.length = 3
    assert bet(records, terms) == 0.9
    records.length = 5
    assert bet(records, terms) == pytest.approx(1 / 6)
    records.whole_columns[6, 1] = -20
    assert bet(records, terms) <= 0


def test_s37_without_an_edge_nothing_is_bet():
    prices = bars(flat(100), flat(100), flat(90), flat(90), flat(80), flat(80), flat(80))
    symbol = traded(prices, long=[0, 2, 4], leave_long=[1, 3])
    done = outcome(plan(symbol, risk=Risk(size=KellyFraction(0.5, 0.4, 2))))
    assert done.trades.quantity.tolist() == [2, 2]
    assert done.rejected == {"no_edge": 1}


def test_s38_what_does_not_fit_is_reduced():
    assert sized(FixedQuantity(20.0)) == (10, {})
    assert sized(FixedQuantity(20.0), leverage=Leverage(2.0)) == (20, {})
    assert sized(FixedQuantity(20.0), costs=Costs(taker=0.01)) == (9, {})
    assert sized(FixedQuantity(20.0), cash=99) == (0, {"no_cash": 1})
    assert sized(FixedCash(99.0)) == (0, {"less_than_a_lot": 1})


def test_s39_what_a_bars_volume_does_not_give_waits():
    volumes = (40, 40, 100, 50, 60, 100)
    prices = bars(*[(100, 100, 100, 100, volume) for volume in volumes])
    symbol = traded(prices, long=[0], leave_long=[2])
    risk = Risk(size=FixedQuantity(10.0))
    done = outcome(plan(symbol, risk=risk, costs=Costs(volume_limit=0.1)))
    assert (done.fills, done.trades.quantity.tolist()) == (4, [5, 5])
    assert done.trades.exit_bar.tolist() == [3, 4]


def test_s39_both_orders_of_a_reversal_share_one_bars_volume():
    volumes = (100, 100, 60, 100)
    prices = bars(*[(100, 100, 100, 100, volume) for volume in volumes])
    symbol = traded(prices, long=[0], short=[1])
    done = outcome(plan(symbol, risk=Risk(size=FixedQuantity(5.0)), costs=Costs(volume_limit=0.1)))
    assert (done.fills, done.trades.quantity.tolist(), done.trades.side.tolist()) == (5, [5, 5], [1, -1])


def test_s39_an_entry_without_volume_is_refused():
    prices = bars(*[flat(100)] * 3)
    done = outcome(plan(traded(prices, long=[0]), costs=Costs(volume_limit=0.1)))
    assert (done.fills, done.rejected) == (0, {"no_volume": 1})


@pytest.mark.parametrize("cash", [600576243.29, 151225150.58, 706584197.03])
def test_s40_what_was_earned_is_what_is_more_to_the_last_unit(cash: float):
    """Where a float has no room for all units, cash ÷ 1e-8 is another number than cash × 1e8."""
    prices = bars(flat(100), flat(100), flat(101))
    done = outcome(plan(traded(prices, long=[0]), cash=cash))
    assert done.final - done.initial == done.trades.pnl.sum() == 100_000_000


def test_s40_a_part_takes_its_part_of_the_cost():
    account, position = Account(10**12, 1), Position()
    assert book(account, position, 3, 33.3, 10_000_000_001.0, 2.0)
    assert book(account, position, -1, 40.0, 4_000_000_000.0, 1.0)
    assert (position.cost, position.fees, position.lots) == (6_666_666_667, 1, 2)
    assert (account.gained, account.charged) == (4_000_000_000 - 3_333_333_334 - 2, 2)


@pytest.mark.parametrize("whole", [0, 1, -1, 10**18 + 1, -(9 * 10**18), 7])
@pytest.mark.parametrize(("lots", "held"), [(1, 2), (1, 3), (3, 8), (10**17 + 1, 3 * 10**18), (4, 4)])
def test_s40_a_part_is_exact(whole, lots, held):
    doubled, rest = divmod(2 * abs(whole) * lots, held)
    exact = doubled // 2 + (doubled % 2 and (rest > 0 or doubled // 2 % 2))
    assert part_of(whole, lots, held) == (exact if whole >= 0 else -exact)


def test_s41_what_is_sold_short_is_borrowed():
    prices = bars(*[flat(100)] * 3, timeframe="1d", step=DAY)
    done = outcome(plan(traded(prices, short=[0]), risk=Risk(size=ONE, borrow_rate=0.365)))
    assert only(done)[5] == pytest.approx(-0.2)
    assert done.equity.tolist() == [1000, 999.9, 999.8]
    assert outcome(plan(traded(prices, long=[0]), risk=Risk(size=ONE, borrow_rate=0.365))).final == 10**11


def test_s42_funding_is_paid_by_who_is_long():
    prices = bars(*[flat(100)] * 3, timeframe="1d", step=DAY)
    short = outcome(plan(traded(prices, short=[0]), costs=Costs(funding_rate=0.365)))
    long = outcome(plan(traded(prices, long=[0]), costs=Costs(funding_rate=0.365)))
    assert (only(short)[5], only(long)[5]) == (0.2, -0.2)


def test_s43_a_position_is_liquidated_at_its_margin():
    prices = bars(flat(100), flat(100), (100, 100, 83, 90))
    risk = Risk(size=PercentOfEquity(3.0), leverage=Leverage(3.0, 0.2))
    ended, *_, left, _ = only(outcome(plan(traded(prices, long=[0]), risk=risk)))
    assert (ended, left) == ("liquidation", pytest.approx(2000 / 24))
    above = bars(flat(100), flat(100), (100, 100, 83.4, 90))
    assert only(outcome(plan(traded(above, long=[0]), risk=risk)))[0] == "end_of_data"


def test_s44_an_account_with_nothing_left_ends():
    prices = bars(flat(100), flat(100), flat(210), flat(220), flat(50))
    done = outcome(plan(traded(prices, short=[0], long=[2]), risk=Risk(size=FixedQuantity(10.0))))
    assert only(done) == ("liquidation", 1, 3, 100, 220, -1200)
    assert (done.ended, done.equity.tolist()) == ("ruined", [1000, 1000, -100, -200, -200])
    assert done.exposed.tolist() == [False, True, True, False, False]


def test_s45_the_grid_ends():
    prices = bars(flat(1), flat(1), flat(3), flat(3))
    done = outcome(plan(traded(prices, long=[0]), cash=9e10 - 1))
    assert (done.ended, done.equity.tolist()) == ("beyond_the_grid", [9e10 - 1] * 4)
    assert (done.final, done.exposed.tolist()) == (8_999_999_999_900_000_000, [False, True, True, True])
    assert outcome(plan(traded(prices, long=[0]), cash=9e10 - 3)).ended == ""


def test_s45_up_to_there_every_cent_of_the_cash_counts():
    done = outcome(plan(traded(bars(flat(1), flat(1))), cash=89_999_999_994.56))
    assert (done.initial, done.final) == (8_999_999_999_456_000_000,) * 2


def test_s45_what_is_found_at_the_end_is_neither_refused_nor_liquidated():
    prices = bars(flat(100), flat(100), flat(102), flat(103))
    done = outcome(plan(traded(prices, long=[0, 1]), cash=9e10 - 1, pyramiding=2))
    assert (done.ended, done.rejected, done.fills) == ("beyond_the_grid", {}, 1)
    risk = Risk(size=ONE, leverage=Leverage(1.0, 0.1))
    short = traded(bars(*[flat(100)] * 4), short=[0])
    done = outcome(plan(short, risk=risk, cash=9e10 - 150))
    assert (done.ended, len(done.trades)) == ("beyond_the_grid", 0)


def test_s45_a_level_of_liquidation_does_not_end_the_run():
    prices = bars(flat(100), (100, 100, 80, 85), flat(85))
    risk = Risk(size=ONE, leverage=Leverage(1.0, 0.1), take_profit=(Target(Percent(0.1)),))
    done = outcome(plan(traded(prices, short=[0]), risk=risk, cash=9e10 - 150))
    assert (done.ended, only(done)[0], done.final) == ("", "take_profit", 8_999_999_986_000_000_000)


def test_the_unit_of_a_lot_is_its_own():
    assert sized(ONE, instrument=UNITS) == (1, {})
    assert sized(ONE, instrument=Instrument(lot=1e-8)) == (10**8, {})
