"""A layer for the Python that runs this, and a bare interpreter that finds nothing but what it is given."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra import bundle, pythons
from infra.discover import Function

Run = Callable[..., str]


@pytest.fixture(scope="session")
def layer() -> Path:
    """The unpacked folder of base."""
    zipped = bundle.layer("base", python=pythons.running(), architecture=bundle.this_machine())
    return zipped.parent / "python"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A program over a function's zip and one folder of packages; what it printed."""

    def bare(function: Function, packages: Path, program: str) -> str:
        with ZipFile(bundle.code(function, python=pythons.running())) as archive:
            archive.extractall(tmp_path)
        ended = subprocess.run(
            [str(pythons.found(pythons.running())), "-S", "-B", "-c", program],
            cwd=tmp_path,
            env={"PYTHONPATH": os.pathsep.join([str(tmp_path), str(packages)])},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.splitlines()[-1]

    return bare
