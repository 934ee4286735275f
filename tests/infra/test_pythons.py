"""Only an interpreter that runs, and is of the version asked for, is found."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra import pythons


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}/shims:{tmp_path}/bin:/usr/bin:/bin")
    monkeypatch.delenv("UV_PYTHON_INSTALL_DIR", raising=False)
    pythons.found.cache_clear()
    return tmp_path


def program(path: Path, source: str) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{source}\n")
    path.chmod(0o755)
    return path


def test_the_running_version_is_found_outside_the_virtual_environment() -> None:
    found = pythons.found(pythons.running())
    asked = [str(found), "-c", "import sys; print(sys.prefix == sys.base_prefix, *sys.version_info[:2])"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["True", *map(str, sys.version_info[:2])]


def test_a_shim_that_does_not_run_and_a_liar_are_passed_over(home: Path) -> None:
    program(home / "shims" / "python3.99", "exit 127")
    program(home / "bin" / "python3.99", "echo 3.98 /somewhere/python3.98")
    assert pythons.found("3.99") is None


def test_what_a_working_shim_stands_for_is_found(home: Path) -> None:
    program(home / "shims" / "python3.99", "echo 3.99 /the real/python3.99")
    assert pythons.found("3.99") == Path("/the real/python3.99")


@pytest.mark.parametrize(
    "place", [".pyenv/versions/3.99.2/bin", ".local/share/uv/python/cpython-3.99.1-linux-x86_64-gnu/bin"]
)
def test_versions_that_are_not_on_the_path_are_found(home: Path, place: str) -> None:
    program(home / "shims" / "python3.99", "exit 127")
    real = program(home / place / "python3.99", 'echo 3.99 "$0"')
    assert pythons.found("3.99") == real


def test_functions_fall_back_to_the_running_version(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "LATEST", "3.99")
    assert pythons.for_functions() == (pythons.running(), pythons.found(pythons.running()))
    program(home / "bin" / "python3.99", 'echo 3.99 "$0"')
    pythons.found.cache_clear()
    assert pythons.for_functions() == ("3.99", home / "bin" / "python3.99")
