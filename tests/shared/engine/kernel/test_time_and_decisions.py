"""S1 to S15 of `semantics.md`: when something is decided, and what of it is done."""

import numpy as np
import pytest

from shared.engine.costs import Costs
from shared.engine.kernel.programs import CODES
from shared.engine.language.risk import FixedQuantity, Halt, Percent, PercentOfEquity, Risk, StopLoss
from shared.engine.plan import Program, Rule
from tests.shared.engine.kernel.make import HOUR, ONE, START, bars, flat, only, outcome, plan, traded, trades


def test_s1_decided_at_the_close_filled_at_the_next_open():
    prices = bars((100, 102, 99, 101), (103, 104, 102, 104), (105, 105, 105, 105))
    assert only(outcome(plan(traded(prices, long=[0])))) == ("end_of_data", 1, 2, 103, 105, 2)


def test_s2_the_last_decision_is_not_carried_out():
    prices = bars(flat(100), flat(100))
    done = outcome(plan(traded(prices, long=[1])))
    assert (done.fills, done.rejected, done.equity.tolist()) == (0, {}, [1000, 1000])


def test_s3_what_is_open_at_the_end_is_sold_at_the_last_close_with_its_costs():
    prices = bars(flat(100), flat(100), (101, 104, 101, 104))
    done = outcome(plan(traded(prices, long=[0]), costs=Costs(taker=0.01)))
    assert only(done) == ("end_of_data", 1, 2, 100, 104, 1.96)
    assert done.equity.tolist() == [1000, 999, 1001.96]


def test_s4_every_exit_at_an_open_comes_before_the_first_entry():
    first = traded(bars(*[flat(1000)] * 4), long=[1])
    second = traded(bars(*[flat(1000)] * 4, symbol="BBB"), long=[0], leave_long=[1])
    done = outcome(plan(first, second))
    assert [(symbol, entry, left) for symbol, _, entry, left, *_ in trades(done)] == [
        ("BBB", 1, 2),
        ("AAA", 2, 3),
    ]
    assert done.rejected == {}


def test_s5_a_symbol_without_a_bar_waits_and_is_valued_at_its_last_close():
    other = traded(bars(*[flat(50)] * 5))
    gapped = traded(
        bars(flat(90), flat(90), (90, 100, 90, 100), flat(120), symbol="BBB", skip=[3]),
        long=[0],
        leave_long=[2],
    )
    done = outcome(plan(other, gapped))
    assert done.equity.tolist() == [1000, 1000, 1010, 1010, 1030]
    assert trades(done) == [("BBB", "exit_rule", 1, 4, 90, 120, 30)]


def test_s6_both_entries_are_none():
    done = outcome(plan(traded(bars(*[flat(100)] * 3), long=[0], short=[0])))
    assert (done.fills, done.rejected) == (0, {})


def test_s7_an_exit_beats_an_entry_of_its_own_direction():
    done = outcome(plan(traded(bars(*[flat(100)] * 4), long=[0, 1], leave_long=[1])))
    assert trades(done) == [("AAA", "exit_rule", 1, 2, 100, 100, 0)]


def test_s8_the_opposite_entry_closes_and_opens_at_one_price():
    prices = bars(flat(100), flat(100), flat(105), flat(103))
    done = outcome(plan(traded(prices, long=[0], short=[1], leave_long=[1])))
    assert trades(done) == [
        ("AAA", "reversal", 1, 2, 100, 105, 5),
        ("AAA", "end_of_data", 2, 3, 105, 103, 2),
    ]


def test_s8_the_old_position_goes_even_if_the_new_one_is_refused():
    prices = bars(flat(100), flat(100), flat(105), flat(103))
    halted = Risk(size=ONE, cooldown=9)
    done = outcome(plan(traded(prices, long=[0, 2], short=[1]), risk=halted))
    assert [row[1] for row in trades(done)] == ["reversal", "reversal"]
    assert done.rejected == {"cooldown": 1}


def test_s9_entries_add_up_to_pyramiding_and_move_the_stop_with_the_average():
    prices = bars(flat(100), flat(100), (110, 110, 106, 106), (106, 106, 94.5, 95))
    risk = Risk(size=ONE, stop_loss=StopLoss(Percent(0.1)))
    done = outcome(plan(traded(prices, long=[0, 1, 2]), risk=risk, pyramiding=2))
    assert trades(done) == [("AAA", "stop_loss", 1, 3, 105, 94.5, -21)]
    assert only(outcome(plan(traded(prices, long=[0, 1]), risk=risk)))[0] == "end_of_data"


def test_s10_without_a_position_an_exit_says_nothing():
    done = outcome(plan(traded(bars(*[flat(100)] * 4), long=[1], leave_long=[0])))
    assert only(done)[:3] == ("end_of_data", 2, 3)


@pytest.mark.parametrize("negated", [False, True])
def test_s11_a_rule_that_is_undefined_does_not_hold(negated):
    words = ["bars_held", "constant", ">=", *(["not"] if negated else [])]
    program = Program(np.array([CODES[word] for word in words]), np.zeros(4, int), np.array([2.0]), ())
    asked = traded(bars(*[flat(100)] * 4))
    asked = asked._replace(long=asked.long._replace(entry=Rule(program=program)))
    assert outcome(plan(asked)).fills == 0


def test_s12_a_time_stop_counts_from_the_close_of_the_entrys_bar():
    done = outcome(plan(traded(bars(*[flat(100)] * 6), long=[0]), risk=Risk(size=ONE, time_stop=2)))
    assert only(done)[:3] == ("time_stop", 1, 4)


def test_s13_a_cooldown_counts_from_the_bar_of_the_exit():
    done = outcome(
        plan(traded(bars(*[flat(100)] * 7), long=[0, 3, 4], leave_long=[1]), risk=Risk(size=ONE, cooldown=2))
    )
    assert [(entry, left) for _, _, entry, left, *_ in trades(done)] == [(1, 2), (5, 6)]
    assert done.rejected == {"cooldown": 1}


def test_s14_positions_and_ordered_entries_count():
    symbols = [traded(bars(*[flat(100)] * 4, symbol=name), long=[0]) for name in ("AAA", "BBB")]
    done = outcome(plan(*symbols, risk=Risk(size=ONE, max_open_positions=1)))
    assert [row[0] for row in trades(done)] == ["AAA"]
    assert done.rejected == {"max_open_positions": 1}


def test_s14_a_position_that_is_about_to_end_makes_room():
    first = traded(bars(*[flat(100)] * 4), long=[1])
    second = traded(bars(*[flat(100)] * 4, symbol="BBB"), long=[0], leave_long=[1])
    done = outcome(plan(first, second, risk=Risk(size=ONE, max_open_positions=1)))
    assert [row[0] for row in trades(done)] == ["BBB", "AAA"]


def test_s15_a_halt_lasts_until_the_next_day_begins():
    prices = bars(flat(100), flat(100), flat(94), flat(94), flat(94), start=START + 21 * HOUR)
    symbols = traded(prices, long=[0, 2, 3], leave_long=[1])
    risk = Risk(size=FixedQuantity(10.0), halt=Halt(daily=0.05))
    done = outcome(plan(symbols, risk=risk))
    assert [(entry, left) for _, _, entry, left, *_ in trades(done)] == [(1, 2), (4, 4)]
    assert (done.equity[2], done.rejected) == (940, {"halted": 1})


@pytest.mark.parametrize("percent", [5, 33, 56, 93])
def test_s15_a_loss_of_just_so_much_halts(percent):
    prices = bars(flat(100), flat(100), flat(100 - percent), flat(100))
    risk = Risk(size=FixedQuantity(10.0), halt=Halt(daily=percent / 100))
    done = outcome(plan(traded(prices, long=[0, 2], leave_long=[1]), risk=risk))
    assert (done.equity[2], done.rejected) == (1000 - 10 * percent, {"halted": 1})


@pytest.mark.parametrize(
    ("halt", "last"),  # hours from Saturday 3 January, when it halts, to the last refused bar
    [(Halt(daily=0.05), 23), (Halt(weekly=0.05), 47), (Halt(monthly=0.05), 29 * 24 - 1)],
)
def test_s15_weeks_begin_on_monday_and_months_on_the_first(halt, last):
    saturday = START + 2 * 24 * HOUR
    length = 30 * 24
    prices = bars(*[flat(100)] * 2, *[flat(94)] * (length - 2), start=saturday)
    symbols = traded(prices, long=[0, last, last + 1], leave_long=[1])
    done = outcome(plan(symbols, risk=Risk(size=PercentOfEquity(1.0), halt=halt)))
    assert [entry for _, _, entry, *_ in trades(done)] == [1, last + 2]
    assert done.rejected == {"halted": 1}
