"""The pages of a small platform, and a browser that keeps cookies and reads HTML but runs nothing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx

from infra.local.home import Home
from infra.local.pages import link, pages
from tests import web
from tests.infra.runtime import config, running

API = """
from shared.http import Router, http, public

router = Router(prefix="/v1/tests", tags=["tests"])

@router.get("/hello", dependencies=[public()])
def hello() -> dict[str, str]:
    return {}

handler = http(router)
"""
PUBLIC_URL = "http://127.0.0.1:8000"  # the one in letters
LETTER = "01a20fdb-a00a-7280-82e1-aefe2b7ec6e2"
PASSWORD = "an <open> secret"


@dataclass(frozen=True)
class Site:
    url: str
    home: Home

    @property
    def link(self) -> str:
        return link(self.url, self.home)

    @contextmanager
    def visitor(self) -> Iterator[httpx.Client]:
        with web.Client(base_url=self.url, timeout=10) as client:
            yield client

    @contextmanager
    def owner(self) -> Iterator[httpx.Client]:
        """Has opened the printed link."""
        with self.visitor() as client:
            assert client.get(self.link, follow_redirects=True).status_code == 200
            yield client


@contextmanager
def serving(folder: Path, files: Mapping[str, str] | None = None, **given: Any) -> Iterator[Site]:
    home = Home(folder / "home")
    home.folder.mkdir()
    home.demo_password.write_text(PASSWORD)
    made = partial(pages, home=home, public_url=PUBLIC_URL)
    with running(config(folder, files or {"tests/api.py": API}, pages=made, **given)) as platform:
        yield Site(platform.url, home)


class Tags(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    @property
    def names(self) -> set[str]:
        return {tag for tag, _ in self.found}

    def _found(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    handle_starttag = _found  # the parser's name for it

    def addresses(self, *tags: str) -> list[str]:
        """Where these tags lead, or what they load."""
        return [
            str(given.get("src") or given.get("href"))
            for tag, given in self.found
            if tag in tags and ("src" in given or "href" in given)
        ]
