"""S16 to S30 of `semantics.md`: which order fills in a bar, and at which price."""

from typing import Any

import numpy as np
import pytest

from shared.engine.language.definition import Ladder
from shared.engine.language.risk import (
    AtrMultiple,
    Chandelier,
    FixedQuantity,
    Level,
    Percent,
    Risk,
    StopLoss,
    Target,
)
from shared.engine.language.sides import NEITHER
from shared.engine.plan import Prices
from tests.shared.engine.kernel.make import ONE, bars, flat, only, outcome, plan, traded, trades

FIVE = Risk(size=ONE, stop_loss=StopLoss(Percent(0.05)), take_profit=(Target(Percent(0.05)),))
STOPPED = Risk(size=ONE, stop_loss=StopLoss(Percent(0.05)))
AIMED = Risk(size=ONE, take_profit=(Target(Percent(0.05)),))


def after_entry(*rows: tuple[float, ...], risk: Risk, **rules: Any) -> tuple[Any, ...]:
    """Bought, or sold short, at 100 on bar 1; the rows come after."""
    rules = {"long": [0]} | rules
    return only(outcome(plan(traded(bars(flat(100), flat(100), *rows), **rules), risk=risk)))


def at(*prices: float) -> Prices:
    return Prices(limit=np.array(prices))


def rested(*rows: tuple[float, ...], price: float, risk: Risk = Risk(size=ONE), **entry: Any) -> Any:
    """A long entry at that price, decided on bar 0."""
    prices = bars(flat(100), *rows)
    symbol = traded(prices, long=[0], long_prices=at(*[price] * len(prices)))
    return outcome(plan(symbol, risk=risk, **({"order": "limit"} | entry)))


def test_s16_a_stop_fills_at_its_level():
    assert after_entry((100, 101, 94, 96), risk=STOPPED) == ("stop_loss", 1, 2, 100, 95, -5)
    assert after_entry((100, 106, 99, 104), risk=STOPPED, long=[], short=[0]) == (
        *("stop_loss", 1, 2, 100, 105),
        -5,
    )


def test_s16_a_low_at_the_level_meets_it():
    assert after_entry((100, 100, 95, 97), risk=STOPPED)[0] == "stop_loss"
    assert after_entry((100, 100, 95.01, 97), risk=STOPPED)[0] == "end_of_data"


def test_s17_a_gap_beyond_a_stop_fills_at_the_open():
    assert after_entry((90, 92, 89, 91), risk=STOPPED) == ("stop_loss", 1, 2, 100, 90, -10)


def test_s18_a_target_fills_at_its_level_or_at_a_better_open():
    assert after_entry((103, 106, 102, 104), risk=AIMED) == ("take_profit", 1, 2, 100, 105, 5)
    assert after_entry((108, 109, 107, 108), risk=AIMED) == ("take_profit", 1, 2, 100, 108, 8)


def test_s19_a_bar_that_meets_both_fills_the_stop():
    assert after_entry((100, 106, 94, 100), risk=FIVE) == ("stop_loss", 1, 2, 100, 95, -5)


def test_s19_a_target_that_the_bar_opens_beyond_is_filled_before_a_stop_can_be():
    assert after_entry((108, 109, 94, 100), risk=FIVE) == ("take_profit", 1, 2, 100, 108, 8)
    assert after_entry((92, 106, 91, 100), risk=FIVE, long=[], short=[0]) == (
        *("take_profit", 1, 2, 100, 92),
        8,
    )
    assert after_entry((105, 109, 94, 100), risk=FIVE)[0] == "take_profit"
    assert after_entry((104.99, 109, 94, 100), risk=FIVE)[0] == "stop_loss"


def test_s19_what_is_left_of_a_target_at_the_open_is_stopped():
    half = (Target(Percent(0.05), share=0.5),)
    risk = Risk(size=FixedQuantity(2), stop_loss=StopLoss(Percent(0.05)), take_profit=half)
    run = outcome(plan(traded(bars(flat(100), flat(100), (108, 109, 94, 100)), long=[0]), risk=risk))
    assert [trade[1] for trade in trades(run)] == ["take_profit", "stop_loss"]
    assert run.trades.exit_price.tolist() == [108, 95]
    assert run.trades.quantity.tolist() == [1, 1]
    assert run.ambiguous == {}


def test_s19_a_resting_entry_that_the_bar_opens_beyond_is_filled_before_a_stop_can_be():
    prices = bars(flat(100), flat(100), (108, 109, 94, 100))
    levels = {"long_prices": at(100, 0, 0), "short_prices": at(0, 106, 0)}
    reversed_ = outcome(plan(traded(prices, long=[0], short=[1], **levels), risk=STOPPED, order="limit"))
    assert trades(reversed_)[0] == ("AAA", "reversal", 1, 2, 100, 108, 8)
    prices = bars(flat(100), flat(100), (103, 104, 94, 96))
    symbol = traded(prices, long=[0, 1], long_prices=at(100, 102, 0))
    added = outcome(plan(symbol, risk=STOPPED, order="stop", pyramiding=2))
    assert trades(added) == [("AAA", "stop_loss", 1, 2, 101.5, 96.425, -10.15)]


@pytest.mark.parametrize(
    ("limit", "ended"),
    [(89.0, ("AAA", "stop_loss", 1, 2, 100, 85, -15)), (91.0, ("AAA", "end_of_data", 1, 2, 92.5, 85, -15))],
)
def test_s19_where_the_open_meets_a_stop_as_well_the_nearer_one_is_first(limit, ended):
    """The stop is at 90: a limit below it goes with the position, one above it draws the stop to 83.25."""
    prices = bars(flat(100), flat(100), (85, 86, 84, 85))
    symbol = traded(prices, long=[0, 1], long_prices=at(100, limit, 0))
    risk = Risk(size=ONE, stop_loss=StopLoss(Percent(0.1)))
    assert trades(outcome(plan(symbol, risk=risk, order="limit", pyramiding=2))) == [ended]


def test_s19_the_nearest_stop_is_the_first():
    risk = STOPPED._replace(trailing_stop=Percent(0.02))
    assert after_entry((100, 100, 90, 91), risk=risk) == ("trailing_stop", 1, 2, 100, 98, -2)


def test_s20_an_entry_at_the_open_is_protected_in_its_own_bar():
    prices = bars(flat(100), (100, 101, 94, 96))
    done = outcome(plan(traded(prices, long=[0]), risk=STOPPED))
    assert only(done) == ("stop_loss", 1, 1, 100, 95, -5)


def test_s20_an_exit_at_the_open_leaves_nothing_to_stop():
    assert after_entry((100, 101, 94, 96), risk=STOPPED, leave_long=[1]) == ("exit_rule", 1, 2, 100, 100, 0)


def test_s20_an_entry_that_rested_and_fills_at_the_open_has_the_whole_bar():
    aimed = Risk(size=ONE, take_profit=(Target(Percent(0.02)),))
    assert only(rested((96, 107, 95, 106), price=98, risk=aimed)) == ("take_profit", 1, 1, 96, 97.92, 1.92)
    trailed = Risk(size=ONE, trailing_stop=Percent(0.1))  # from 120
    done = rested((103, 120, 103, 104), (110, 110, 100, 101), price=102, risk=trailed, order="stop")
    assert only(done) == ("trailing_stop", 1, 2, 103, 108, 5)


def test_s21_targets_take_their_shares_nearest_first():
    targets = (Target(Percent(0.10), share=0.5), Target(Percent(0.05), share=0.5))
    risk = Risk(size=FixedQuantity(7.0), take_profit=targets)
    prices = bars(flat(100), flat(100), (100, 106, 100, 105), (105, 111, 105, 110))
    done = outcome(plan(traded(prices, long=[0]), risk=risk))
    assert done.trades.quantity.tolist() == [3, 4]
    assert done.trades.exit_price.tolist() == pytest.approx([105, 110])
    assert done.trades.exit_bar.tolist() == [2, 3]


def test_s22_a_limit_fills_at_its_price_or_at_a_better_open():
    assert only(rested((100, 101, 97, 99), price=98))[1:4] == (1, 1, 98)
    assert only(rested((96, 97, 95, 96), price=98))[1:4] == (1, 1, 96)


def test_s22_a_limit_that_is_not_reached_expires_and_is_counted():
    above = (100, 101, 99, 100)
    assert rested(above, above, flat(98), price=98, valid_bars=2).rejected == {"not_reached": 1}
    assert only(rested(above, above, flat(98), price=98, valid_bars=3))[1] == 3


def test_s23_a_limit_entry_may_be_stopped_in_its_bar_and_its_target_waits():
    risk = Risk(size=ONE, stop_loss=StopLoss(Percent(0.02)), take_profit=(Target(Level(NEITHER)),))
    for low, ended in (
        (97, ("take_profit", 1, 2, 98, 102, 4)),
        (96, ("stop_loss", 1, 1, 98, pytest.approx(96.04), -1.96)),
    ):
        prices = bars(flat(100), (100, 103, low, 101), (101, 102, 101, 101))
        levels = Prices(limit=np.full(3, 98.0), take_profit=(np.full(3, 102.0),))
        done = outcome(plan(traded(prices, long=[0], long_prices=levels), risk=risk, order="limit"))
        assert only(done) == ended


@pytest.mark.parametrize(
    ("stop", "ended"),
    [(98.0, ("take_profit", 1, 1, 102, 104, 2)), (99.5, ("stop_loss", 1, 1, 102, 99.5, -2.5))],
)
def test_s24_a_stop_entry_meets_its_stop_then_its_target_in_its_bar(stop, ended):
    risk = Risk(size=ONE, stop_loss=StopLoss(Level(NEITHER)), take_profit=(Target(Level(NEITHER)),))
    prices = bars(flat(100), (100, 105, 99, 103))
    levels = Prices(np.full(2, 102.0), np.full(2, stop), (np.full(2, 104.0),))
    done = outcome(plan(traded(prices, long=[0], long_prices=levels), risk=risk, order="stop"))
    assert only(done) == ended


def test_s24_a_stop_entry_that_is_gapped_through_fills_at_the_open():
    assert only(rested((104, 105, 103, 104), price=102, order="stop"))[3] == 104


def test_s25_a_ladder_splits_its_lots():
    ladder = Ladder(3, percent=0.01)
    done = rested(*[(101, 101, 97, 97)], price=100, risk=Risk(size=FixedQuantity(5.0)), ladder=ladder)
    assert done.turnover == (2 * 100 + 2 * 99 + 98 + 5 * 97) * 10**8
    assert (done.fills, done.trades.entry_price.tolist()) == (4, [99.2])


def test_s25_a_rung_that_is_not_reached_waits():
    ladder = Ladder(3, percent=0.01)
    rows = (101, 101, 98.5, 99), (99, 99, 98, 99)
    done = rested(*rows, price=100, risk=Risk(size=FixedQuantity(5.0)), ladder=ladder, valid_bars=2)
    assert (done.fills, done.rejected, done.exposed.tolist()) == (4, {}, [False, True, True])


def test_s26_an_exit_or_an_opposite_entry_takes_a_resting_order_away():
    prices = bars(flat(100), flat(100), (100, 100, 90, 90), flat(90))
    levels = at(*[95.0] * 4)
    for rules in ({"leave_long": [1]}, {"short": [1], "short_prices": at(*[120.0] * 4)}):
        symbol = traded(prices, long=[0], long_prices=levels, **rules)
        assert outcome(plan(symbol, order="limit", valid_bars=3)).fills == 0
    assert outcome(plan(traded(prices, long=[0], long_prices=levels), order="limit", valid_bars=3)).fills == 2


def test_s26_a_new_signal_replaces_the_order():
    prices = bars(flat(100), flat(100), (100, 100, 90, 90))
    symbol = traded(prices, long=[0, 1], long_prices=at(95, 92, 92))
    assert only(outcome(plan(symbol, order="limit", valid_bars=3)))[3] == 92


def test_s27_a_resting_entry_reverses_the_position_at_its_fill():
    prices = bars(flat(100), (100, 100, 100, 100), (100, 107, 99, 105))
    symbol = traded(
        prices, long=[0], short=[1], long_prices=at(100, 100, 100), short_prices=at(106, 106, 106)
    )
    assert trades(outcome(plan(symbol, order="limit"))) == [
        ("AAA", "reversal", 1, 2, 100, 106, 6),
        ("AAA", "end_of_data", 2, 2, 106, 105, 1),
    ]


def test_s28_a_trailing_stop_moves_at_the_close_and_never_back():
    risk = Risk(size=ONE, trailing_stop=Percent(0.1))
    rows = (100, 120, 100, 118), (112, 113, 109, 109), (109, 109, 107, 109)
    assert after_entry(*rows, risk=risk) == ("trailing_stop", 1, 4, 100, 108, 8)
    assert after_entry((100, 100, 90, 91), risk=risk) == ("trailing_stop", 1, 2, 100, 90, -10)


def test_s28_a_bar_that_was_entered_inside_counts_with_its_close_alone():
    risk = Risk(size=ONE, trailing_stop=Percent(0.1))
    done = rested((101, 120, 95, 105), (105, 105, 95, 100), price=100, risk=risk)
    assert only(done) == ("end_of_data", 1, 2, 100, 100, 0)
    done = rested((101, 120, 95, 105), (105, 105, 94, 100), price=100, risk=risk)
    assert only(done) == ("trailing_stop", 1, 2, 100, 94.5, -5.5)


def test_s28_a_chandelier_hangs_from_the_highest_high():
    risk = Risk(size=ONE, trailing_stop=Chandelier(2.0, 22))
    prices = bars(flat(100), (100, 104, 100, 104), (104, 104, 101, 102))
    columns = {"highest": np.array([108.0, 108, 108]), "lowest": np.full(3, 90.0)}
    symbol = traded(prices, long=[0], ranges={22: np.full(3, 3.0)}, **columns)
    assert only(outcome(plan(symbol, risk=risk))) == ("trailing_stop", 1, 2, 100, 102, 2)


def test_s28_a_trailing_stop_hangs_from_the_best_price_since_the_entry():
    """Not from that of the bar: where ranges shrink from 10 to 3, it is drawn to 114 by the 120 before."""
    risk = Risk(size=ONE, trailing_stop=AtrMultiple(2.0))
    prices = bars(flat(100), (100, 120, 100, 118), (118, 119, 117, 118), (118, 119, 113, 115))
    symbol = traded(prices, long=[0], ranges={14: np.array([10.0, 10, 3, 3])})
    assert only(outcome(plan(symbol, risk=risk))) == ("trailing_stop", 1, 3, 100, 114, 14)


def test_s29_a_ladder_whose_step_is_undefined_is_refused():
    ladder, prices = Ladder(3, atr=0.5), bars(flat(100), (100, 101, 97, 99))
    symbol = traded(prices, long=[0], ranges={14: np.array([np.nan, 2])}, long_prices=at(99, 99))
    done = outcome(plan(symbol, risk=Risk(size=FixedQuantity(6.0)), order="limit", ladder=ladder))
    assert (done.fills, done.rejected) == (0, {"undefined_price": 1})


def test_s29_a_stop_on_the_wrong_side_of_the_fill_is_refused():
    risk = Risk(size=ONE, stop_loss=StopLoss(Level(NEITHER)))
    for level, why in (
        (101.0, "stop_beyond_price"),
        (100.0, "stop_beyond_price"),
        (np.nan, "undefined_price"),
    ):
        levels = Prices(stop_loss=np.full(3, level))
        done = outcome(plan(traded(bars(*[flat(100)] * 3), long=[0], long_prices=levels), risk=risk))
        assert (done.fills, done.rejected) == (0, {why: 1})


@pytest.mark.parametrize(
    ("stop", "level"),
    [
        (StopLoss(Percent(0.05)), 96.9),
        (StopLoss(Percent(0.05), "signal_close"), 95.0),
        (StopLoss(AtrMultiple(2.0, 14)), 99.0),
        (StopLoss(AtrMultiple(2.0, 14), "signal_close"), 97.0),
        (StopLoss(Level(NEITHER)), 93.0),
    ],
)
def test_s30_distances_are_taken_from_the_fill_or_from_the_signals_close(stop, level):
    prices = bars(flat(100), flat(102), (102, 102, 80, 90))
    known = {"ranges": {14: np.array([1.5, 9, 9])}, "long_prices": Prices(stop_loss=np.array([93.0, 1, 1]))}
    done = outcome(plan(traded(prices, long=[0], **known), risk=Risk(size=ONE, stop_loss=stop)))
    assert only(done)[:5] == ("stop_loss", 1, 2, 102, pytest.approx(level))


def test_s30_a_level_is_no_float_beside_what_it_says():
    """100 × 1.1 are 110.00000000000001 to a float, 100 × (1 - 0.07) are 92.99999999999999."""
    risk = Risk(size=ONE, stop_loss=StopLoss(Percent(0.07)), take_profit=(Target(Percent(0.1)),))
    for last, reason, price in ((110, "take_profit", 110), (93, "stop_loss", 93)):
        prices = bars(flat(100), flat(100), (100, max(100, last), min(100, last), 100))
        assert only(outcome(plan(traded(prices, long=[0]), risk=risk)))[:5] == (reason, 1, 2, 100, price)
