"""screamer: its C++ engine of target weights, in a fresh process, from arrays to the report's summary."""

import numpy as np
import screamer
from serving import Market, serve


def whole(market: Market, *, risk: dict[str, float], cash: float, fee: float) -> float:
    close = market["close"]
    fast, slow = screamer.RollingMean(20)(close), screamer.RollingMean(50)(close)
    wanted = np.where(fast > slow, 1.0, 0.0)
    engine = screamer.BacktestOHLCTarget(taker_fee=fee, size="weight", initial_capital=cash)
    values = engine(wanted, market["open"], market["high"], market["low"], close)
    screamer.backtest_trades(values)
    _, summary = screamer.backtest_report(values)
    return float(summary["num_trades"])


if __name__ == "__main__":
    serve(whole=whole)
