"""Writes reference.json: the figures of independent libraries, for `test_reference` to compare with.

Run by hand, inside an environment of its own that has `empyrical-reloaded` and `quantstats`:
    python tests/shared/engine/metrics/reference.py
"""

import importlib.metadata
import json
from pathlib import Path
from typing import Any

import empyrical
import numpy as np
import pandas as pd
import quantstats.stats as qs

PER_YEAR = 252
RISK_FREE = 0.03
LIBRARIES = ("empyrical-reloaded", "quantstats", "numpy", "pandas")


def series() -> dict[str, list[float]]:
    """Rounded, so that the file holds what was measured."""
    rng = np.random.default_rng(7)
    drawn = {
        "calm": rng.normal(0.0005, 0.008, 250),
        "wild": rng.standard_t(3, 400) * 0.02,
        "sinking": rng.normal(-0.002, 0.015, 120),
        "short": rng.normal(0, 0.01, 30),
        "seldom": np.where(rng.random(300) < 0.2, rng.normal(0.001, 0.02, 300), 0),
    }
    return {name: [round(float(value), 6) for value in values] for name, values in drawn.items()}


def of_empyrical(returns: pd.Series, benchmark: pd.Series) -> dict[str, float]:
    rate = (1 + RISK_FREE) ** (1 / PER_YEAR) - 1
    return {
        "volatility": empyrical.annual_volatility(returns, annualization=PER_YEAR),
        "sharpe_ratio": empyrical.sharpe_ratio(returns, risk_free=rate, annualization=PER_YEAR),
        "sortino_ratio": empyrical.sortino_ratio(returns, required_return=rate, annualization=PER_YEAR),
        "omega_ratio": empyrical.omega_ratio(returns, required_return=RISK_FREE, annualization=PER_YEAR),
        "max_drawdown": empyrical.max_drawdown(returns),
        "var_95": empyrical.value_at_risk(returns, cutoff=0.05),
        "cvar_95": empyrical.conditional_value_at_risk(returns, cutoff=0.05),
        "tail_ratio": empyrical.tail_ratio(returns),
        "beta": empyrical.beta(returns, benchmark, risk_free=rate),
        "total_return": empyrical.cum_returns_final(returns),
        "annualized_return": empyrical.annual_return(returns, annualization=PER_YEAR),
        "calmar_ratio": empyrical.calmar_ratio(returns, annualization=PER_YEAR),
    }


def of_quantstats(returns: pd.Series, benchmark: pd.Series) -> dict[str, float]:
    plain: dict[str, Any] = {"prepare_returns": False}
    greeks = qs.greeks(returns, benchmark, periods=PER_YEAR, **plain)
    rolling = qs.rolling_sharpe(returns, rf=0, rolling_period=20, periods_per_year=PER_YEAR, **plain)
    return {
        "volatility": qs.volatility(returns, periods=PER_YEAR, **plain),
        "sharpe_ratio": qs.sharpe(returns, rf=RISK_FREE, periods=PER_YEAR),
        "sortino_ratio": qs.sortino(returns, rf=RISK_FREE, periods=PER_YEAR),
        "omega_ratio": qs.omega(returns, rf=0, required_return=RISK_FREE, periods=PER_YEAR),
        "max_drawdown": qs.max_drawdown(returns),
        "tail_ratio": qs.tail_ratio(returns, **plain),
        "skew": qs.skew(returns, **plain),
        "kurtosis": qs.kurtosis(returns, **plain),
        "beta": greeks["beta"],
        "alpha": greeks["alpha"],
        "information_ratio_a_day": qs.information_ratio(returns, benchmark, **plain),
        "ulcer_index_of_a_sample": qs.ulcer_index(returns),
        "profit_factor": qs.profit_factor(returns, **plain),
        "payoff_ratio": qs.payoff_ratio(returns, **plain),
        "max_consecutive_wins": qs.consecutive_wins(returns, **plain),
        "max_consecutive_losses": qs.consecutive_losses(returns, **plain),
        "probabilistic_sharpe_ratio": qs.probabilistic_sharpe_ratio(returns, rf=0, periods=PER_YEAR),
        "last_rolling_sharpe": rolling.iloc[-1],
    }


def main() -> None:
    cases = {}
    everything = series()
    for name, values in everything.items():
        dates = pd.date_range("2023-01-02", periods=len(values), freq="D")
        returns = pd.Series(values, index=dates)
        other = [round(0.4 * value + 0.004 * np.sin(row), 6) for row, value in enumerate(values)]
        benchmark = pd.Series(other, index=dates)
        cases[name] = {
            "returns": values,
            "benchmark": other,
            "empyrical": {key: float(value) for key, value in of_empyrical(returns, benchmark).items()},
            "quantstats": {key: float(value) for key, value in of_quantstats(returns, benchmark).items()},
        }
    versions = {library: importlib.metadata.version(library) for library in LIBRARIES}
    document = {"versions": versions, "per_year": PER_YEAR, "risk_free": RISK_FREE, "cases": cases}
    Path(__file__).with_name("reference.json").write_text(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()
