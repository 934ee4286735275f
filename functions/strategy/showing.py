"""Runs and sweeps as a person reads them in a terminal."""

import math
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from functions.strategy.running import Run
from functions.strategy.sweeping import Swept
from functions.strategy.sweeping.result import SHOWN
from shared.engine.language.definition import Definition
from shared.engine.language.explaining_strategy import explain_strategy
from shared.words import Language

PERCENT = (
    *("total_return", "annualized_return", "volatility", "max_drawdown", "var_95", "cvar_95", "win_rate"),
    *("best_day", "worst_day", "average_trade_return", "best_trade_return", "worst_trade_return"),
    *("average_mae", "average_mfe", "worst_mae", "best_mfe", "benchmark_return", "alpha", "tracking_error"),
    "ulcer_index",
)
IN_SWEEPS = ("total_return", "sharpe_ratio", "max_drawdown", "trade_count")


def show_run(run: Run) -> None:
    console = Console()
    outcome, task = run.outcome, run.task
    symbols = ", ".join(outcome.symbols[:6]) + (" …" if len(outcome.symbols) > 6 else "")
    table = Table(title=escape(f"{task.definition.name}: {symbols}, {task.market[0].timeframe}"))
    shown = [
        (name.replace("_", " "), figure(name, value))
        for name, value in run.metrics.items()
        if not isinstance(value, dict)
    ]
    for _ in range(2):
        table.add_column("figure")
        table.add_column("value", justify="right")
    half = (len(shown) + 1) // 2
    for left, right in zip_longest(shown[:half], shown[half:], fillvalue=("", "")):
        table.add_row(*left, *right)
    console.print(table)
    warn(run.warnings)
    console.print(
        f"data {run.data_sha256[:12]} · definition {run.definition_sha256[:12]} · engine {run.engine_version}"
    )


def show_sweep(swept: Swept) -> None:
    console = Console()
    title = f"{swept.task.definition.name}: {len(swept.space)} combinations, the best by {swept.objective}"
    table = Table(title=escape(title))
    figures = dict.fromkeys((swept.objective, *IN_SWEEPS))
    for name in (*swept.space.names, *figures):
        table.add_column(escape(name.replace("_", " ")), justify="right")
    for index in swept.order[:SHOWN]:
        point = [f"{value:g}" for value in swept.space.point(index).values()]
        table.add_row(*point, *(figure(name, float(swept.figures[name][index])) for name in figures))
    console.print(table)
    for name, value in swept.overfitting.items():
        console.print(f"{name.replace('_', ' ')}: {figure(name, value)}")
    warn(swept.warnings)


def show_strategies(found: Mapping[str, Definition]) -> None:
    table = Table("strategy", "what it is", "timeframe", show_lines=True)
    for name, definition in found.items():
        about = f"[b]{escape(definition.name)}[/]\n{escape(definition.description)}"
        table.add_row(escape(name), about, definition.timeframe or "any")
    Console().print(table)


def show_strategy(definition: Definition, language: Language) -> None:
    console = Console(highlight=False)
    console.print(escape(explain_strategy(definition, language)))
    table = Table("parameter", "value", "a sweep tries")
    for name, value, swept in definition.parameters:
        tried = f"{swept.start:g} to {swept.stop:g} by {swept.step:g}" if swept else ""
        table.add_row(escape(name), escape(f"{value:g}" if isinstance(value, float) else str(value)), tried)
    if definition.parameters:
        console.print(table)


def warn(warnings: Iterable[str]) -> None:
    console = Console(stderr=True)
    for sentence in warnings:
        console.print(f"[yellow]![/] {escape(sentence)}", highlight=False)


def figure(name: str, value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, str):
        return escape(value)
    if name in PERCENT or name.endswith("_pct"):
        return f"{value * (100 if name in PERCENT else 1):,.2f} %"
    if isinstance(value, int) or name.endswith("count"):
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) >= 100 else f"{value:,.4g}"
