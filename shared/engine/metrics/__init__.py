"""Honest numbers of a run. What each means and by which convention: README.md, beside this."""

from datetime import datetime, timedelta

import numpy as np

from shared.engine.bars import Bars, Integers
from shared.engine.metrics import benchmark as benchmarks
from shared.engine.metrics import performance, risk
from shared.engine.metrics.drawdown import Drawdown, deepest, longest, underwater
from shared.engine.metrics.excursions import Excursions, excursions
from shared.engine.metrics.returns import DAY, PER_UNIT, Daily, Days, daily_from, daily_of, days_of, last_rows
from shared.engine.metrics.trades import bars_held, more_of_trades, of_trades, trade_returns
from shared.engine.outcome import Brief, Outcome

__all__ = [
    "KEY_FIGURES",
    "LESS_IS_BETTER",
    "Daily",
    "Days",
    "Excursions",
    "Figure",
    "bars_held",
    "daily_from",
    "daily_of",
    "days_of",
    "excursions",
    "figures_of_brief",
    "key_figures",
    "last_rows",
    "measure",
    "trade_returns",
]

EPOCH, SECOND = datetime(1970, 1, 1), 1_000_000  # noqa: DTZ001 - the times are UTC, and said to be
# The few that are kept in columns, and that a sweep compares.
KEY_FIGURES = (
    *("final_value", "total_return", "annualized_return", "volatility", "sharpe_ratio", "sortino_ratio"),
    *("max_drawdown", "calmar_ratio", "win_rate", "profit_factor", "expectancy", "trade_count"),
    "exposure_pct",
)
# Of two runs the one with less of it, of every other figure the one with more.
LESS_IS_BETTER = frozenset(
    [
        *("volatility", "ulcer_index", "longest_drawdown_days", "max_drawdown_days", "tracking_error"),
        *("average_consecutive_losses", "max_consecutive_losses", "trade_costs"),
    ]
)
Figure = float | int | str | dict[str, float] | None
Numbers = dict[str, float | int | None]


def measure(
    outcome: Outcome,
    *,
    market: tuple[Bars, ...] = (),
    benchmark: Bars | None = None,
    risk_free: float = 0.0,
) -> dict[str, Figure]:
    """`market` for the excursions of trades and the bars they were held, `benchmark` for beta and its like.

    Without, these are None, and bars are counted over all symbols.

    `risk_free` is a yearly rate, 0.03 for 3 %. What is undefined is None.
    """
    days = days_of(outcome.time)
    daily = daily_of(outcome, days)
    worst = deepest(outcome.equity, days, initial=daily.initial)
    beside = benchmarks.beside(daily, benchmark, risk_free=risk_free) if benchmark else {}
    return {
        **_key_figures(outcome, daily, worst, risk_free),
        **_of_days(daily, risk_free),
        **_fallen(outcome, worst),
        **_used(outcome, daily),
        **more_of_trades(outcome, market),
        **_excursions(outcome, market),
        **(beside or dict.fromkeys(benchmarks.NAMES)),
        "monthly_returns": performance.monthly_returns(daily),
    }


def key_figures(
    outcome: Outcome, *, days: Days | None = None, daily: Daily | None = None, risk_free: float = 0.0
) -> Numbers:
    """`days`, `daily`: where they are known."""
    days = days or days_of(outcome.time)
    daily = daily or daily_of(outcome, days)
    return _key_figures(outcome, daily, deepest(outcome.equity, days, initial=daily.initial), risk_free)


def figures_of_brief(brief: Brief, daily: Daily, *, risk_free: float = 0.0) -> Numbers:
    """The same, of a run of which no more is known."""
    depth = brief.left - 1 if brief.left < 1 else None
    ran = (brief.initial, brief.final, brief.pnl, brief.exposed, brief.bars)
    return _figures_of(*ran, daily=daily, depth=depth, risk_free=risk_free)


def _key_figures(outcome: Outcome, daily: Daily, worst: Drawdown | None, risk_free: float) -> Numbers:
    exposed, bars = int(np.count_nonzero(outcome.exposed)), len(outcome.exposed)
    ran = (outcome.initial, outcome.final, outcome.trades.pnl, exposed, bars)
    return _figures_of(*ran, daily=daily, depth=worst.depth if worst else None, risk_free=risk_free)


def _figures_of(
    initial: int,
    final: int,
    pnl: Integers,
    exposed: int,
    bars: int,
    *,
    daily: Daily,
    depth: float | None,
    risk_free: float,
) -> Numbers:
    """`depth`: of the drawdown, None where there is none."""
    total = (final - initial) / initial
    yearly = performance.annualized_return(total, daily.years)
    return {
        "final_value": final / PER_UNIT,
        "total_return": total,
        "annualized_return": yearly,
        "volatility": performance.volatility(daily),
        "sharpe_ratio": performance.sharpe_ratio(daily, risk_free=risk_free),
        "sortino_ratio": performance.sortino_ratio(daily, risk_free=risk_free),
        "max_drawdown": depth if depth is not None else 0.0 if bars else None,
        "calmar_ratio": yearly / -depth if depth and yearly is not None else None,
        **of_trades(pnl),
        "exposure_pct": 100 * exposed / bars if bars else None,
    }


def _of_days(daily: Daily, risk_free: float) -> Numbers:
    below, tails, returns = underwater(daily), risk.tails(daily.returns), daily.returns
    shape = risk.shape_of(returns)
    return {
        "days": len(returns),
        "days_a_year": daily.per_year,
        "best_day": float(np.maximum.reduce(returns)) if len(returns) else None,
        "worst_day": float(np.minimum.reduce(returns)) if len(returns) else None,
        "omega_ratio": performance.omega_ratio(daily, risk_free=risk_free),
        "longest_drawdown_days": longest(daily, below=below) if len(below) else None,
        "ulcer_index": risk.ulcer_index(below),
        "var_95": tails.value_at_risk,
        "cvar_95": tails.shortfall,
        "tail_ratio": tails.ratio,
        "skew": shape.skew,
        "kurtosis": shape.kurtosis,
    }


def _fallen(outcome: Outcome, worst: Drawdown | None) -> dict[str, Figure]:
    names = tuple(f"max_drawdown_{name}" for name in ("from", "low_at", "recovered_at", "days"))
    if not worst:
        return dict.fromkeys(names)
    began, low = int(outcome.time[max(worst.peak, 0)]), int(outcome.time[worst.trough])
    back = None if (row := worst.recovered) is None else int(outcome.time[row])
    until = int(outcome.time[-1]) if back is None else back
    values = (_written(began), _written(low), _written(back), (until - began) / DAY)
    return dict(zip(names, values, strict=True))


def _used(outcome: Outcome, daily: Daily) -> Numbers:
    """How often the capital was turned over: a purchase and its sale do so once."""
    held = performance.mean(daily.equity) if len(daily.equity) else 0.0
    traded = outcome.turnover / PER_UNIT / 2
    return {"turnover": traded / held / daily.years if held > 0 else None, "fills": outcome.fills}


def _excursions(outcome: Outcome, market: tuple[Bars, ...]) -> dict[str, Figure]:
    names = ("average_mae", "average_mfe", "worst_mae", "best_mfe")
    if not market or not len(outcome.trades):
        return dict.fromkeys(names)
    found = excursions(outcome, market)
    adverse, favourable = found.adverse, found.favourable
    values = (adverse.mean(), favourable.mean(), adverse.min(), favourable.max())
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def _written(time: int | None) -> str | None:
    if time is None:
        return None
    return (EPOCH + timedelta(seconds=time // SECOND)).isoformat() + "Z"
