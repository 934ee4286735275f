"""What there is to deploy, as tables: the functions, the layers."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from infra import bundle, cold, discover, pythons
from infra.aws import rights
from infra.bundle import Architecture, archive
from infra.discover import Function
from shared.handler import Trigger
from shared.progress import watched

WRONG_USE = 2
MB = 2**20
MEASURED = f"""Cold start: processor time of a fresh process, its start included, until a first answer without
database: to an unknown address, an empty batch, a loop without a turn; of a schedule, the import.
From this tree, by this Python: the median of {cold.ROUNDS}."""


def functions(*, with_cold: bool, as_json: bool) -> None:
    found = [*discover.functions(), discover.owner()]
    with _told():
        facts = [_facts(function) for function in found]
    if with_cold:
        with watched("starting functions", passing=True) as watch:
            for fact, function in watch(list(zip(facts, found, strict=True))):
                fact["cold_start_ms"] = round(cold.cold_start(function))
    if as_json:
        typer.echo(json.dumps(facts))
        return
    Console().print(_functions_table(facts, with_cold=with_cold))
    if with_cold:
        typer.echo(MEASURED)


def layers(*, python: str | None, architecture: Architecture | None, as_json: bool) -> None:
    version, on = python or pythons.running(), architecture or bundle.this_machine()
    with _told(), watched("building layers", passing=True) as watch:
        facts = [_layer_facts(group, version, on) for group in watch(sorted(bundle.layers()))]
    if as_json:
        typer.echo(json.dumps(facts))
        return
    table = Table(
        "layer", "Python", "architecture", "zipped", "unzipped", "limit, with code", box=SIMPLE_HEAD
    )
    for fact in facts:
        sizes = (f"{fact[size] / MB:.1f} MB" for size in ("zipped", "unzipped", "limit"))
        table.add_row(fact["layer"], version, on, *sizes)
    Console().print(table)


def wakes(trigger: Trigger) -> str:
    match trigger.kind:
        case "http":
            return " ".join(trigger.paths) or "/"
        case "event":
            return trigger.topic
        case "job":
            return f"queue {trigger.consumer}"
        case "dead_letters":
            return "every dead letter"
        case "cron":
            return trigger.schedule
        case "loop":
            return "each minute, for one"
        case "call":
            return "whoever deploys"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except bundle.Unbuildable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from None


def _facts(function: Function) -> dict[str, Any]:
    trigger = function.trigger
    return {
        "name": function.name,
        "trigger": trigger.kind,
        "wakes": wakes(trigger),
        "memory_mb": trigger.memory,
        "timeout_s": trigger.timeout,
        "layer": bundle.group(function),
        "rights": list(rights.of(function).summary),
    }


def _functions_table(facts: Sequence[dict[str, Any]], *, with_cold: bool) -> Table:
    """Rights below what wakes it: a terminal is not wide enough for a column of them."""
    table = Table(
        Column("function", no_wrap=True),
        "wakes on, and may",
        *(Column(name, no_wrap=True, justify="right") for name in ("MB", "s")),
        Column("layer", no_wrap=True),
        *([Column("cold, ms", justify="right")] if with_cold else []),
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for fact in facts:
        wakes_and_may = f"{fact['trigger']}: {fact['wakes']}\n[dim]{', '.join(fact['rights'])}[/]"
        cells = [str(fact[name]) for name in ("memory_mb", "timeout_s", "layer")]
        table.add_row(
            fact["name"], wakes_and_may, *cells, *([str(fact["cold_start_ms"])] if with_cold else [])
        )
    return table


def _layer_facts(group: str, python: str, architecture: Architecture) -> dict[str, Any]:
    path = bundle.layer(group, python=python, architecture=architecture)
    sizes = {"zipped": path.stat().st_size, "unzipped": archive.unzipped(path), "limit": archive.LIMIT}
    return {"layer": group, "python": python, "architecture": architecture, "path": str(path), **sizes}
