"""raptorbt: a batch of signals on one market; it always gives its 48 metrics."""

from typing import Any

import numpy as np
import raptorbt
from serving import Market, crossed, serve

AT_ONCE = 100


def sweep(
    market: Market, *, pairs: list[list[int]], risk: dict[str, float], cash: float, fee: float
) -> list[float]:
    settings = raptorbt.BacktestConfig(initial_capital=cash, fees=fee, fill_timing="next_bar_open")
    if risk:
        settings.set_fixed_stop(risk["stop"])
        settings.set_fixed_target(risk["target"])
    windows = {window for pair in pairs for window in pair}
    averages = {window: raptorbt.sma(market["close"], window) for window in windows}
    found: list[float] = []
    for start in range(0, len(pairs), AT_ONCE):
        items = [_item(averages[fast], averages[slow]) for fast, slow in pairs[start : start + AT_ONCE]]
        results = raptorbt.batch_single_backtest(*_columns(market), items=items, config=settings)
        found += [cash * (1 + result.metrics.total_return_pct / 100) for _, result in results]
    return found


def _item(fast: Any, slow: Any) -> Any:
    entries, exits = crossed(fast, slow)
    return raptorbt.BatchSingleItem("pair", entries, exits, direction=1)


def _columns(market: Market) -> tuple[Any, ...]:
    names = ("open", "high", "low", "close", "volume")
    return (np.asarray(market["time"], np.int64), *(market[name] for name in names))


if __name__ == "__main__":
    serve(sweep=sweep)
