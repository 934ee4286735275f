"""The platform that a storm breaks over, and one whose database is mortal."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Database, forget
from tests.storm.machine import Machine, machine
from tests.storm.mortal import mortal


@pytest.fixture
def stormy(database: Database, keys_folder: Path, tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path, urls=database.urls, owner_url=database.url("app_owner"), keys=keys_folder) as made:
        yield made


@pytest.fixture
def fragile(keys_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """Strikes hit PostgreSQL itself, which comes back by itself."""
    with mortal(tmp_path / "postgres") as server:
        for setting, url in server.urls.items():
            monkeypatch.setenv(setting, url)
        forget()
        urls, owner_url = server.urls, server.url("app_owner")
        with machine(tmp_path, urls=urls, owner_url=owner_url, keys=keys_folder) as made:
            made.executioner.strike = lambda _: server.kill()
            yield made
        forget()
