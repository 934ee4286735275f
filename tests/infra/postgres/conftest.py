"""Homes to start servers on. Their folders are open to others, as a folder of root's may be."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import postgres
from tests.infra.postgres.watch import FAST, processes


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a short name, so that a socket fits in."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        Path(name).chmod(0o711)
        with postgres.start(Path(name), options=FAST):
            pass
        yield Path(name)


@pytest.fixture
def home(made: Path) -> Iterator[Path]:
    """One whose data folder is there already. It serves many tests: leave it whole."""
    yield made
    assert not processes(made)


@pytest.fixture
def spare(folder: Path, made: Path) -> Path:
    """A copy, to break. A server that another test killed has left its socket, which does not copy."""
    return Path(shutil.copytree(made, folder / "home", ignore=shutil.ignore_patterns("socket-*")))
