"""Where on this machine a Python of a given version is, if it really runs."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LATEST = "3.13"  # what functions run on in AWS
SAYS_WHO_IT_IS = "import sys; print('{}.{}'.format(*sys.version_info), sys._base_executable)"


@cache
def found(version: str) -> Path | None:
    """The interpreter itself, never a shim or a virtual environment's link to it."""
    for candidate in _candidates(version):
        if interpreter := _runs(candidate, version):
            return interpreter
    return None


def for_functions() -> tuple[str, Path]:
    """The version that functions run on in AWS where it is found, else the one that runs this."""
    if interpreter := found(LATEST):
        return LATEST, interpreter
    return running(), _itself()


def running() -> str:
    return "{}.{}".format(*sys.version_info)


def _itself() -> Path:
    return Path(getattr(sys, "_base_executable", sys.executable))


def _candidates(version: str) -> Iterator[Path]:
    name = f"python{version}"
    if version == running():
        yield _itself()
    for folder in os.get_exec_path():
        if program := shutil.which(name, path=folder):
            yield Path(program)
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or Path.home() / ".local" / "share" / "uv" / "python")
    yield from sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/{name}"), reverse=True)
    yield from sorted(uv.glob(f"cpython-{version}.*/bin/{name}"), reverse=True)


def _runs(candidate: Path, version: str) -> Path | None:
    """A shim of pyenv may stand for a version that is not switched on: only running it tells."""
    try:
        said = subprocess.run(
            [candidate, "-I", "-c", SAYS_WHO_IT_IS], capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    its_version, _, interpreter = said.strip().partition(" ")
    return Path(interpreter) if its_version == version else None
