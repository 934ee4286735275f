"""`astrolabe deploy-local`: the platform onto a local AWS, and what a person is told of it."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import groupby
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from infra.local.home import Unprepared

if TYPE_CHECKING:
    from infra.localstack.deploy import Deployed, LeftOut
    from infra.localstack.engine import Resource

FOUND_A_FAULT = 1
SOON = 5  # seconds in which an emulator says who it is
HEALTH = "/v1/health"


def deploy_local(
    port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65535)] = 4566,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Put the whole platform, or what changed of it, on the local AWS that `make localstack` runs."""
    began, endpoint = monotonic(), f"http://127.0.0.1:{port}"
    check(endpoint)
    with _told():
        deployed = _deployed(endpoint)
    if as_json:
        typer.echo(json.dumps(asdict(deployed)))
    else:
        _tell(deployed, monotonic() - began)


def check(endpoint: str) -> None:
    """Whether there is a local AWS, and a database for it, before anything is made."""
    from botocore.exceptions import EndpointConnectionError

    from infra.localstack.creators.account import Account
    from infra.localstack.creators.creator import Refused
    from infra.localstack.creators.database import found

    account = Account(endpoint, patience=SOON)
    try:
        _ = account.id
    except EndpointConnectionError:
        raise Unprepared(
            f"Nothing answers at {endpoint}: run `make localstack` in another terminal."
        ) from None
    except Exception:  # botocore stumbles over a stranger's answer in more ways than it has names for
        raise Unprepared(
            f"What answers at {endpoint} is no local AWS: another program has the port."
        ) from None
    try:
        found(account)
    except Refused as error:
        raise Unprepared(str(error)) from None


def _deployed(endpoint: str) -> "Deployed":
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from infra.localstack.deploy import deploy

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.completed} resources  {task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as progress:
        task = progress.add_task("reading the program", total=None)

        def seen(resource: "Resource") -> None:
            kind = resource.type.rpartition(":")[2]
            progress.update(task, advance=1, description=f"{kind} {resource.name}")

        return deploy(endpoint, config={}, seen=seen)


@contextmanager
def _told() -> Iterator[None]:
    from infra.bundle import Unbuildable
    from infra.localstack.deploy import Undeployed

    try:
        yield
    except (Unbuildable, Undeployed) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FOUND_A_FAULT) from None


def _tell(deployed: "Deployed", seconds: float) -> None:
    from rich.console import Console

    say = Console(highlight=False, soft_wrap=True).print
    for line in left_out_lines(deployed.left_out):
        say(f"left out  {line}", style="dim", markup=False)
    url = deployed.outputs["url"]
    say(f"\n{deployed.created} resources stand, in {seconds:.0f} s. The API answers at {url}\n")
    say(f"  curl {url}{HEALTH}\n")


def left_out_lines(left_out: "Sequence[LeftOut]") -> Iterator[str]:
    """One for each type, with the names of all that are of it."""
    in_order = sorted(left_out, key=lambda one: (one.type, one.why, one.name))
    for (kind, why), same in groupby(in_order, key=lambda one: (one.type, one.why)):
        yield f"{kind}  {', '.join(one.name for one in same)}: {why}"
