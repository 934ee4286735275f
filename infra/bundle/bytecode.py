"""Bytecode made ahead: Lambda's file system is read-only, so every cold start would compile again."""

import subprocess
from pathlib import Path

from infra import pythons


class Unbuildable(RuntimeError):
    """The sentence for whoever has to install or to change something first."""


def interpreter(python: str) -> Path:
    """Bytecode is read by the version alone that wrote it."""
    found = pythons.found(python)
    if found is None:
        raise Unbuildable(
            f"Python {python} is needed to compile for it, and none was found here."
            f" Install it (pyenv install {python}, or uv python install {python}), or deploy another version."
        )
    return found


def compile_all(folder: Path, *, seen_at: str, python: str) -> None:
    """Checked against nothing at run time: an archive rewrites the times that usually tell what is stale.

    `seen_at` is where the folder will lie: tracebacks name it, and no path of this machine.
    """
    command = [str(interpreter(python)), "-I", "-m", "compileall", "-q", "-f"]
    command += ["-s", str(folder), "-p", seen_at, "--invalidation-mode", "unchecked-hash", str(folder)]
    ended = subprocess.run(
        command,
        env={"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise Unbuildable(f"Python {python} does not compile this:\n{ended.stdout}{ended.stderr}")
