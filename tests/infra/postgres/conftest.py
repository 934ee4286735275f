"""Homes to start servers on."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import postgres
from tests.infra.postgres.watch import FAST


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a short name, so that the socket fits in, and open to others, as a folder of root's may be."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("fresh")
    with postgres.start(home, options=FAST):
        return home


@pytest.fixture
def home(folder: Path, fresh: Path) -> Path:
    """One whose data folder is there already."""
    home = Path(shutil.copytree(fresh, folder / "home"))
    home.chmod(0o711)
    return home
