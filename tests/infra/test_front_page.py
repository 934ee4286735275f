"""The front page: what runs, what comes next and what waits, in words that are renewed while one looks."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from infra.local import demo
from infra.local.pages.cells import duration, megabytes, number
from shared import clock
from shared.db import system, transaction
from shared.ids import new_id
from tests.conftest import Database
from tests.infra.site import Site, Tags, serving

CRON = """
def tick(event, context):
    pass

handler = Handler(Trigger(kind="cron", schedule="rate(1 hour)"), tick)
"""
LISTENER = """
handler = Handler(Trigger(kind="event", topic="tests.Moved", consumer="tests-hears-moves"), lambda *_: None)
"""
UNDERTAKER = """
handler = Handler(Trigger(kind="dead_letters", consumer="tests-dead-letters"), lambda *_: None)
"""
FILES = {"tests/cron_tidy.py": CRON, "tests/on_moved.py": LISTENER, "tests/on_dead_letters.py": UNDERTAKER}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("front")) as site:
        yield site


@pytest.fixture
def owner(site: Site) -> Iterator[httpx.Client]:
    with site.owner() as client:
        yield client


@pytest.fixture
def over_a_database(tmp_path: Path, database: Database) -> Iterator[httpx.Client]:
    own = {"transaction": lambda: transaction("fn_system", system())}
    with serving(tmp_path, FILES, **own) as site, site.owner() as client:
        yield client


def test_the_front_page_shows_what_runs_and_the_demo_account(owner: httpx.Client) -> None:
    page = owner.get("/").text
    for shown in ("tests-api", "/v1/tests", "HTTP workers", "0 of 2", demo.EMAIL, "an &lt;open&gt; secret"):
        assert shown in page
    assert {"/docs", "/mailbox", "/tour"} == set(Tags(page).addresses("a"))


def test_the_page_and_its_script_speak_of_the_same_texts(owner: httpx.Client) -> None:
    named = re.findall(r'data-cell="([^"]+)"', owner.get("/").text)
    assert sorted(named) == sorted(owner.get("/status").json()["cells"])


def test_calls_are_counted_and_processes_weighed(owner: httpx.Client) -> None:
    before = owner.get("/status").json()["cells"]
    owner.get("/v1/tests/hello")
    after = owner.get("/status").json()["cells"]
    assert int(after["tests-api.calls"]) == int(before["tests-api.calls"]) + 1
    assert int(after["calls"]) == int(before["calls"]) + 1
    assert int(after["processes"]) >= 6  # the supervisor, its fork parent and their four workers
    weights = [after[f"{name}.memory"] for name in ("supervisor", "nursery", "http", "jobs")]
    assert all(int(weight.removesuffix("MB")) > 0 for weight in weights)


def test_the_page_is_there_when_the_database_is_not(owner: httpx.Client) -> None:
    seen = owner.get("/status").json()
    assert (seen["tone"], seen["cells"]["state"]) == ("silent", "The database does not answer")
    assert (seen["cells"]["dead-letters"], seen["cells"]["lag"]) == ("–", "–")


