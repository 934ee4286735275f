"""S47 to S51 of `semantics.md`: what finer bars tell, and what four prices do not."""

from typing import Any

import numpy as np
import pytest

from shared.engine.bars import Bars
from shared.engine.language.risk import AtrMultiple, Chandelier, Level, Percent, Risk, StopLoss, Target
from shared.engine.language.sides import NEITHER
from shared.engine.outcome import Outcome
from shared.engine.plan import Prices
from shared.engine.rules.finer import laid_beside
from tests.shared.engine.kernel.make import (
    HOUR,
    ONE,
    UNITS,
    bars,
    flat,
    only,
    outcome,
    plan,
    traded,
    trades,
)

FIVE = Risk(size=ONE, stop_loss=StopLoss(Percent(0.05)), take_profit=(Target(Percent(0.05)),))
TRAILED = Risk(size=ONE, trailing_stop=Percent(0.10))
Row = tuple[float, ...]


def halves(*rows: Row, symbol: str = "AAA") -> Bars:
    return bars(*rows, symbol=symbol, step=HOUR // 2, timeframe="30m")


def in_halves(whole: Bars, *rows: Row, **rules: Any) -> Any:
    return traded(whole, **rules, detail=laid_beside(whole, halves(*rows, symbol=whole.symbol)))


def third(bar: Row, *parts: Row, risk: Risk, **rules: Any) -> Outcome:
    """Bought, or sold short, at 100 on bar 1; this bar and its halves come after."""
    rules = {"long": [0]} | rules
    whole = bars(flat(100), flat(100), bar)
    return outcome(plan(in_halves(whole, *[flat(100)] * 4, *parts, **rules), risk=risk))


BOTH = (100, 106, 94, 100)


def test_s47_what_came_first_in_finer_bars_is_filled():
    assert only(third(BOTH, (100, 106, 99, 100), (100, 100, 94, 100), risk=FIVE)) == (
        *("take_profit", 1, 2, 100, 105),
        5,
    )
    assert only(third(BOTH, (100, 100, 94, 100), (100, 106, 99, 100), risk=FIVE))[0] == "stop_loss"


def test_s47_a_gap_between_finer_bars_fills_at_their_open():
    told = third((100, 101, 90, 92), (100, 101, 96, 97), (91, 93, 90, 92), risk=FIVE)
    assert only(told) == ("stop_loss", 1, 2, 100, 91, -9)


def test_s47_a_limit_entry_meets_its_target_in_a_later_finer_bar():
    risk = Risk(size=ONE, take_profit=(Target(Level(NEITHER)),))
    levels = Prices(limit=np.full(2, 98.0), take_profit=(np.full(2, 102.0),))
    whole = bars(flat(100), (100, 103, 97, 101))
    parts = [flat(100), flat(100), (100, 102.5, 97, 99), (99, 103, 99, 101)]
    symbol = in_halves(whole, *parts, long=[0], long_prices=levels)
    assert only(outcome(plan(symbol, risk=risk, order="limit"))) == ("take_profit", 1, 1, 98, 102, 4)


def test_s47_what_is_counted_in_bars_is_counted_in_those_of_the_run():
    whole = bars(*[flat(100)] * 6)
    symbol = in_halves(whole, *[flat(100)] * 12, long=[0])
    assert only(outcome(plan(symbol, risk=Risk(size=ONE, stop_loss=FIVE.stop_loss, time_stop=2))))[:3] == (
        *("time_stop", 1),
        4,
    )


HIGH_FIRST = ((100, 120, 110, 119), (119, 119, 100, 118))


def test_s48_a_trailing_stop_moves_at_the_close_of_a_finer_bar():
    assert only(third((100, 120, 100, 118), *HIGH_FIRST, risk=TRAILED)) == (
        *("trailing_stop", 1, 2, 100, 108),
        8,
    )
    low_first = ((100, 101, 100, 101), (101, 120, 101, 118))
    assert only(third((100, 120, 100, 118), *low_first, risk=TRAILED))[0] == "end_of_data"


def test_s48_for_a_short_position_it_moves_with_the_low():
    told = third((100, 100, 80, 82), (100, 100, 80, 81), (81, 89, 80, 82), risk=TRAILED, long=[], short=[0])
    assert only(told) == ("trailing_stop", 1, 2, 100, pytest.approx(88), pytest.approx(12))


def test_s48_ranges_within_a_bar_are_those_of_the_bar_before():
    risk = Risk(size=ONE, trailing_stop=AtrMultiple(1.0, 14))
    ranges = {14: np.array([10.0, 12.0, 1.0])}
    told = third((100, 120, 107, 118), (100, 120, 109, 119), (119, 119, 107, 118), risk=risk, ranges=ranges)
    assert only(told)[3:5] == (100, 108)


def test_s48_a_chandelier_hangs_within_a_bar_from_the_highest_high_before_it():
    risk = Risk(size=ONE, trailing_stop=Chandelier(1.0, 22))
    known = {
        "ranges": {22: np.full(3, 10.0)},
        "highest": np.array([100.0, 100.0, 120.0]),
        "lowest": np.ones(3),
    }
    told = third((100, 120, 95, 118), (100, 120, 110, 119), (119, 119, 95, 118), risk=risk, **known)
    assert only(told)[0] == "end_of_data"


@pytest.mark.parametrize(
    "parts",
    [
        ((100, 107, 99, 100), (100, 100, 94, 100)),
        ((100, 106, 99, 100), (100, 100, 93, 100)),
        ((101, 106, 99, 100), (100, 100, 94, 100)),
        ((100, 106, 99, 100), (100, 100, 94, 99)),
    ],
)
def test_s49_finer_bars_that_do_not_agree_are_passed_over(parts):
    assert only(third(BOTH, *parts, risk=FIVE))[3:5] == (100, 95)


def test_s49_a_bar_without_finer_ones_is_one_bar():
    whole = bars(flat(100), flat(100), BOTH)
    symbol = in_halves(whole, *[flat(100)] * 4, long=[0])
    assert (symbol.detail.missing, symbol.detail.differing) == (1, 0)
    assert only(outcome(plan(symbol, risk=FIVE)))[4] == 95


def test_s50_finer_bars_of_several_symbols_come_by_their_time():
    """B is stopped in the first half and pays for A's limit in the second; A alone would come first."""
    a = bars(*[flat(100)] * 2, (100, 100, 90, 95), symbol="AAA")
    b = bars(*[flat(100)] * 2, (100, 100, 94, 95), symbol="BBB")
    limits = Prices(limit=np.full(3, 95.0))
    bought = Prices(limit=np.full(3, 100.0))
    ask = {"order": "limit", "valid_bars": 3, "cash": 100.0}
    risk = Risk(size=ONE, stop_loss=StopLoss(Percent(0.05)))
    of_b = {"long": [0], "long_prices": bought, "instrument": UNITS}
    still = [flat(100)] * 4
    a_late = in_halves(a, *still, (100, 100, 98, 99), (99, 99, 90, 95), long=[1], long_prices=limits)
    b_early = in_halves(b, *still, (100, 100, 94, 95), flat(95), **of_b)
    told = outcome(plan(a_late, b_early, risk=risk, **ask))
    assert [(row[0], row[1]) for row in trades(told)] == [("BBB", "stop_loss"), ("AAA", "stop_loss")]
    alone = outcome(plan(a_late._replace(detail=None), b_early, risk=risk, **ask))
    assert (len(alone.trades), alone.rejected) == (1, {"no_cash": 1})


def test_s51_exits_that_four_prices_do_not_tell_are_counted():
    def told(bar: Row, risk: Risk, **rules: Any) -> dict[str, int]:
        symbol = traded(bars(flat(100), flat(100), bar, flat(bar[3])), **({"long": [0]} | rules))
        return outcome(plan(symbol, risk=risk)).ambiguous

    assert told(BOTH, FIVE) == {"stop_or_target": 1}
    assert told(BOTH, FIVE, long=[], short=[0]) == {"stop_or_target": 1}
    assert told((100, 104, 94, 100), FIVE) == {}
    assert told((94, 106, 93, 100), FIVE) == {}  # it opens beyond the stop
    assert told((100, 120, 100, 118), TRAILED) == {"trailing_stop": 1}  # held, perhaps wrongly
    assert told((100, 110, 100, 109), TRAILED) == {}  # 99 is not met
    assert told((100, 120, 89, 118), TRAILED) == {"trailing_stop": 1}  # sold at 90, perhaps 108
    assert told((100, 100, 89, 90), TRAILED) == {}


def test_s51_so_are_exits_in_the_bar_of_an_entry():
    def told(row: Row, order: str, price: float, stop: float) -> dict[str, int]:
        risk = Risk(size=ONE, stop_loss=StopLoss(Level(NEITHER)), take_profit=(Target(Level(NEITHER)),))
        levels = Prices(np.full(2, price), np.full(2, stop), (np.full(2, 104.0),))
        symbol = traded(bars(flat(100), row), long=[0], long_prices=levels)
        return outcome(plan(symbol, risk=risk, order=order)).ambiguous

    assert told((100, 105, 97, 101), "limit", 98, 96) == {"entry_bar": 1}  # the target waits
    assert told((100, 103, 97, 101), "limit", 98, 96) == {}
    assert told((100, 103, 95, 101), "limit", 98, 96) == {}  # the price passed 98 before it came to 96
    assert told((100, 103, 99, 103), "stop", 102, 99.5) == {"entry_bar": 1}
    assert told((103, 103.5, 99, 103), "stop", 102, 99.5) == {}  # entered at the open


def test_s51_with_finer_bars_only_theirs_are_counted():
    assert third(BOTH, (100, 106, 99, 100), (100, 100, 94, 100), risk=FIVE).ambiguous == {}
    assert third(BOTH, BOTH, flat(100), risk=FIVE).ambiguous == {"stop_or_target": 1}
    assert third((100, 120, 100, 118), *HIGH_FIRST, risk=TRAILED).ambiguous == {}
