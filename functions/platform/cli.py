"""`astrolabe dlq`: what consumers gave up on, read and sent again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Column, Table

from functions.platform import operations, queries
from functions.platform.tables import DeadLetter
from shared import clock
from shared.db import Work, system, transaction
from shared.errors import Refused

WRONG_USE = 2

app = typer.Typer()
dlq = typer.Typer(help="Dead letters: what consumers gave up on.", no_args_is_help=True)
app.add_typer(dlq, name="dlq")

Id = Annotated[UUID, typer.Argument(help="As `list` shows it.")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Most = Annotated[int, typer.Option(min=1, max=1_000, help="How many at most, the newest first.")]


@dlq.command("list")
def list_letters(limit: Most = 50, as_json: Json = False) -> None:
    """What there is, newest first."""
    with _database() as db:
        letters = queries.dead_letters(db, limit=limit, cursor=None).items
    if as_json:
        typer.echo(json.dumps([_facts(letter) for letter in letters], default=str))
        return
    table = Table(Column("id", no_wrap=True), "consumer", "failed", "replayed", "error")
    for letter in letters:
        failed, replayed = (str(at or "")[:19] for at in (letter.failed_at, letter.replayed_at))
        table.add_row(str(letter.id), letter.consumer, failed, replayed, letter.error)
    Console().print(table if letters else "No dead letters.")


@dlq.command()
def show(letter_id: Id, as_json: Json = False) -> None:
    """One of them, with its message."""
    with _database() as db:
        facts = _facts(queries.dead_letter(db, dead_letter_id=letter_id))
    typer.echo(json.dumps(facts, default=str, indent=None if as_json else 2))


@dlq.command()
def replay(letter_id: Id, as_json: Json = False) -> None:
    """Back to its consumer alone, as the same event. Asked twice, it is sent once, until it dies again."""
    with _database() as db:
        letter = operations.replay(db, dead_letter_id=letter_id, actor=None, now=clock.now())
        facts = _facts(letter)
    sentence = f"{letter.consumer} will get {letter.event_id} again."
    typer.echo(json.dumps(facts, default=str) if as_json else sentence)


def _facts(letter: DeadLetter) -> dict[str, Any]:
    return {column.key: getattr(letter, column.key) for column in DeadLetter.__table__.columns}


@contextmanager
def _database() -> Iterator[Work]:
    try:
        with transaction("fn_system", system()) as db:
            yield db
    except Refused as refusal:
        typer.echo(refusal.detail, err=True)
        raise typer.Exit(WRONG_USE) from None
