"""What the trades say: each fill that closes a position or a part of it is one, after costs."""

import math

import numpy as np
from numpy.typing import NDArray

from shared.engine.bars import Bars, Floats, Integers
from shared.engine.metrics.performance import NO_DEVIATION, deviation, mean
from shared.engine.metrics.returns import PER_UNIT
from shared.engine.outcome import Outcome, Trades

Figures = dict[str, float | int | None]
Truths = NDArray[np.bool_]


def of_trades(pnl: Integers) -> Figures:
    """The figures that every run shows."""
    earned = pnl / PER_UNIT
    gone = -float(np.add.reduce(np.minimum(earned, 0)))
    return {
        "win_rate": np.count_nonzero(pnl > 0) / len(pnl) if len(pnl) else None,
        "profit_factor": float(np.add.reduce(np.maximum(earned, 0))) / gone if gone else None,
        "expectancy": _mean(earned),
        "trade_count": len(pnl),
    }


def more_of_trades(outcome: Outcome, market: tuple[Bars, ...] = ()) -> Figures:
    trades, earned = outcome.trades, outcome.trades.pnl / PER_UNIT
    returned, held = trade_returns(outcome), bars_held(outcome, market)
    returned = returned[~np.isnan(returned)]
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


def bars_held(outcome: Outcome, market: tuple[Bars, ...] = ()) -> Integers:
    """From the fill of the entry to that of the exit: the symbol's own bars, or without `market` all."""
    trades = outcome.trades
    held = trades.exit_bar - trades.entry_bar
    bars_of = {bars.symbol: bars for bars in market}
    for index, symbol in enumerate(outcome.symbols):
        if symbol in bars_of and len(bars_of[symbol]) != len(outcome.time):
            mine, time = trades.symbol == index, bars_of[symbol].time
            entered, left = outcome.time[trades.entry_bar[mine]], outcome.time[trades.exit_bar[mine]]
            last = np.searchsorted(time, left, side="right") - 1  # it may end before the data
            held[mine] = last - np.searchsorted(time, entered)
    return held


def trade_returns(outcome: Outcome) -> Floats:
    """Of what each cost at its entry, after charges: 0.02 is 2 %. NaN where that was less than a unit."""
    trades: Trades = outcome.trades
    returned: Floats = np.full(len(trades), np.nan)
    np.divide(trades.pnl, trades.cost, out=returned, where=trades.cost != 0)
    return returned


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
