"""`astrolabe ledger`: whether the books are right, what they say, and the same for other programs."""

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from functions.financial import books, export, verification
from functions.financial.chart import CLASSES
from shared.db import system, transaction
from shared.money import written
from shared.progress import watched

FOUND_A_FAULT = 1

app = typer.Typer()
ledger = typer.Typer(help="The books.", no_args_is_help=True)
app.add_typer(ledger, name="ledger")

Json = Annotated[bool, typer.Option("--json", help="For programs.")]


class Format(StrEnum):
    beancount = "beancount"
    hledger = "hledger"


@ledger.command()
def verify(as_json: Json = False) -> None:
    """Prove the books: whatever was changed, lost or added by another hand than the ledger's is named."""
    with watched("Proving", hidden=as_json) as watch, transaction("fn_system", system()) as db:
        faults = verification.verify(db, watch=watch)
    if as_json:
        typer.echo(json.dumps({"faults": [asdict(fault) for fault in faults]}, default=str))
    else:
        _show(faults)
    raise typer.Exit(FOUND_A_FAULT if faults else 0)


@ledger.command()
def balance(as_json: Json = False) -> None:
    """The trial balance: each kind of account in each currency, shards and wallets added up."""
    with transaction("fn_system", system()) as db:
        sums = [_facts(line) for line in books.trial_balance(db)]
    if as_json:
        typer.echo(json.dumps(sums))
        return
    table = Table("currency", "account", "debit", "credit")
    for line in sums:
        table.add_row(line["currency"], line["kind"], line["debit"], line["credit"])
    Console().print(table if sums else "Nothing has been posted.")


@ledger.command("export")
def export_book(
    format: Annotated[Format, typer.Option(help="Of which program.")], as_json: Json = False
) -> None:
    """Every transfer, and at the end the balances, which that program confirms."""
    write = export.beancount if format is Format.beancount else export.hledger
    with transaction("fn_system", system()) as db:
        lines = write(*books.read(db), CLASSES)
        if as_json:
            typer.echo(json.dumps({"format": format, "lines": list(lines)}))
            return
        for line in lines:
            typer.echo(line)


def _facts(line: books.Sum) -> dict[str, str]:
    debit, credit = (written(amount, line.currency) for amount in (line.debit, line.credit))
    return {"currency": line.currency, "kind": line.kind, "debit": debit, "credit": credit}


def _show(faults: list[verification.Fault]) -> None:
    table = Table("fault", "account or transfer", "what")
    for fault in faults:
        table.add_row(fault.name, str(fault.account or fault.transfer or ""), fault.sentence)
    if faults:
        Console().print(table)
    typer.echo(f"Faults in the books: {len(faults)}." if faults else "No fault in the books.")
