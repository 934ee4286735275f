"""Platforms whose functions hear messages."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from infra.local.queues import Dispatcher
from shared.db import system, transaction
from tests.conftest import Database
from tests.infra.deliveries import FILES
from tests.infra.runtime import Running, config, running


@pytest.fixture
def queues(tmp_path: Path, database: Database) -> Callable[..., Any]:
    """Over a database of its own; a message that failed comes again almost at once."""

    @contextmanager
    def started(
        files: Mapping[str, str] = FILES, made: type[Dispatcher] = Dispatcher, **options: float
    ) -> Iterator[Running]:
        given = config(
            tmp_path,
            files,
            environment={"SEEN": str(tmp_path / "seen")},
            transaction=lambda: transaction("fn_system", system()),
            dispatcher=partial(made, **{"pause": 0.02, **options}),
        )
        with running(given) as platform:
            yield platform

    return started


@pytest.fixture
def heard(tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    """The calls that the functions have had, in order."""

    def look() -> list[dict[str, Any]]:
        file = tmp_path / "seen"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    return look
