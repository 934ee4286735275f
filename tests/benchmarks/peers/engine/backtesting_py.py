"""backtesting.py: a class of its own for each strategy, a call a bar."""

import warnings
from typing import Any

import pandas as pd
from backtesting import Backtest, Strategy
from serving import Market, serve

NEARLY_ALL = 0.9999  # 1 would be one unit


def ran(market: Market, risk: dict[str, float], cash: float, fee: float) -> Any:
    class Signals(Strategy):  # type: ignore[misc]
        def init(self) -> None:
            self.row = -1

        def next(self) -> None:
            row = len(self.data) - 1
            if self.position:
                if market["exits"][row]:
                    self.position.close()
            elif market["entries"][row]:
                self.buy(size=NEARLY_ALL, **_levels(market, row, risk))

    columns = {name.title(): market[name] for name in ("open", "high", "low", "close", "volume")}
    frame = pd.DataFrame(columns, index=pd.DatetimeIndex(market["time"]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Backtest(frame, Signals, cash=cash, commission=fee, finalize_trades=True).run()


def _levels(market: Market, row: int, risk: dict[str, float]) -> dict[str, float]:
    """Its levels are prices, which are known before the fill alone: of the close that gave the signal."""
    if not risk:
        return {}
    close = market["close"][row]
    return {"sl": close * (1 - risk["stop"]), "tp": close * (1 + risk["target"])}


def whole(market: Market, *, risk: dict[str, float], cash: float, fee: float) -> float:
    return float(ran(market, risk, cash, fee)["# Trades"])


def trades(market: Market, *, risk: dict[str, float], cash: float, fee: float) -> list[list[float]]:
    found = ran(market, risk, cash, fee)["_trades"]
    return found[["EntryBar", "ExitBar", "EntryPrice", "ExitPrice", "Size"]].to_numpy(float).tolist()


if __name__ == "__main__":
    serve(whole=whole, trades=trades)
