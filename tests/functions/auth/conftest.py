"""A clock that can be set forward."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from shared.settings import settings
from tests.calls import Api
from tests.conftest import Database
from tests.functions.auth import make


class Clock:
    def __init__(self, file: Path) -> None:
        self._file, self._moved = file, timedelta(0)
        self.forward(timedelta(0))

    def forward(self, by: timedelta) -> None:
        self._moved += by
        self._file.write_text(str(self._moved.total_seconds()))


@pytest.fixture
def clock(database: Database, tmp_path: Path) -> Clock:
    """All edges read it. The environment, and with it the clock, is put back by `database`."""
    moved = Clock(tmp_path / "clock")
    os.environ["CLOCK_FILE"] = str(tmp_path / "clock")
    settings.cache_clear()
    return moved


@pytest.fixture
def signed_in(api: Api) -> Api:
    """Ada's."""
    return make.signed_in(api)
