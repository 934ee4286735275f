"""S46 of `semantics.md`: legs are one position."""

from typing import Any

import numpy as np
import pytest

from shared.engine.costs import Costs, Slippage
from shared.engine.kernel.programs import CODES
from shared.engine.language.definition import Leg
from shared.engine.language.risk import (
    FixedQuantity,
    KellyFraction,
    Percent,
    PercentOfEquity,
    Risk,
    RiskFraction,
    Size,
    StopLoss,
    Target,
    VolatilityTarget,
)
from shared.engine.plan import Program, Rule
from tests.shared.engine.kernel.make import HOUR, START, bars, flat, outcome, plan, traded, trades

AGAINST = (Leg("AAA", 1.0), Leg("BBB", -1.0))
FIVE = StopLoss(Percent(0.05))


def pair(*second: float, first: tuple[float, ...] = (50, 50, 55, 55), **rules: Any) -> Any:
    one = traded(bars(*map(flat, first)), long=[0], **rules)
    other = traded(bars(*map(flat, second), symbol="BBB"))
    return one, other


def test_s46_legs_are_entered_by_their_weights_and_left_together():
    risk = Risk(size=PercentOfEquity(1.0), take_profit=(Target(Percent(0.05)),))
    done = outcome(plan(*pair(20, 20, 20, 20), risk=risk, legs=AGAINST))
    assert trades(done) == [("AAA", "take_profit", 1, 3, 50, 55, 50), ("BBB", "take_profit", 1, 3, 20, 20, 0)]
    assert done.trades.quantity.tolist() == [10, 25]
    assert done.trades.side.tolist() == [1, -1]


def test_s46_a_stop_of_legs_is_judged_on_all_of_them():
    risk = Risk(size=PercentOfEquity(1.0), stop_loss=FIVE)
    hedged = outcome(plan(*pair(20, 20, 18, 18, first=(50, 50, 45, 45)), risk=risk, legs=AGAINST))
    alone = outcome(plan(*pair(20, 20, 20, 20, first=(50, 50, 45, 45)), risk=risk, legs=AGAINST))
    assert [row[1] for row in trades(hedged)] == ["end_of_data"] * 2
    assert [row[1] for row in trades(alone)] == ["stop_loss"] * 2


def test_s46_a_short_entry_turns_every_leg_round():
    one, other = pair(20, 20, 20, 20)
    one = one._replace(short=one.long, long=one.short)
    done = outcome(plan(one, other, legs=AGAINST, risk=Risk()))
    assert done.trades.side.tolist() == [-1, 1]


def test_s46_a_leg_without_a_bar_refuses_the_entry():
    one, _ = pair(20, 20, 20, 20)
    other = traded(bars(*[flat(20)] * 3, symbol="BBB", skip=[1]))
    done = outcome(plan(one, other, legs=AGAINST))
    assert (done.fills, done.rejected) == (0, {"missing_leg": 1})


def entered(risk: Risk, second: float = 20, **given: Any) -> tuple[list[int], dict[str, int]]:
    """The lots of 50 and of the second, of 1,000 and against each other; and what was refused."""
    one, other = pair(*[second] * 4, first=(50,) * 4)
    moves = given.pop("volatility", (None, None))
    one, other = (each._replace(volatility=move) for each, move in zip((one, other), moves, strict=True))
    done = outcome(plan(one, other, risk=risk, legs=AGAINST, **given))
    return done.trades.quantity.tolist(), done.rejected


@pytest.mark.parametrize(
    ("size", "lots"),
    [
        (PercentOfEquity(0.5), [5, 12]),  # 250 each
        (FixedQuantity(4.0), [4, 10]),  # of the first leg
        (RiskFraction(0.01), [2, 5]),  # 5 % of 200 are 10
        (VolatilityTarget(0.1, 20), [2, 6]),  # 40 % of 250 move 100 in a year
        (KellyFraction(0.5, 0.8, 3), [4, 10]),  # 40 % as long as nothing is known
        (PercentOfEquity(3.0), [10, 25]),  # what the account carries
    ],
)
def test_s46_a_size_is_that_of_all_legs(size: Size, lots: list[int]):
    risk = Risk(size=size, stop_loss=FIVE)
    assert entered(risk, volatility=(np.full(4, 0.4), np.full(4, 9.0))) == (lots, {})


def test_s46_each_leg_pays_its_commission_out_of_its_part():
    """10 × 50 and 5 would be more than 500; 24 × 20 and 4.80 are less."""
    assert entered(Risk(size=PercentOfEquity(1.0)), costs=Costs(taker=0.01)) == ([9, 24], {})


def test_s46_a_quantity_is_what_it_says_whatever_it_costs():
    """Neither a quantity nor a risk includes the commission (S34, S35)."""
    assert entered(Risk(size=FixedQuantity(4.0)), costs=Costs(taker=0.01)) == ([4, 10], {})
    assert entered(Risk(size=RiskFraction(0.01), stop_loss=FIVE), costs=Costs(taker=0.01)) == ([2, 5], {})


def test_s46_what_cannot_be_paid_is_no_size_of_less_than_a_lot():
    assert entered(Risk(size=FixedQuantity(4.0)), cash=30) == ([], {"no_cash": 1})
    assert entered(Risk(size=PercentOfEquity(0.01))) == ([], {"less_than_a_lot": 1})
    assert entered(Risk(size=PercentOfEquity(1.0)), costs=Costs(slippage=Slippage("fixed", 20.0))) == (
        [],
        {"no_price": 1},
    )


@pytest.mark.parametrize("kind", ["volatility", "impact"])
def test_s46_a_leg_may_begin_with_the_bar_of_its_entry(kind: Any):
    """Nothing is known by which it could slip (S33): the first leg's bar before had a range of 2."""
    one = traded(bars((50, 51, 49, 50, 100), *[(*flat(50), 100)] * 2), long=[0])
    other = traded(bars(*[(*flat(20), 100)] * 2, symbol="BBB", start=START + HOUR))
    known = {"volatility": np.full(3, np.nan), "ranges": {14: np.full(3, np.nan)}}
    fresh = {"volatility": np.full(2, np.nan), "ranges": {14: np.full(2, np.nan)}}
    costs = Costs(slippage=Slippage(kind, 0.5))
    both = (one._replace(**known), other._replace(**fresh))
    done = outcome(plan(*both, risk=Risk(size=FixedQuantity(4.0)), costs=costs, legs=AGAINST))
    slipped = {"volatility": 51.0, "impact": 50.0 + 50 * 0.04 * 0.5 * 0.2}[kind]  # the root of 4 of 100
    assert done.trades.entry_price.tolist() == [pytest.approx(slipped), 20.0]


def test_s46_what_one_leg_does_not_get_the_others_do_without():
    """A tenth of 40 are 4 lots of the first, and 10 of 25 of the second; the rest does not wait."""
    one = traded(bars(*[(*flat(50), 40)] * 4), long=[0])
    other = traded(bars(*[(*flat(20), 1000)] * 4, symbol="BBB"))
    risk, costs = Risk(size=PercentOfEquity(1.0)), Costs(volume_limit=0.1)
    done = outcome(plan(one, other, risk=risk, costs=costs, legs=AGAINST))
    assert (done.trades.quantity.tolist(), done.fills) == ([4, 10], 4)
    dry = other._replace(bars=bars(*[flat(20)] * 4, symbol="BBB"))
    done = outcome(plan(one, dry, risk=risk, costs=costs, legs=AGAINST))
    assert (done.fills, done.rejected) == (0, {"no_volume": 1})


def test_s46_legs_that_fit_but_for_a_hair_lose_a_lot_at_once():
    """1,000 and two fees of 1e-8: not by trying a billionth less, millions of times."""
    costs = Costs(minimum=1e-8)
    assert entered(Risk(size=PercentOfEquity(1.015)), costs=costs) == ([9, 24], {})
    assert entered(Risk(size=PercentOfEquity(1.5)), costs=costs, cash=1001) == ([10, 25], {})


def test_s46_a_leg_without_a_lot_refuses_all_of_them():
    assert entered(Risk(size=PercentOfEquity(1.0)), second=501) == ([], {"less_than_a_lot": 1})
    assert entered(Risk(size=PercentOfEquity(1.0)), second=500) == ([10, 1], {})


@pytest.mark.parametrize(
    ("rules", "last", "reason"),
    [
        ({"stop_loss": StopLoss(Percent(0.04)), "time_stop": 1}, 45, "stop_loss"),
        ({"take_profit": (Target(Percent(0.04)),), "time_stop": 1}, 55, "take_profit"),
        ({"time_stop": 1}, 55, "reversal"),
    ],
)
def test_s46_the_profit_of_all_is_asked_before_any_rule(rules: dict[str, Any], last: float, reason: str):
    one, other = pair(20, 20, 20, 20, first=(50, 50, last, last), leave_long=[2], short=[2])
    done = outcome(plan(one, other, risk=Risk(size=PercentOfEquity(1.0), **rules), legs=AGAINST))
    assert [row[1] for row in trades(done)[:2]] == [reason, reason]


def test_s46_rules_read_the_position_as_long_as_the_first_leg_is_held():
    """The first is sold on bar 3, when the second has none: at its close a rule asks for a short entry."""
    third = np.array([0.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    words = [CODES[word] for word in ("in_position", "not", "series", "and")]
    short = Rule(program=Program(np.array(words), np.zeros(4, dtype=np.int64), np.zeros(1), (third,)))
    one = traded(bars(*[flat(50)] * 6), long=[0], leave_long=[2])
    one = one._replace(short=one.short._replace(entry=short))
    other = traded(bars(*[flat(20)] * 6, symbol="BBB", skip=[3]))
    done = outcome(plan(one, other, legs=AGAINST))
    assert [row[:4] for row in trades(done)] == [
        ("AAA", "exit_rule", 1, 3),
        ("BBB", "exit_rule", 1, 4),
        ("AAA", "end_of_data", 4, 6),
        ("BBB", "end_of_data", 4, 6),
    ]
    assert done.trades.side.tolist() == [1, -1, -1, 1]
