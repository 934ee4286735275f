"""All figures of a run: what is undefined, and what must hold of every curve."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.engine.metrics import key_figures, measure, performance
from shared.engine.metrics.performance import annualized_return, monthly_returns, ratios, rolling_sharpe
from shared.engine.metrics.returns import DAY, daily_of
from tests.shared.engine.metrics.make import bars, daily, outcome, times

COLUMNS = (
    *("final_value", "total_return", "annualized_return", "volatility", "sharpe_ratio", "sortino_ratio"),
    *("max_drawdown", "calmar_ratio", "win_rate", "profit_factor", "expectancy", "trade_count"),
    "exposure_pct",
)
CURVES = st.lists(st.floats(1, 1000), min_size=2, max_size=60)


def test_the_columns_of_a_backtest_come_first_and_alone() -> None:
    run = outcome([101, 99, 103])
    assert tuple(key_figures(run)) == COLUMNS
    assert tuple(measure(run))[: len(COLUMNS)] == COLUMNS
    assert {name: measure(run)[name] for name in COLUMNS} == key_figures(run)


def test_a_flat_curve_has_a_return_of_nothing_and_no_ratio() -> None:
    found = measure(outcome([100] * 40), benchmark=bars(range(50, 90)))
    assert (found["total_return"], found["annualized_return"], found["volatility"]) == (0, 0, 0)
    assert (found["max_drawdown"], found["longest_drawdown_days"], found["ulcer_index"]) == (0, 0, 0)
    undefined = ("sharpe_ratio", "sortino_ratio", "omega_ratio", "calmar_ratio", "skew", "kurtosis")
    assert [found[name] for name in undefined] == [None] * len(undefined)
    assert (found["tail_ratio"], found["correlation"], found["beta"]) == (None, None, 0)


def test_a_constant_return_has_no_ratio_however_it_was_rounded() -> None:
    found = measure(outcome(100 * 1.001 ** np.arange(1, 300)))
    assert found["sharpe_ratio"] is None
    assert found["sortino_ratio"] is None
    assert found["omega_ratio"] is None


def test_without_bars_nothing_is_known() -> None:
    found = measure(outcome([]), benchmark=bars([1, 2]))
    known = {name: value for name, value in found.items() if value is not None}
    assert known == {
        "final_value": 100,
        "total_return": 0,
        "trade_count": 0,
        "trade_costs": 0,
        "days": 0,
        "days_a_year": 252,
        "fills": 0,
        "monthly_returns": {},
    }


def test_one_day_has_a_return_and_no_deviation() -> None:
    found = measure(outcome([101]))
    assert found["total_return"] == pytest.approx(0.01)
    assert [found[name] for name in ("volatility", "sharpe_ratio", "var_95")] == [None] * 3


def test_what_would_be_huge_is_undefined() -> None:
    assert measure(outcome([1000]))["annualized_return"] is None
    assert annualized_return(-1.5, 1) is None
    assert annualized_return(-1, 1) == -1
    assert annualized_return(0.21, 2) == pytest.approx(0.1)


def test_capital_that_is_used_up_leaves_numbers() -> None:
    found = measure(outcome([50, 0, 0, 0]))
    assert (found["total_return"], found["annualized_return"], found["max_drawdown"]) == (-1, -1, -1)
    assert found["days"] == 2
    json.dumps(found, allow_nan=False)


def test_the_risk_free_rate_is_a_yearly_one_and_counts() -> None:
    returns = [0.01, -0.005, 0.02, 0.0]
    run = outcome(100 * np.cumprod(1 + np.array(returns)))
    rate = 1.05 ** (1 / 252) - 1
    excess = np.array(returns) - rate
    expected = excess.mean() / excess.std(ddof=1) * math.sqrt(252)
    assert measure(run, risk_free=0.05)["sharpe_ratio"] == pytest.approx(expected, rel=1e-12)
    assert measure(run)["sharpe_ratio"] > expected


def test_the_window_that_rolls_does_not_change_the_scale_of_a_year() -> None:
    run = daily([0.01, -0.01, 0.02, 0.0, 0.03] * 20)
    fives, tens = rolling_sharpe(run, window=5), rolling_sharpe(run, window=10)
    assert fives[-1] == pytest.approx(performance.ratio(run.returns[-5:], 252))
    assert tens[-1] == pytest.approx(performance.ratio(run.returns[-10:], 252))
    assert np.isnan(rolling_sharpe(run)).all()
    assert np.isnan(rolling_sharpe(daily([0.0] * 10), window=3)).all()
    assert len(rolling_sharpe(run)) == 100


def test_ratios_of_a_table_are_those_of_its_rows() -> None:
    table = np.array([[0.01, -0.02, 0.03], [0.0, 0.0, 0.0]])
    found = ratios(table, 252)
    assert found[0] == pytest.approx(performance.ratio(table[0], 252))
    assert np.isnan(found[1])
    assert np.isnan(ratios(table[:, :1])).all()


def test_months_are_those_of_the_calendar_and_multiply_to_the_whole() -> None:
    """From 1 January 2024: the last day of a month closes it."""
    curve = np.full(92, 100.0)
    curve[30:], curve[59:], curve[91:] = 110, 99, 198
    months = measure(outcome(curve))["monthly_returns"]
    assert months == pytest.approx({"2024-01": 0.1, "2024-02": -0.1, "2024-03": 0, "2024-04": 1})


def test_a_month_without_bars_is_left_out() -> None:
    run = daily_of(outcome([101, 102], time=times(1)[0] + np.array([0, 70 * DAY])))
    assert list(monthly_returns(run)) == ["2024-01", "2024-03"]


def test_a_benchmark_counts_on_the_days_that_both_have() -> None:
    """The benchmark rests on the third day, and its first open is its price of entry."""
    held = bars([11, 12.1, 12.1], time=times(4)[[0, 1, 3]], open=[10, 11, 12])
    found = measure(outcome([110, 121, 130, 121]), benchmark=held)
    assert found["benchmark_return"] == pytest.approx(0.21)
    assert found["beta"] == pytest.approx(1)
    assert found["correlation"] == pytest.approx(1)
    assert found["alpha"] == pytest.approx(0, abs=1e-12)
    assert found["tracking_error"] == pytest.approx(0, abs=1e-12)
    assert found["information_ratio"] is None


def test_alpha_is_beyond_what_beta_and_the_risk_free_rate_explain() -> None:
    """Half of the benchmark and half of cash at 5 %: no skill in it, and so no alpha."""
    prices = 50 * np.cumprod(1 + np.array([0.01, -0.02, 0.03, 0.0, 0.015]))
    rate = 1.05 ** (1 / 252) - 1
    moves = np.diff(prices, prepend=50) / np.concatenate(([50], prices[:-1]))
    run = outcome(100 * np.cumprod(1 + 0.5 * moves + 0.5 * rate))
    held = bars(prices, open=[50, *prices[:-1]])
    found = measure(run, benchmark=held, risk_free=0.05)
    assert found["beta"] == pytest.approx(0.5)
    assert found["alpha"] == pytest.approx(0, abs=1e-12)
    plain = measure(run, benchmark=held)
    assert plain["alpha"] == pytest.approx(0.5 * rate * 252)


def test_a_benchmark_of_other_days_says_nothing() -> None:
    later = bars([1, 2], time=times(2) + 900 * DAY)
    found = measure(outcome([101, 102]), benchmark=later)
    assert (found["benchmark_return"], found["beta"]) == (None, None)


@given(CURVES)
def test_every_figure_is_a_finite_number_or_undefined(curve: list[float]) -> None:
    found = measure(outcome(curve), benchmark=bars(curve))
    json.dumps(found, allow_nan=False)
    assert found["max_drawdown"] <= 0 <= found["ulcer_index"]
    assert found["longest_drawdown_days"] <= len(curve)
    assert found["var_95"] is None or found["cvar_95"] <= found["var_95"]
    assert found["worst_day"] <= found["best_day"]


@given(CURVES, st.sampled_from([0.5, 4.0, 1024.0]))
def test_ratios_know_no_scale_of_money(curve: list[float], scale: float) -> None:
    found = key_figures(outcome(curve))
    scaled = key_figures(outcome([value * scale for value in curve], initial=100 * scale))
    for name in ("volatility", "sharpe_ratio", "sortino_ratio", "max_drawdown"):
        assert found[name] == scaled[name]


@given(CURVES, st.integers(0, 100))
def test_the_order_of_days_changes_the_drawdown_alone(curve: list[float], seed: int) -> None:
    run = daily_of(outcome(curve))
    mixed = daily(np.random.default_rng(seed).permutation(run.returns), per_year=run.per_year)
    for figure in (performance.volatility, performance.sharpe_ratio, performance.sortino_ratio):
        own, other = figure(run), figure(mixed)
        assert (own is None) == (other is None)
        assert own is None or own == pytest.approx(other, rel=1e-6, abs=1e-9)


@given(CURVES)
def test_a_benchmark_of_oneself_has_a_beta_of_one(curve: list[float]) -> None:
    held = bars(curve, open=[100.0, *curve[:-1]])
    found = measure(outcome(curve), benchmark=held)
    if found["beta"] is not None:
        assert found["beta"] == pytest.approx(1, rel=1e-6)
        assert found["alpha"] == pytest.approx(0, abs=1e-6)
        assert found["information_ratio"] is None
