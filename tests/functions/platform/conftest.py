"""What the relay finds around it: a clock that can be moved, routes, a bus."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from shared import aws, settings
from tests.conftest import Database
from tests.functions.platform import make

Later = Callable[[timedelta], None]
Routes = Callable[[dict[str, list[str]]], None]


@pytest.fixture
def later(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Later:
    """Move the clock on."""
    file, gone = tmp_path / "clock", [0.0]
    file.write_text("0")
    monkeypatch.setenv("CLOCK_FILE", str(file))
    settings.settings.cache_clear()

    def move(by: timedelta) -> None:
        gone[0] += by.total_seconds()
        file.write_text(str(gone[0]))

    return move


@pytest.fixture
def routes(database: Database, monkeypatch: pytest.MonkeyPatch) -> Routes:
    """Say who hears what, on one machine."""

    def say(heard: dict[str, list[str]]) -> None:
        monkeypatch.setenv("LOCAL_ROUTES", json.dumps(heard))
        settings.settings.cache_clear()

    return say


@pytest.fixture
def bus(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[make.Aws]:
    """In AWS: EventBridge and SQS, faked at the socket."""
    with make.aws() as (fake, address):
        for name, value in {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "EVENT_BUS": "astrolabe",
            "QUEUE_URL_PREFIX": f"{address}/000000000000/",
        }.items():
            monkeypatch.setenv(name, value)
        settings.settings.cache_clear()
        aws.client.cache_clear()
        yield fake
        aws.client.cache_clear()
