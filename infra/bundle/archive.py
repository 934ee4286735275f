"""Zips that are the same bytes whenever the same goes in: a deployment sees what changed, and only that."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

LIMIT = 250 * 1024 * 1024  # bytes that Lambda takes unzipped, a function's code and its layer together
MODE = 0o644 << 16  # readable by whichever user Lambda runs us as


def write(target: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """In the order given; whole or not at all, whoever else writes it at this moment."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as aside:
        written = Path(aside) / target.name
        with ZipFile(written, "w") as archive:
            for name, content in files:
                entry = ZipInfo(name)  # of 1980, as nothing else is said
                entry.external_attr = MODE
                archive.writestr(entry, content, ZIP_DEFLATED)
        written.replace(target)


def unzipped(path: Path) -> int:
    """Bytes, as Lambda counts them."""
    with ZipFile(path) as archive:
        return sum(entry.file_size for entry in archive.infolist())
