"""The virtual environments of the emulators and of functions: apart from ours and from each other."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from infra import pythons
from infra.discover import ROOT

PLACE = Path(sys.prefix) / "environments"
UV = Path(sys.prefix) / "bin" / "uv"


class NotMade(RuntimeError):
    """The sentence for whoever has to install something first."""


def ready(name: str, python: str) -> Path:
    """Its interpreter. Made once for what layers/<name>.txt says; who comes second waits."""
    interpreter = pythons.found(python)
    if interpreter is None:
        raise NotMade(
            f"{name} needs Python {python}, and none was found here: install it"
            f" (pyenv install {python}, or uv python install {python})."
        )
    requirements = ROOT.parent / "layers" / f"{name}.txt"
    place = PLACE / f"{name}-{python}"
    made_from = f"{interpreter} {hashlib.sha256(requirements.read_bytes()).hexdigest()}"
    stamp = place / "made-from"
    PLACE.mkdir(exist_ok=True)
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != made_from:
            _make(place, interpreter, requirements)
            stamp.write_text(made_from)
    return place / "bin" / "python"


def _make(place: Path, interpreter: Path, requirements: Path) -> None:
    sys.stderr.write(f"Making {place}, once.\n")
    shutil.rmtree(place, ignore_errors=True)
    _uv("venv", "--no-project", "--python", interpreter, place)
    # Without bytecode the emulators take three times as long to start.
    installed = ("--require-hashes", "--no-deps", "--compile-bytecode", "-r", requirements)
    _uv("pip", "install", "--python", place / "bin" / "python", *installed)


def _uv(*words: str | Path) -> None:
    ended = subprocess.run([UV, "--quiet", *words], capture_output=True, text=True, check=False)
    if ended.returncode:
        raise NotMade(f"uv {words[0]} did not do its work:\n{ended.stderr.strip()}")
