"""The trades of a run as columns, and as rows for programs."""

import csv
from collections.abc import Iterator
from typing import Any, NamedTuple, TextIO

from functions.strategy.running import Run
from functions.strategy.written import instants, money, quantity, ready
from shared.engine.bars import Floats, Integers
from shared.engine.outcome import REASONS

FIELDS = (
    *("symbol", "side", "quantity", "entry_at", "entry_price", "exit_at", "exit_price", "commission"),
    *("pnl", "pnl_pct", "bars_held", "exit_reason", "mae", "mfe"),
)


class Columns(NamedTuple):
    """What the outcome's trades do not hold themselves."""

    entry_at: Integers  # µs, when the bar of the fill opened
    exit_at: Integers
    pnl_pct: Floats  # of what it was worth at its entry: 1.5 is 1.5 %
    bars_held: Integers  # of the symbol's own bars
    mae: Floats  # fractions of the entry price: the worst it came to, and the best
    mfe: Floats


def columns(run: Run) -> Columns:
    from shared.engine.metrics import bars_held, excursions, trade_returns

    outcome, trades = run.outcome, run.outcome.trades
    entry_at, exit_at = outcome.time[trades.entry_bar], outcome.time[trades.exit_bar]
    held = bars_held(outcome, run.task.market)
    reached = excursions(outcome, run.task.market)
    pnl_pct = 100 * trade_returns(outcome)
    return Columns(entry_at, exit_at, pnl_pct, held, reached.adverse, reached.favourable)


def rows(run: Run) -> Iterator[dict[str, Any]]:
    outcome, trades, further = run.outcome, run.outcome.trades, columns(run)
    entered, left = instants(further.entry_at), instants(further.exit_at)
    prices = zip(trades.entry_price.tolist(), trades.exit_price.tolist(), strict=True)
    shown = zip(further.pnl_pct.tolist(), further.mae.tolist(), further.mfe.tolist(), strict=True)
    for i, ((entry_price, exit_price), (pnl_pct, mae, mfe)) in enumerate(zip(prices, shown, strict=True)):
        symbol = int(trades.symbol[i])
        yield {
            "symbol": outcome.symbols[symbol],
            "side": "long" if trades.side[i] > 0 else "short",
            "quantity": quantity(int(trades.quantity[i]), outcome.lots[symbol]),
            "entry_at": entered[i],
            "entry_price": entry_price,
            "exit_at": left[i],
            "exit_price": exit_price,
            "commission": money(int(trades.commission[i])),
            "pnl": money(int(trades.pnl[i])),
            "pnl_pct": ready(pnl_pct),
            "bars_held": int(further.bars_held[i]),
            "exit_reason": REASONS[trades.reason[i]],
            "mae": ready(mae),
            "mfe": ready(mfe),
        }


def write(run: Run, out: TextIO) -> None:
    table = csv.DictWriter(out, FIELDS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows(run))
