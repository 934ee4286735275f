"""Outcomes by hand: a curve, and the trades that one names."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from shared.engine.bars import Bars, Floats, Integers
from shared.engine.metrics.returns import DAY, PER_UNIT, Daily
from shared.engine.outcome import REASONS, Outcome, Trades

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = DAY // 24


def times(count: int, *, begin: datetime = MONDAY, step: int = DAY) -> Integers:
    return (begin - EPOCH) // timedelta(microseconds=1) + step * np.arange(count, dtype=np.int64)


def trades(
    pnl: Sequence[float] = (),
    *,
    side: Sequence[int] | int = 1,
    entry_bar: Sequence[int] | int = 0,
    exit_bar: Sequence[int] | int = 1,
    entry_price: Sequence[float] | float = 100.0,
    exit_price: Sequence[float] | float = 100.0,
    symbol: Sequence[int] | int = 0,
    reason: str = "exit_rule",
    commission: float = 0.0,
) -> Trades:
    """One unit of each, in lots of 1e-8."""

    def column(values: Sequence[float] | float, kind: type) -> np.ndarray:
        return np.array(np.broadcast_to(np.asarray(values), (len(pnl),)), dtype=kind)

    return Trades(
        symbol=column(symbol, np.int32),
        side=column(side, np.int8),
        quantity=column(PER_UNIT, np.int64),
        entry_bar=column(entry_bar, np.int64),
        exit_bar=column(exit_bar, np.int64),
        entry_price=column(entry_price, np.float64),
        exit_price=column(exit_price, np.float64),
        commission=column(round(commission * PER_UNIT), np.int64),
        pnl=np.array([round(each * PER_UNIT) for each in pnl], dtype=np.int64),
        reason=column(REASONS.index(reason), np.int8),
        cost=np.rint(PER_UNIT * column(entry_price, np.float64)).astype(np.int64),
    )


def outcome(
    equity: Sequence[float] | Floats,
    *,
    initial: float = 100.0,
    time: Integers | None = None,
    made: Trades | None = None,
    exposed: Sequence[bool] | None = None,
    turnover: float = 0.0,
    symbols: tuple[str, ...] = ("X",),
) -> Outcome:
    curve = np.asarray(equity, dtype=np.float64)
    held = np.zeros(len(curve), dtype=bool) if exposed is None else np.array(exposed)
    return Outcome(
        symbols=symbols,
        lots=(1e-8,) * len(symbols),
        time=times(len(curve)) if time is None else time,
        equity=curve,
        exposed=held,
        trades=trades() if made is None else made,
        initial=round(initial * PER_UNIT),
        final=round(float(curve[-1]) * PER_UNIT) if len(curve) else round(initial * PER_UNIT),
        turnover=round(turnover * PER_UNIT),
        fills=0,
        digest="",
        rejected={},
    )


def bars(
    close: Sequence[float], *, time: Integers | None = None, symbol: str = "X", **columns: object
) -> Bars:
    """Each opens where the one before closed, unless columns say otherwise."""
    closes = np.asarray(close, dtype=np.float64)
    opens = np.asarray(columns.get("open", np.concatenate((closes[:1], closes[:-1]))), dtype=np.float64)
    return Bars(
        symbol=symbol,
        timeframe="1d",
        time=times(len(closes)) if time is None else time,
        open=opens,
        high=np.asarray(columns.get("high", np.maximum(opens, closes)), dtype=np.float64),
        low=np.asarray(columns.get("low", np.minimum(opens, closes)), dtype=np.float64),
        close=closes,
        volume=np.zeros(len(closes)),
    )


def daily(returns: Sequence[float] | Floats, *, per_year: int = 252, years: float = 1.0) -> Daily:
    each = np.asarray(returns, dtype=np.float64)
    equity = 100 * np.cumprod(1 + each)
    return Daily(19_723 + np.arange(len(each)), equity, each, 100.0, per_year, years)
