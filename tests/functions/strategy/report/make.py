"""Sheets for the page's tests: a market, what a run did on it, and what was measured."""

from typing import Any

import numpy as np

from functions.strategy.report.sheet import (
    Month,
    Rolling,
    Sheet,
    Source,
    SweepSheet,
    TradeRows,
    buy_and_hold,
)
from shared.engine.bars import Bars
from shared.engine.costs import Costs
from shared.engine.language.definition import Definition
from shared.engine.language.strategy import read_strategy

HOUR = 3_600_000_000  # µs
START = 1_577_836_800_000_000  # 2020-01-01
SOURCE = Source("0.1.0", "d" * 64, "e" * 64, "f" * 64)
RULES = """
name = "SMA cross"
description = "Follows the trend."
[parameters]
fast = 10
slow = 40
[entry]
long = "crosses_above(sma(close, $fast), sma(close, $slow))"
[exit]
long = "crosses_below(sma(close, $fast), sma(close, $slow))"
[risk]
size = { percent_of_equity = 1.0 }
"""
METRICS = {
    "total_return": 0.25,
    "annualized_return": 0.125,
    "sharpe_ratio": 1.5,
    "max_drawdown": -0.2,
    "win_rate": 0.5,
    "profit_factor": None,
    "trade_count": 3,
    "exposure_pct": 40.0,
    "final_value": 12500.0,
}


def definition(**changed: Any) -> Definition:
    return read_strategy(RULES)._replace(**changed)


def bars(count: int = 500, *, symbol: str = "BTCUSDT", seed: int = 1) -> Bars:
    random = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(random.normal(0, 0.01, count)))
    opens = np.concatenate(([100.0], close[:-1]))[:count]
    apart = np.abs(random.normal(0, 0.3, count))
    high, low = np.maximum(opens, close) + apart, np.minimum(opens, close) - apart
    time = START + HOUR * np.arange(count)
    return Bars(symbol, "1h", time, opens, high, low, close, np.ones(count))


def trades(market: tuple[Bars, ...], count: int) -> TradeRows:
    """Each opens where the one before closed, at the opens of its bars."""
    of = np.arange(count) % len(market)
    length = (min(len(each.time) for each in market) - 1) // max(count, 1)
    entry = np.arange(count) * length
    leave = entry + length
    entry_price = np.array([market[of[row]].open[entry[row]] for row in range(count)], dtype=float)
    exit_price = np.array([market[of[row]].open[leave[row]] for row in range(count)], dtype=float)
    pnl = 2.0 * (exit_price - entry_price) - 0.1
    return TradeRows(
        symbol=of.astype(np.int32),
        side=np.ones(count, dtype=np.int8),
        quantity=np.full(count, 2.0),
        entry_at=market[0].time[entry],
        entry_price=entry_price,
        exit_at=market[0].time[leave],
        exit_price=exit_price,
        commission=np.full(count, 0.1),
        pnl=pnl,
        pnl_pct=pnl / (2.0 * entry_price),
        bars_held=leave - entry,
        reason=("exit_rule",) * count,
    )


def sheet(*, count: int = 500, trade_count: int = 3, market: tuple[Bars, ...] = (), **changed: Any) -> Sheet:
    market = market or (bars(count),)
    time = market[0].time
    equity = 10_000.0 * np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.004, len(time))))
    days = time[::24]
    made = Sheet(
        definition=definition(),
        timeframe="1h",
        market=market,
        time=time,
        equity=equity,
        hold=buy_and_hold(market, time, 10_000.0),
        initial=10_000.0,
        trades=trades(market, trade_count),
        metrics=METRICS,
        months=(Month(2019, 12, 0.05), Month(2020, 1, -0.031), Month(2020, 2, 0.0)),
        rolling=Rolling(90, days, np.linspace(-1, 2, len(days))),
        costs=Costs(taker=0.001),
        source=SOURCE,
    )
    return made._replace(**changed)


def sweep(**changed: Any) -> SweepSheet:
    """The objective is fast + slow / 100; nothing is defined where fast is not below slow."""
    points = np.array([(fast, slow) for fast in (5, 10, 20) for slow in (10, 30)], dtype=float)
    objective = np.where(points[:, 0] < points[:, 1], points[:, 0] + points[:, 1] / 100, np.nan)
    made = SweepSheet(
        definition=definition(),
        timeframe="1h",
        symbols=("BTCUSDT",),
        period=(START, START + 500 * HOUR),
        parameters=("fast", "slow"),
        points=points,
        objective="sharpe_ratio",
        metrics={"sharpe_ratio": objective, "trade_count": np.arange(6.0)},
        source=SOURCE,
    )
    return made._replace(**changed)
