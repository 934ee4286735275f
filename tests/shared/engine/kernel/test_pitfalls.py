"""What went wrong elsewhere, and is not said by a sentence of `semantics.md`."""

import numpy as np
import pytest

from shared.engine.costs import Costs, Instrument
from shared.engine.kernel.run import run
from shared.engine.language.risk import FixedCash, Percent, PercentOfEquity, Risk, StopLoss, Target
from shared.engine.plan import Prices
from tests.shared.engine.kernel.make import bars, flat, only, outcome, plan, traded, trades


def test_a_stop_far_above_the_market_waits():
    prices = bars(flat(100), (100, 109, 99, 100), (100, 111, 100, 105))
    symbol = traded(prices, long=[0], long_prices=Prices(limit=np.full(3, 110.0)))
    assert only(outcome(plan(symbol, order="stop", valid_bars=5)))[1:4] == (2, 2, 110)


def test_what_a_target_brings_is_not_spent_in_its_bar():
    prices = bars(*[flat(100)] * 2, (100, 110, 100, 108), flat(108), flat(108))
    risk = Risk(size=PercentOfEquity(1.0), take_profit=(Target(Percent(0.05)),))
    done = outcome(plan(traded(prices, long=[0, 1, 2]), risk=risk))
    assert [(row[1], *row[2:4]) for row in trades(done)] == [("take_profit", 1, 2), ("end_of_data", 3, 4)]
    assert done.trades.quantity.tolist() == [10, 9]  # 1,050 of cash at 108


def test_an_exit_says_which_stop_it_was_also_where_it_was_gapped_through():
    risk = Risk(size=FixedCash(100.0), stop_loss=StopLoss(Percent(0.05)), trailing_stop=Percent(0.02))
    prices = bars(flat(100), flat(100), flat(80))
    assert only(outcome(plan(traded(prices, long=[0]), risk=risk)))[0] == "trailing_stop"


@pytest.mark.parametrize("lot", [1.0, 7.0, 1e-8])
@pytest.mark.parametrize("cash", [50.0, 1000.0])
def test_every_entry_that_was_wanted_is_made_or_counted(lot, cash):
    random = np.random.default_rng(11)
    closes = 100 * np.exp(np.cumsum(random.normal(0, 0.02, 200)))
    prices = bars(*[flat(close) for close in closes])
    signals = list(range(0, 198, 4))
    symbol = traded(
        *[prices],
        long=signals,
        leave_long=[row + 2 for row in signals],
        instrument=Instrument(lot=lot, tick=0.25),
    )
    done = run(plan(symbol, risk=Risk(size=FixedCash(300.0)), costs=Costs(minimum=1.0), cash=cash))
    assert len(done.trades) + sum(done.rejected.values()) == len(signals)
    assert done.equity.min() >= 0
