"""`astrolabe audit`: whether the record of what was changed can be believed."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from functions.audit import queries
from shared import clock
from shared.db import system, transaction
from shared.progress import watched

FOUND_A_FAULT = 1

app = typer.Typer()
audit = typer.Typer(help="The audit log.", no_args_is_help=True)
app.add_typer(audit, name="audit")


@audit.command()
def verify(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Read every chain again: rows that were edited, deleted, inserted or written twice are named."""
    with (
        transaction("fn_system", system()) as db,
        watched("Reading", total=queries.sealed_rows(db), hidden=as_json) as watch,
    ):
        report = queries.verify(db, now=clock.now(), watch=watch)
    if as_json:
        typer.echo(json.dumps(asdict(report)))
    else:
        _show(report)
    raise typer.Exit(FOUND_A_FAULT if report.faults else 0)


def _show(report: queries.Report) -> None:
    table = Table("verdict", "tenant", "what")
    for fault in report.faults:
        table.add_row(fault.verdict, fault.tenant, fault.sentence)
    if report.faults:
        Console().print(table)
    sound = "No fault" if not report.faults else f"{len(report.faults)} faults"
    typer.echo(f"{sound} in {report.rows} rows of {report.chains} chains.")
