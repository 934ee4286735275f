"""`astrolabe admin` and `astrolabe keys`: what only somebody at the console may do."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import Progress

from functions.auth import passwords, queries
from functions.auth.addresses import address
from functions.auth.errors import AdminNeeded
from functions.auth.operations import admins, login, user_keys
from functions.auth.rules import USERNAME
from shared.db import identity, system, transaction
from shared.db.driver import Statement
from shared.device import Device
from shared.errors import Refused
from shared.steps import Steps

WRONG_USE = 2
CONSOLE = Device("127.0.0.1", "astrolabe admin")

app = typer.Typer()
admin = typer.Typer(help="Who runs the house.", no_args_is_help=True)
keys = typer.Typer(help="The keys that personal data is kept under.", no_args_is_help=True)
app.add_typer(admin, name="admin")
app.add_typer(keys, name="keys")


def _username(text: str) -> str:
    if not re.fullmatch(USERNAME, text):
        raise typer.BadParameter("3 to 30 letters, digits and _")
    return text


Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Email = Annotated[
    str, typer.Argument(parser=address, metavar="EMAIL", help="Gets a link to set the password.")
]
Username = Annotated[
    str, typer.Option(parser=_username, metavar="NAME", help="Of an account that is opened.")
]
As = Annotated[
    str | None,
    typer.Option(
        "--as",
        parser=address,
        metavar="EMAIL",
        help="An admin's email; the password is asked for, or read from a pipe.",
    ),
]


@admin.command()
def create(email: Email, username: Username = "admin", by: As = None, as_json: Json = False) -> None:
    """Make the first admin. Where there is one, it takes the credentials of one."""
    with _refusals():
        actor = _signed_in(by, _password()) if by else None
        candidate = admins.candidate(email=email, username=username)
        user_id = _steps(system())(admins.make_admin, candidate=candidate, by=actor)
    facts = {"user_id": str(user_id), "email": email, "role": "admin"}
    typer.echo(
        json.dumps(facts) if as_json else f"{email} is an admin. A new account finds a link in its mail."
    )


@keys.command()
def rewrap(as_json: Json = False) -> None:
    """Put every user's key under the newest master key, once that was rotated. What they seal stays."""
    steps = _steps(system())
    done, after = 0, UUID(int=0)
    with Progress(console=Console(stderr=True), disable=as_json) as bar:
        task = bar.add_task("Wrapping", total=steps(user_keys.count_outdated))
        while held := steps(user_keys.outdated, after=after):
            done += steps(user_keys.store, keys=[(old, user_keys.rewrapped(old)) for old in held])
            after = held[-1].user_id
            bar.advance(task, len(held))
    typer.echo(json.dumps({"rewrapped": done}) if as_json else f"{done} keys were wrapped anew.")


def _signed_in(email: str, password: str) -> UUID:
    """As anywhere: counted first, and no transaction is open while Argon2 runs."""
    owner = _steps(system())(queries.owner_of, email=email)
    steps = _steps(identity.user(owner) if owner else identity.nobody())
    attempt = steps(login.count_attempt, email=email, device=CONSOLE)
    proof = passwords.proof(password, attempt.password_hash)
    user_id = steps(login.proven, attempt=attempt, proof=proof, device=CONSOLE)
    if attempt.role != "admin":
        raise AdminNeeded
    return user_id


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\n")


def _steps(whom: Statement) -> Steps:
    return Steps(lambda: transaction("fn_system", whom))


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        typer.echo(refusal.detail, err=True)
        raise typer.Exit(WRONG_USE) from None
