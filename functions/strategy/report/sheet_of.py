"""What the engine did and measured → the sheet that its page is made from."""

from collections.abc import Mapping

import numpy as np

from functions.strategy.report.sheet import (
    Figure,
    Inside,
    Month,
    Rolling,
    Sheet,
    Source,
    TradeRows,
    buy_and_hold,
)
from shared.engine.bars import Bars
from shared.engine.costs import UNIT, Costs
from shared.engine.language.definition import Definition
from shared.engine.metrics import Daily, bars_held, daily_of, trade_returns
from shared.engine.metrics import Figure as Measured
from shared.engine.metrics.confidence import confidence
from shared.engine.metrics.performance import rolling_sharpe
from shared.engine.outcome import REASONS, Outcome

DAY = 86_400_000_000  # µs
PER_UNIT = round(1 / UNIT)
SEED = 0  # the same page for the same run


def sheet_of(
    outcome: Outcome,
    *,
    definition: Definition,
    market: tuple[Bars, ...],
    costs: Costs,
    metrics: Mapping[str, Measured],
    source: Source,
    risk_free: float = 0.0,
    warnings: tuple[str, ...] = (),
    inside: Inside | None = None,
    held: tuple[Bars, ...] = (),
) -> Sheet:
    """`market` holds the bars of every symbol of the outcome; `held` the same in the account's currency."""
    named = {bars.symbol: bars for bars in market}
    traded = tuple(named[symbol] for symbol in outcome.symbols)
    initial = outcome.initial / PER_UNIT
    daily = daily_of(outcome)
    return Sheet(
        definition=definition,
        timeframe=traded[0].timeframe,
        market=traded,
        time=outcome.time,
        equity=outcome.equity,
        hold=buy_and_hold(held or traded, outcome.time, initial),
        initial=initial,
        trades=rows_of(outcome, traded),
        metrics=_single(metrics),
        months=_months(metrics),
        rolling=_rolling(daily, risk_free),
        costs=costs,
        source=source,
        risk_free=risk_free,
        warnings=warnings,
        rejected=outcome.rejected,
        confidence=confidence(daily, seed=SEED, risk_free=risk_free),
        inside=inside,
    )


def rows_of(outcome: Outcome, market: tuple[Bars, ...]) -> TradeRows:
    trades = outcome.trades
    lots = np.asarray(outcome.lots, dtype=np.float64)
    return TradeRows(
        symbol=trades.symbol,
        side=trades.side,
        quantity=trades.quantity * lots[trades.symbol],
        entry_at=outcome.time[trades.entry_bar],
        entry_price=trades.entry_price,
        exit_at=outcome.time[trades.exit_bar],
        exit_price=trades.exit_price,
        commission=trades.commission / PER_UNIT,
        pnl=trades.pnl / PER_UNIT,
        pnl_pct=trade_returns(outcome),
        bars_held=bars_held(outcome, market),
        reason=tuple(REASONS[index] for index in trades.reason.tolist()),
    )


def _single(metrics: Mapping[str, Measured]) -> dict[str, Figure]:
    return {name: value for name, value in metrics.items() if not isinstance(value, dict)}


def _months(metrics: Mapping[str, Measured]) -> tuple[Month, ...]:
    months = metrics.get("monthly_returns")
    if not isinstance(months, dict):
        return ()
    return tuple(Month(int(month[:4]), int(month[5:]), value) for month, value in months.items())


def _rolling(daily: Daily, risk_free: float) -> Rolling | None:
    values = rolling_sharpe(daily, risk_free=risk_free)
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return None
    first = int(known[0])
    return Rolling(max(2, daily.per_year // 2), daily.day[first:] * DAY, values[first:])
