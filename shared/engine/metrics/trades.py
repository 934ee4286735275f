"""What the trades say: each fill that closes a position or a part of it is one, after costs."""

import math

import numpy as np
from numpy.typing import NDArray

from shared.engine.bars import Floats, Integers
from shared.engine.metrics.performance import NO_DEVIATION, deviation, mean
from shared.engine.metrics.returns import PER_UNIT
from shared.engine.outcome import Outcome, Trades

Figures = dict[str, float | int | None]
Truths = NDArray[np.bool_]


def of_trades(trades: Trades) -> Figures:
    """The figures that every run shows."""
    earned = trades.pnl / PER_UNIT
    gone = -float(np.add.reduce(np.minimum(earned, 0)))
    return {
        "win_rate": np.count_nonzero(trades.pnl > 0) / len(trades) if len(trades) else None,
        "profit_factor": float(np.add.reduce(np.maximum(earned, 0))) / gone if gone else None,
        "expectancy": _mean(earned),
        "trade_count": len(trades),
    }


def more_of_trades(outcome: Outcome) -> Figures:
    trades, earned = outcome.trades, outcome.trades.pnl / PER_UNIT
    returned, held = trade_returns(outcome), trades.exit_bar - trades.entry_bar
    won, lost = _mean(earned[earned > 0]), _mean(earned[earned < 0])
    return {
        "average_win": won,
        "average_loss": lost,
        "payoff_ratio": won / -lost if won is not None and lost is not None else None,
        "sqn": _quality(earned),
        "average_trade_return": _mean(returned),
        "best_trade_return": float(np.maximum.reduce(returned)) if len(returned) else None,
        "worst_trade_return": float(np.minimum.reduce(returned)) if len(returned) else None,
        **_streaks("wins", trades.pnl > 0),
        **_streaks("losses", trades.pnl < 0),
        "average_bars_held": _mean(held.astype(np.float64)),
        "trade_costs": float(np.add.reduce(trades.commission / PER_UNIT)),
    }


def trade_returns(outcome: Outcome) -> Floats:
    """Of what each was worth at its entry, after costs: 0.02 is 2 %."""
    return outcome.trades.pnl / PER_UNIT / entry_values(outcome)


def entry_values(outcome: Outcome) -> Floats:
    trades: Trades = outcome.trades
    return trades.quantity * np.asarray(outcome.lots, dtype=np.float64)[trades.symbol] * trades.entry_price


def _streaks(of: str, each: Truths) -> Figures:
    """Of trades in a row, in the order of their exits."""
    between = np.zeros(len(each) + 2, np.bool_)
    between[1:-1] = each
    turns = (between[1:] != between[:-1]).nonzero()[0]
    lengths = turns[1::2] - turns[::2]
    return {
        f"average_consecutive_{of}": _mean(lengths),
        f"max_consecutive_{of}": int(np.maximum.reduce(lengths))
        if len(lengths)
        else 0
        if len(each)
        else None,
    }


def _quality(earned: Floats) -> float | None:
    """Van Tharp's system quality number, on money, of however many trades."""
    if len(earned) < 2:
        return None
    spread, middle = deviation(earned), mean(earned)
    return math.sqrt(len(earned)) * middle / spread if spread > NO_DEVIATION * abs(middle) else None


def _mean(values: Floats | Integers) -> float | None:
    return mean(values) if len(values) else None
