"""`make up`: what must stand before the platform, and what a person is told when it does."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from infra import database, discover
from infra.local import demo, foreground, lingering
from infra.local.home import Home, embedded, environment, external
from infra.local.supervisor import Config, Platform
from shared.db import system, transaction


def up(home: Home, *, port: int) -> int:
    url = os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{port}"
    own = os.environ.get("DATABASE_URL")
    house = _external(home, own, url) if own else _embedded(home, url)
    return foreground.run(home=home.folder, port=port, house=lambda: house, ready=_greet(home, bool(own)))


@contextmanager
def _embedded(home: Home, url: str) -> Iterator[Config]:
    lingering.end(home)
    with embedded(home) as server:
        os.environ.update(environment(home, server, public_url=url))
        demo.ensure(home)
        yield _config(home)


@contextmanager
def _external(home: Home, owner_url: str, url: str) -> Iterator[Config]:
    os.environ.update(external(os.environ, public_url=url))
    database.migrate(owner_url)
    yield _config(home)


def _config(home: Home) -> Config:
    return Config(
        functions=discover.functions(),
        environment=dict(os.environ),
        log_file=home.log,
        transaction=lambda: transaction("fn_system", system()),
    )


def _greet(home: Home, external: bool) -> Callable[[Platform], None]:
    def greet(platform: Platform) -> None:
        say = Console(highlight=False).print
        say(f"\n[bold]Astrolabe[/] is running at {platform.url}. Ctrl-C stops it.\n")
        say(f"  API        {platform.url}/docs")
        if not external:
            say(f"  demo       {demo.EMAIL}, password {home.demo_password.read_text()}")
        say(f"  log        {home.log}\n")

    return greet
