"""What trades say: by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.engine.metrics import measure, trade_returns
from tests.shared.engine.metrics.make import outcome, trades


def of(*pnl: float) -> dict[str, Any]:
    return measure(outcome([100, 100], made=trades(pnl, exit_bar=range(2, 2 + len(pnl)))))


def test_gains_and_losses_by_hand() -> None:
    found = of(30, -10, 0, 20, -5)
    assert found["trade_count"] == 5
    assert found["win_rate"] == 2 / 5
    assert found["profit_factor"] == 50 / 15
    assert found["expectancy"] == 7
    assert found["average_win"] == 25
    assert found["average_loss"] == -7.5
    assert found["payoff_ratio"] == 25 / 7.5
    # deviation: squares of 23 -17 -7 13 -12 add up to 1,180, over 4
    assert found["sqn"] == pytest.approx(5**0.5 * 7 / 295**0.5)
    assert found["average_bars_held"] == 4
    assert found["best_trade_return"] == 0.3
    assert found["worst_trade_return"] == -0.1
    assert found["average_trade_return"] == pytest.approx(0.07)


def test_streaks_are_ended_by_the_other_and_by_nothing() -> None:
    found = of(1, 1, -1, 1, 0, 1, 1, 1, -1, -1)
    assert (found["max_consecutive_wins"], found["max_consecutive_losses"]) == (3, 2)
    assert (found["average_consecutive_wins"], found["average_consecutive_losses"]) == (2, 1.5)


def test_without_trades_nothing_is_known_of_them() -> None:
    found = of()
    names = ("win_rate", "profit_factor", "expectancy", "payoff_ratio", "sqn", "average_trade_return")
    assert [found[name] for name in names] == [None] * len(names)
    assert (found["max_consecutive_wins"], found["average_consecutive_losses"]) == (None, None)
    assert (found["trade_count"], found["trade_costs"]) == (0, 0)


def test_what_divides_by_nothing_is_undefined() -> None:
    won, lost, alike = of(5, 6), of(-5, -6), of(0.1, 0.1, 0.1)
    assert (won["profit_factor"], won["payoff_ratio"], won["average_loss"]) == (None, None, None)
    assert (lost["profit_factor"], lost["payoff_ratio"], lost["win_rate"]) == (0, None, 0)
    assert (lost["max_consecutive_wins"], lost["average_consecutive_wins"]) == (0, None)
    assert alike["sqn"] is None
    assert of(3)["sqn"] is None


def test_a_return_is_of_what_the_trade_was_worth_at_its_entry() -> None:
    run = outcome([100], made=trades([10, -6], entry_price=[50, 200], commission=0.5))
    assert trade_returns(run).tolist() == [0.2, -0.03]
    assert measure(run)["trade_costs"] == 1.0


def test_exposure_is_in_percent_of_bars_and_turnover_a_year() -> None:
    run = outcome([100, 100, 100, 100], exposed=[False, True, True, True], turnover=400)
    found = measure(run)
    assert found["exposure_pct"] == 75
    assert found["turnover"] == pytest.approx(200 / 100 / (4 / 365.25))


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=40))
def test_expectancy_is_what_wins_and_losses_leave(pnl: list[int]) -> None:
    found = of(*pnl)
    won = sum(each > 0 for each in pnl) * (found["average_win"] or 0)
    lost = sum(each < 0 for each in pnl) * (found["average_loss"] or 0)
    assert found["expectancy"] * len(pnl) == pytest.approx(won + lost, abs=1e-9)
    assert found["expectancy"] * len(pnl) == pytest.approx(sum(pnl), abs=1e-9)
    assert 0 <= found["win_rate"] <= 1
