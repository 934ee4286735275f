"""`astrolabe`: the platform's commands, and those of each domain, imported when they are called."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup
from typer.main import get_command

from infra.local.home import Home, Unprepared
from infra.localstack.deploy_local import deploy_local

FUNCTIONS = Path(__file__).resolve().parent.parent / "functions"
Emulator = Literal["ministack", "localstack"]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


class Domains(TyperGroup):
    """Our own commands, then those in functions/*/cli.py."""

    def list_commands(self, context: Any) -> list[str]:
        theirs = [command for module in _domains() for command in _commands(module)]
        return [*super().list_commands(context), *sorted(theirs)]

    def get_command(self, context: Any, name: str) -> Any:
        if own := super().get_command(context, name):
            return own
        return next((commands[name] for _, commands in _with_command(name)), None)


def _domains(spelling: str = "") -> Iterator[ModuleType]:
    """Imported only where its text spells the command that is called."""
    for path in sorted(FUNCTIONS.glob("*/cli.py")):
        if spelling.replace("-", "_") in path.read_text():
            yield import_module(f"functions.{path.parent.name}.cli")


def _commands(module: ModuleType) -> dict[str, Any]:
    return dict(getattr(get_command(module.app), "commands", {}))


def _with_command(name: str) -> Iterator[tuple[ModuleType, dict[str, Any]]]:
    found = ((module, _commands(module)) for module in _domains(name))
    return ((module, commands) for module, commands in found if name in commands)


app = typer.Typer(cls=Domains, no_args_is_help=True, add_completion=False, help=__doc__)
database = typer.Typer(no_args_is_help=True, help="The database: roles, schema, address.")
app.add_typer(database, name="database")
secrets = typer.Typer(no_args_is_help=True, help="The platform's own keys, where they are files.")
app.add_typer(secrets, name="secrets")


@app.callback()
def at_home(context: typer.Context) -> None:
    """Commands of the domains work on this machine's database, started where it does not run.

    A domain whose commands need none says so: `NEEDS_DATABASE = False`.
    """
    assert isinstance(context.command, TyperGroup)
    name = context.invoked_subcommand or ""
    if name not in context.command.commands:
        module, _ = next(_with_command(name))
        if getattr(module, "NEEDS_DATABASE", True):
            _settle()


def _settle() -> None:
    from infra.local import lingering
    from infra.local.home import environment, external

    url = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")
    if os.environ.get("DATABASE_URL"):
        os.environ.update(external(os.environ, public_url=url))
    else:
        home = Home.found()
        os.environ.update(environment(home, lingering.server(home), public_url=url))


@app.command()
def up(
    port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65535)] = 8000,
    listen: Annotated[
        str, typer.Option(envvar="LISTEN", help="The address to listen at: with your own database, any.")
    ] = "127.0.0.1",
) -> None:
    """Run the whole platform here, in the foreground."""
    from infra.local.up import up as run

    raise typer.Exit(run(Home.found(), port=port, address=listen))


@app.command()
def localstack(
    port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65535)] = 4566,
    emulator: Annotated[Emulator, typer.Option(envvar="EMULATOR")] = "ministack",
    auth: Annotated[
        bool | None, typer.Option(envvar="AUTH", help="Enforce IAM. By default where the emulator can.")
    ] = None,
) -> None:
    """Run a local AWS here, in the foreground, for `deploy-local`."""
    from infra.localstack.up import run

    raise typer.Exit(run(port, emulator, auth=emulator == "ministack" if auth is None else auth))


app.command()(deploy_local)


@app.command()
def mail(
    to: Annotated[str, typer.Option(help="Only letters to this address.")] = "",
    wait: Annotated[float, typer.Option(help="Seconds to wait for the first one.")] = 0,
    token: Annotated[bool, typer.Option("--token", help="Print the newest link's token alone.")] = False,
    as_json: Json = False,
) -> None:
    """Read the mailbox of this machine, newest first."""
    from infra.local import mailbox

    found = mailbox.wait_for(Home.found().mail, to=to, seconds=wait)
    if token:
        print(next((link.partition("#")[2] for letter in found for link in letter.links if "#" in link), ""))
    elif as_json:
        print(json.dumps([asdict(letter) for letter in found], default=str))
    else:
        for letter in found:
            print(f"{letter.sent_at:%Y-%m-%d %H:%M}  to {letter.to}\n{letter.subject}\n\n{letter.text}")
    if not found:
        raise typer.Exit(1)


@app.command()
def functions(
    cold: Annotated[
        bool, typer.Option("--cold", help="Start each in a process of its own, and time it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Every function: what wakes it, what it is given, the layer it takes, what it may do."""
    from infra import overview

    overview.functions(with_cold=cold, as_json=as_json)


@app.command()
def layers(
    python: Annotated[str | None, typer.Option(help="By default the one that runs this.")] = None,
    architecture: Annotated[
        Literal["arm64", "x86_64"] | None, typer.Option(help="By default this machine's.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Build what functions share, and tell what it weighs against Lambda's limit."""
    from infra import overview

    overview.layers(python=python, architecture=architecture, as_json=as_json)


@database.command()
def prepare(
    admin_url: Annotated[str, typer.Option(help="Whoever may create roles.", envvar="DATABASE_ADMIN_URL")],
) -> None:
    """Make the roles, and the database, that DATABASE_URL and the functions' own URLs name."""
    from sqlalchemy import make_url

    from infra.database import LOGINS
    from infra.database import prepare as make
    from infra.local.home import URLS

    named = {"app_owner": "DATABASE_URL"} | {login: name for name, login in URLS.items()}
    given = {login: os.environ.get(name) for login, name in named.items()}
    missing = [named[login] for login in LOGINS if not given[login]]
    if missing:
        raise Unprepared(f"Set {', '.join(missing)}: the passwords are read from there.")
    urls = {login: make_url(url) for login, url in given.items() if url}
    make(
        admin_url,
        {login: str(url.password) for login, url in urls.items()},
        database=str(urls["app_owner"].database),
    )


@database.command()
def migrate(revision: str = "head") -> None:
    """Bring the schema to the newest revision, or to the one given."""
    from infra.database import migrate as run

    run(_owner_url(), revision)


@database.command()
def url() -> None:
    """Print the owner's URL of the migrated database."""
    print(_owner_url())


@secrets.command()
def make() -> None:
    """Make the keys that are missing in SECRETS_DIR, or on this machine."""
    from infra import keys

    keys.keep(_keys())
    print(f"Keys in {_keys()}.")


@secrets.command()
def rotate() -> None:
    """Make new keys for signing and wrapping. Old ones stay for what they did; who runs keeps its own."""
    from datetime import UTC, datetime

    from infra import keys

    keys.write(_keys(), keys.rotated(keys.read(_keys()), datetime.now(UTC)))
    print(f"New keys in {_keys()}. Start the platform again, then `astrolabe keys rewrap`.")


def _keys() -> Path:
    return Path(os.environ.get("SECRETS_DIR") or Home.found().keys)


def _owner_url() -> str:
    from infra.local import lingering

    return os.environ.get("DATABASE_URL") or lingering.server(Home.found()).url("app_owner")


def main() -> None:
    """0 done, 1 found a fault, 2 wrong use."""
    try:
        app(prog_name="astrolabe")
    except Unprepared as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
