"""`make up`: what must stand before the platform, and what a person is told when it does."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from urllib.parse import urlsplit

from rich.console import Console
from starlette.types import ASGIApp

from infra import database, discover
from infra.local import demo, foreground, lingering
from infra.local.foreground import HERE
from infra.local.home import Home, Unprepared, embedded, environment, external
from infra.local.pages import docs_alone, link, pages
from infra.local.processor import processor
from infra.local.supervisor import Config, Platform
from shared.db import system, transaction

NOT_THEIRS = ("DATABASE_URL", "DATABASE_ADMIN_URL")  # functions never own the tables


def up(home: Home, *, port: int, address: str) -> int:
    url = os.environ.get("PUBLIC_URL") or f"http://{HERE}:{port}"
    house: AbstractContextManager[Config]
    ready: Callable[[Platform], None]
    if own := os.environ.get("DATABASE_URL"):
        house, ready = _external(home, own, url), lambda _: _greet(home, url)
    elif address == HERE:
        house, ready = _embedded(home, url, port), partial(_greet_at_home, home)
    else:  # a Host header is whatever a stranger writes
        raise Unprepared(
            f"LISTEN={address} is for a database of your own (DATABASE_URL): the mailbox and the demo"
            f" account of the embedded one are for this machine alone, at {HERE}."
        )
    return foreground.run(home=home.folder, port=port, address=address, house=lambda: house, ready=ready)


@contextmanager
def _embedded(home: Home, url: str, port: int) -> Iterator[Config]:
    lingering.end(home)
    here = f"http://{HERE}:{port}"
    with embedded(home) as server, processor(home, platform_url=here) as stripe_url:
        os.environ.update(environment(home, server, public_url=url) | {"STRIPE_URL": stripe_url})
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


def _greet(home: Home, url: str) -> None:
    say = Console(highlight=False, soft_wrap=True).print
    say(f"\n[bold]Astrolabe[/] is running at {url}. Ctrl-C stops it.\n")
    say(f"  API         {url}/docs")
    say(f"  log         {home.log}\n")


def _greet_at_home(home: Home, platform: Platform) -> None:
    _greet(home, platform.url)
    say = Console(highlight=False, soft_wrap=True).print
    say(f"  front page  {link(platform.url, home)}")
    say(f"  demo        {demo.EMAIL}, password {home.demo_password.read_text()}\n")
