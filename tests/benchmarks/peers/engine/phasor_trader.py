"""phasor-trader: an engine in Rust. It reads what was decided a bar before, and fills at the open."""

from typing import Any

import numpy as np
import phasor
from serving import Market, crossed, serve

AT_ONCE = 100  # columns of a sweep: their signals are held in memory


def simulated(market: Market, entries: Any, exits: Any, risk: dict[str, float], **more: Any) -> Any:
    prices = {name: market[name] for name in ("open", "high", "low")}
    stops = {"sl_stop": risk["stop"], "tp_stop": risk["target"]} if risk else {}
    return phasor.from_signals(
        market["close"],
        entries,
        exits,
        **prices,
        **stops,
        stop_entry_price="fillprice",
        price="nextopen",
        init_cash=more.pop("cash"),
        fees=more.pop("fee"),
        **more,
    )


def whole(market: Market, *, risk: dict[str, float], cash: float, fee: float) -> float:
    """Curve, trades and metrics, from signals that are there already."""
    held = simulated(market, market["entries"], market["exits"], risk, cash=cash, fee=fee)
    held.value()
    return float(len(held.trades()["pnl"]) + 0 * held.metrics()["sharpe_ratio"][0])


def trades(market: Market, *, risk: dict[str, float], cash: float, fee: float) -> list[list[float]]:
    held = simulated(market, market["entries"], market["exits"], risk, cash=cash, fee=fee)
    found = held.trades()
    names = ("entry_idx", "exit_idx", "entry_price", "exit_price", "size")
    rows = np.column_stack([np.asarray(found[name], float) for name in names])
    return rows.tolist()


def sweep(
    market: Market, *, pairs: list[list[int]], risk: dict[str, float], cash: float, fee: float
) -> list[float]:
    """The final value of each pair, in two threads."""
    close, averages = market["close"], _averages(market["close"], pairs)
    found: list[float] = []
    for start in range(0, len(pairs), AT_ONCE):
        some = pairs[start : start + AT_ONCE]
        entries = np.zeros((len(close), len(some)), dtype=bool, order="F")
        exits = np.zeros_like(entries)
        for column, (fast, slow) in enumerate(some):
            entries[:, column], exits[:, column] = crossed(averages[fast], averages[slow])
        market_of = np.zeros(len(some), dtype=np.int64)
        more = {"column_map": market_of, "threads": 2, "cash": cash, "fee": fee}
        held = simulated(market, entries, exits, risk, **more)
        found += (cash * (1 + held.metrics()["total_return"])).tolist()
    return found


def _averages(close: Any, pairs: list[list[int]]) -> dict[int, Any]:
    windows = sorted({window for pair in pairs for window in pair})
    values = phasor.factors(
        {"close": close}, **{f"a{window}": f"Mean($close,{window})" for window in windows}
    )
    averages = {window: values[f"a{window}"][:, 0] for window in windows}
    for window, average in averages.items():
        average[: window - 1] = np.nan  # it begins with the mean of what there is
    return averages


if __name__ == "__main__":
    serve(whole=whole, trades=trades, sweep=sweep)
