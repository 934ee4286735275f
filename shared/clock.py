"""The one clock of the edges; inside, `now` is an argument."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.settings import settings


def now() -> datetime:
    moved = settings().clock_file
    return datetime.now(UTC) + (_offset(moved) if moved else timedelta(0))


def _offset(file: Path) -> timedelta:
    return timedelta(seconds=float(file.read_text()))
