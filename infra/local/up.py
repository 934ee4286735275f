"""`make up`: what must stand before the platform, and what a person is told when it does."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlsplit

from rich.console import Console
from starlette.types import ASGIApp

from infra import database, discover
from infra.local import demo, foreground, lingering
from infra.local.home import Home, embedded, environment, external
from infra.local.pages import docs_alone, link, pages
from infra.local.supervisor import Config, Platform
from shared.db import system, transaction

NOT_THEIRS = ("DATABASE_URL", "DATABASE_ADMIN_URL")  # functions never own the tables


def up(home: Home, *, port: int) -> int:
    url = os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{port}"
    own = os.environ.get("DATABASE_URL")
    house, greet = (_external(home, own, url), _greet) if own else (_embedded(home, url), _greet_at_home)
    return foreground.run(home=home.folder, port=port, house=lambda: house, ready=partial(greet, home))


@contextmanager
def _embedded(home: Home, url: str) -> Iterator[Config]:
    lingering.end(home)
    with embedded(home) as server:
        os.environ.update(environment(home, server, public_url=url))
        demo.ensure(home)
        yield _config(home, url, partial(pages, home=home, public_url=url))


@contextmanager
def _external(home: Home, owner_url: str, url: str) -> Iterator[Config]:
    os.environ.update(external(os.environ, public_url=url))
    database.migrate(owner_url)
    yield _config(home, url, docs_alone)


def _config(home: Home, url: str, site: Callable[[Platform], ASGIApp]) -> Config:
    return Config(
        functions=discover.functions(),
        environment={name: value for name, value in os.environ.items() if name not in NOT_THEIRS},
        log_file=home.log,
        transaction=lambda: transaction("fn_system", system()),
        public_host=urlsplit(url).hostname,
        pages=site,
    )


def _greet(home: Home, platform: Platform) -> None:
    say = Console(highlight=False, soft_wrap=True).print
    say(f"\n[bold]Astrolabe[/] is running at {platform.url}. Ctrl-C stops it.\n")
    say(f"  API         {platform.url}/docs")
    say(f"  log         {home.log}\n")


def _greet_at_home(home: Home, platform: Platform) -> None:
    _greet(home, platform)
    say = Console(highlight=False, soft_wrap=True).print
    say(f"  front page  {link(platform.url, home)}")
    say(f"  demo        {demo.EMAIL}, password {home.demo_password.read_text()}\n")
