"""Runs and sweeps as a person reads them in a terminal."""

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from functions.strategy import library
from functions.strategy.remarks import Remark, told
from functions.strategy.running import Run
from functions.strategy.saying import stated
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
FOLDED = 16  # letters of two names that may go into a second line
IN_SWEEPS = ("total_return", "sharpe_ratio", "max_drawdown", "trade_count")
Said = tuple[str, str]
WORDS: dict[str, Said] = {
    "figure": ("figure", "cifra"),
    "value": ("value", "valor"),
    "made_by": ("data {} · definition {} · engine {}", "datos {} · definición {} · motor {}"),
    "combinations": ("{} combinations, the best by {}", "{} combinaciones, las mejores por {}"),
    "combinations_where": (
        "{} combinations where {}, the best by {}",
        "{} combinaciones con {}, las mejores por {}",
    ),
    "and": (" and ", " y "),
    "strategy": ("strategy", "estrategia"),
    "about": ("what it is", "qué es"),
    "timeframe": ("timeframe", "marco temporal"),
    "any": ("any", "cualquiera"),
    "parameter": ("parameter", "parámetro"),
    "tried": ("a sweep tries", "un barrido prueba"),
    "trials": ("trials", "pruebas"),
    "probability_of_overfitting_trials": (
        "probability of overfitting trials",
        "pruebas de la probabilidad de sobreajuste",
    ),
    "range": ("{} to {} by {}", "de {} a {}, paso {}"),
}


def show_run(run: Run, language: Language = "en") -> None:
    console, say = Console(), _sayer(language)
    outcome, task = run.outcome, run.task
    symbols = ", ".join(outcome.symbols[:6]) + (" …" if len(outcome.symbols) > 6 else "")
    title = library.in_language(task.definition, language).name
    table = Table(title=escape(f"{title}: {symbols}, {task.market[0].timeframe}"))
    shown = [
        (escape(named(name, language)), figure(name, value, language))
        for name, value in run.metrics.items()
        if not isinstance(value, dict)
    ]
    pair = max(len(name) for name, _ in shown) + max(len(value) for _, value in shown) + 6
    beside = 2 if 2 * pair <= console.width + FOLDED else 1
    for _ in range(beside):
        table.add_column(say("figure"))
        table.add_column(say("value"), justify="right")
    length = -(-len(shown) // beside)
    columns = (shown[start : start + length] for start in range(0, len(shown), length))
    for row in zip_longest(*columns, fillvalue=("", "")):
        table.add_row(*(cell for pair in row for cell in pair))
    console.print(table)
    warn(run.warnings, language)
    console.print(say("made_by", run.data_sha256[:12], run.definition_sha256[:12], run.engine_version))


def show_sweep(swept: Swept, language: Language = "en") -> None:
    console, say = Console(), _sayer(language)
    title = say("combinations", len(swept.space), swept.objective)
    if swept.space.requires:
        where = say("and").join(swept.space.requires)
        title = say("combinations_where", len(swept.space), where, swept.objective)
    name = library.in_language(swept.task.definition, language).name
    table = Table(title=escape(f"{name}: {title}"))
    figures = dict.fromkeys((swept.objective, *IN_SWEEPS))
    for name in (*swept.space.names, *(named(name, language) for name in figures)):
        table.add_column(escape(name), justify="right")
    for index in swept.order[:SHOWN]:
        point = [f"{value:g}" for value in swept.space.point(index).values()]
        table.add_row(
            *point, *(figure(name, float(swept.figures[name][index]), language) for name in figures)
        )
    console.print(table)
    for name, value in swept.overfitting.items():
        console.print(f"{escape(named(name, language))}: {figure(name, value, language)}")
    warn(swept.warnings, language)


def show_strategies(found: Mapping[str, Definition], language: Language = "en") -> None:
    say = _sayer(language)
    table = Table(say("strategy"), say("about"), say("timeframe"), show_lines=True)
    for name, definition in found.items():
        about = f"[b]{escape(definition.name)}[/]\n{escape(definition.description)}"
        table.add_row(escape(name), about, definition.timeframe or say("any"))
    Console().print(table)


def show_strategy(definition: Definition, language: Language) -> None:
    console, say = Console(highlight=False), _sayer(language)
    console.print(escape(explain_strategy(definition, language)))
    table = Table(say("parameter"), say("value"), say("tried"))
    for name, value, swept in definition.parameters:
        tried = say("range", *(f"{part:g}" for part in swept)) if swept else ""
        table.add_row(escape(name), escape(f"{value:g}" if isinstance(value, float) else str(value)), tried)
    if definition.parameters:
        console.print(table)


def warn(warnings: Iterable[Remark], language: Language) -> None:
    console = Console(stderr=True)
    for one in warnings:
        console.print(f"[yellow]![/] {escape(told(one, language))}", highlight=False)


def named(name: str, language: Language) -> str:
    """In English as programs call it, with spaces: that is what `--objective` takes."""
    if language == "es":
        from functions.strategy.report.metric_words import METRICS

        said = METRICS[name].said[1] if name in METRICS else WORDS.get(name, ("", ""))[1]
        if said:
            return said.replace("…", METRICS["max_drawdown"].said[1] + ":")
    return name.replace("_", " ")


def figure(name: str, value: Any, language: Language = "en") -> str:
    text = _figure(name, value)
    if language == "es" and not isinstance(value, str):
        return text.translate(str.maketrans(",.", ".,"))
    return text


def _figure(name: str, value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, str):
        return escape(stated(value))
    if name in PERCENT or name.endswith("_pct"):
        return f"{value * (100 if name in PERCENT else 1):,.2f} %"
    if isinstance(value, int) or (name.endswith(("count", "_days")) and value % 1 == 0):
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) >= 100 else f"{value:,.4g}"


def _sayer(language: Language) -> Callable[..., str]:
    return lambda name, *filled: WORDS[name][language == "es"].format(*filled)
