"""vectorbt on its Rust kernels: the Portfolio API, and the kernel alone."""

from typing import Any

import numpy as np
import pandas as pd
import vectorbt as vbt
import vectorbt_rust.portfolio as kernels
from serving import Market, next_bar, serve

_prepared: dict[Any, tuple[Any, Any]] = {}


def simulated(market: Market, risk: dict[str, float], cash: float, fee: float) -> Any:
    stops = {"sl_stop": risk["stop"], "tp_stop": risk["target"]} if risk else {}
    return vbt.Portfolio.from_signals(
        pd.Series(market["close"], pd.DatetimeIndex(market["time"])),
        next_bar(market["entries"]),
        next_bar(market["exits"]),
        price=market["open"],
        **{name: market[name] for name in ("open", "high", "low")},
        **stops,
        stop_entry_price="fillprice",
        init_cash=cash,
        fees=fee,
        freq="1min",
        engine="rust",
    )


def whole(market: Market, *, risk: dict[str, float], cash: float, fee: float) -> float:
    """Curve, trades and the metrics that phasor gives, from signals that are there already."""
    held = simulated(market, risk, cash, fee)
    held.value()
    figures = (held.total_return, held.annualized_return, held.max_drawdown, held.sharpe_ratio)
    for figure in (*figures, held.sortino_ratio, held.calmar_ratio):
        figure()
    return float(len(held.trades.records))


def trades(market: Market, *, risk: dict[str, float], cash: float, fee: float) -> list[list[float]]:
    found = simulated(market, risk, cash, fee).trades.records
    names = ["entry_idx", "exit_idx", "entry_price", "exit_price", "size"]
    return found[names].to_numpy(float).tolist()


def kernel(market: Market, *, risk: dict[str, float], cash: float, fee: float) -> float:
    """What the API hands to Rust, handed there again: orders, and nothing made of them."""
    key = (id(market), tuple(risk.items()))
    if key not in _prepared:
        _prepared[key] = _listened(market, risk, cash, fee)
    given, named = _prepared[key]
    return float(len(kernels.simulate_from_signals_rs(*given, **named)[0]))


def _listened(market: Market, risk: dict[str, float], cash: float, fee: float) -> tuple[Any, Any]:
    original, heard = kernels.simulate_from_signals_rs, []

    def listening(*given: Any, **named: Any) -> Any:
        heard.append((given, named))
        return original(*given, **named)

    kernels.simulate_from_signals_rs = listening
    try:
        simulated(market, risk, cash, fee)
    finally:
        kernels.simulate_from_signals_rs = original
    return heard[0]


if __name__ == "__main__":
    np.seterr(all="ignore")
    serve(whole=whole, trades=trades, kernel=kernel)
