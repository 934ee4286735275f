"""`make localstack`: a local AWS in the foreground, with the database that is its Aurora, until Ctrl-C."""

import json
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from infra.local import postgres
from infra.local.foreground import SIGNALS
from infra.local.postgres import NotStarted, Server
from infra.localstack import emulator, throwaway
from infra.localstack.creators.account import Account
from infra.localstack.creators.database import SECRET
from infra.localstack.emulator import IDLE, Emulator, Name, Refused
from infra.localstack.environments import NotMade

PORT = 4566
# What is lost is thrown away anyway; and each function's process holds a connection.
DATABASE = {"fsync": "off", "max_connections": "200"}


@dataclass(frozen=True)
class LocalAws:
    emulator: Emulator
    database: Server

    @property
    def url(self) -> str:
        return self.emulator.url

    @property
    def folder(self) -> Path:
        return self.emulator.folder


def run(port: int = PORT, name: Name = "ministack", *, auth: bool = False) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with running(port, name, auth=auth) as aws:
            _greet(aws)
            try:
                aws.emulator.wait()
            finally:
                for number in SIGNALS:  # impatience must not leave half a house standing
                    signal.signal(number, signal.SIG_IGN)
    except (Refused, NotMade, NotStarted) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        pass
    return 0


@contextmanager
def running(
    port: int, name: Name = "ministack", *, auth: bool = False, idle: int = IDLE
) -> Iterator[LocalAws]:
    """The thread that enters must stay: all of it ends with that thread."""
    with (
        throwaway.folder() as folder,
        emulator.started(name, port=port, folder=folder, auth=auth, idle=idle) as started,
        postgres.start(folder / "database", options=DATABASE, tcp_port=_free_port()) as database,
    ):
        _tell_where_the_database_is(started.url, database)
        yield LocalAws(started, database)


def _tell_where_the_database_is(url: str, database: Server) -> None:
    """As AWS itself does of Aurora's administrator: who deploys finds the rest from there."""
    facts = {
        "host": "127.0.0.1",
        "port": database.port,
        "username": "postgres",
        "password": postgres.password(database.home, "postgres"),
    }
    Account(url).client("secretsmanager").create_secret(Name=SECRET, SecretString=json.dumps(facts))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _greet(aws: LocalAws) -> None:
    say = Console(highlight=False, soft_wrap=True).print
    say(f"\n[bold]A local AWS[/] ({aws.emulator.name}) answers at {aws.url}.")
    say("Ctrl-C stops it, and what was made in it is gone.\n")
    say("  deploy  make deploy-local, in another terminal")
    say(f"  log     {aws.emulator.log}\n")
