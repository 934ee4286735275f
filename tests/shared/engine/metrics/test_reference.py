"""The figures of independent libraries, as `reference.py` wrote them down, to 1e-9."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.engine.bars import Bars
from shared.engine.metrics import measure, risk
from shared.engine.metrics.performance import rolling_sharpe
from shared.engine.metrics.returns import DAY, daily_of
from shared.engine.overfitting.luck import probabilistic_sharpe_ratio
from tests.shared.engine.metrics.make import MONDAY, bars, outcome, times, trades

REFERENCE = json.loads(Path(__file__).with_name("reference.json").read_text())
CASES: dict[str, dict[str, Any]] = REFERENCE["cases"]
PER_YEAR, RISK_FREE = REFERENCE["per_year"], REFERENCE["risk_free"]
AS_EMPYRICAL = (
    *("total_return", "volatility", "sharpe_ratio", "sortino_ratio", "omega_ratio", "max_drawdown"),
    *("var_95", "cvar_95", "tail_ratio", "beta"),
)
AS_QUANTSTATS = (
    *("volatility", "sharpe_ratio", "sortino_ratio", "omega_ratio", "max_drawdown", "tail_ratio"),
    *("skew", "kurtosis", "beta"),
)


def weekdays(count: int) -> np.ndarray:
    days = times(2 * count, begin=MONDAY)
    return days[(days // DAY + 3) % 7 < 5][:count]


def measured(case: dict[str, Any], *, risk_free: float = RISK_FREE) -> dict[str, Any]:
    """A run that earned these returns; rounded to nothing, as a run's final value is on the grid."""
    time = weekdays(len(case["returns"]))
    curve = 100 * np.cumprod(1 + np.array(case["returns"]))
    return measure(outcome(curve, time=time), benchmark=held(case), risk_free=risk_free)


def held(case: dict[str, Any]) -> Bars:
    prices = 50 * np.cumprod(1 + np.array(case["benchmark"]))
    opens = np.concatenate(([50.0], prices[:-1]))
    return bars(prices, time=weekdays(len(prices)), open=opens)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("library", "figures"), [("empyrical", AS_EMPYRICAL), ("quantstats", AS_QUANTSTATS)])
def test_what_others_define_alike_is_alike(name: str, library: str, figures: tuple[str, ...]) -> None:
    found, expected = measured(CASES[name]), CASES[name][library]
    assert found["days_a_year"] == PER_YEAR
    for figure in figures:
        assert found[figure] == pytest.approx(expected[figure], rel=1e-9, abs=1e-9), figure


@pytest.mark.parametrize("name", CASES)
def test_what_others_scale_otherwise_is_alike_once_scaled(name: str) -> None:
    case, expected = CASES[name], CASES[name]["quantstats"]
    plain = measured(case, risk_free=0)
    n = len(case["returns"])
    assert plain["information_ratio"] == pytest.approx(
        expected["information_ratio_a_day"] * math.sqrt(PER_YEAR), rel=1e-9
    )
    sampled = plain["ulcer_index"] * math.sqrt(n / (n - 1))
    assert sampled == pytest.approx(expected["ulcer_index_of_a_sample"], rel=1e-9)
    assert plain["alpha"] == pytest.approx(expected["alpha"], rel=1e-9, abs=1e-9)
    returns = np.array(case["returns"])
    skew, kurtosis = risk.shape_of(returns)
    assert skew is not None
    assert kurtosis is not None
    surely = probabilistic_sharpe_ratio(
        plain["sharpe_ratio"] / math.sqrt(PER_YEAR), 0, days=n, skew=skew, kurtosis=kurtosis + 3
    )
    assert surely == pytest.approx(expected["probabilistic_sharpe_ratio"], rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_years_are_counted_in_days_elsewhere_and_on_the_calendar_here(name: str) -> None:
    case, expected = CASES[name], CASES[name]["empyrical"]
    found, n = measured(case), len(case["returns"])
    time = weekdays(n)
    days = (time[-1] - time[0]) // DAY + 1
    by_count = (1 + found["total_return"]) ** (PER_YEAR / n) - 1
    assert by_count == pytest.approx(expected["annualized_return"], rel=1e-7)
    by_calendar = (1 + found["total_return"]) ** (365.25 / days) - 1
    assert found["annualized_return"] == pytest.approx(by_calendar, rel=1e-12)
    assert found["calmar_ratio"] == pytest.approx(by_calendar / -expected["max_drawdown"], rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_days_taken_as_trades_say_the_same(name: str) -> None:
    """quantstats knows no trades: each day is one to it."""
    pnl = [100_000 * value for value in CASES[name]["returns"]]
    found = measure(outcome([100, 100], made=trades(pnl)))
    for figure in ("profit_factor", "payoff_ratio", "max_consecutive_wins", "max_consecutive_losses"):
        assert found[figure] == pytest.approx(CASES[name]["quantstats"][figure], rel=1e-9), figure


@pytest.mark.parametrize("name", CASES)
def test_the_rolling_ratio_ends_as_elsewhere(name: str) -> None:
    case = CASES[name]
    curve = 100 * np.cumprod(1 + np.array(case["returns"]))
    run = daily_of(outcome(curve, time=weekdays(len(curve))))
    rolling = rolling_sharpe(run, window=20)
    assert np.isnan(rolling[:19]).all()
    assert rolling[-1] == pytest.approx(case["quantstats"]["last_rolling_sharpe"], rel=1e-9)
