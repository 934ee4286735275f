"""A layer: a dependency group's packages for Lambda's platform, with bytecode, without what nothing reads."""

import fcntl
import hashlib
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from infra.bundle import archive, bytecode
from infra.bundle.bytecode import Unbuildable
from infra.bundle.closure import OURS
from infra.bundle.code_zip import compiled
from infra.bundle.groups import PROJECT, requirement_file

Architecture = Literal["arm64", "x86_64"]  # in AWS's words
PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
LAYERS = PROJECT / "layers"
SEEN_AT = "/opt"  # where Lambda unzips it
UV = Path(sys.prefix) / "bin" / "uv"
# Sources of what is compiled already, stubs, pages, tests, commands that name an interpreter of this machine.
UNREAD = ("*.pyi", "*.pyx", "*.pxd", "*.h", "*.md", "py.typed", "*/tests", "*.lock", "python/bin")
READ_OF_A_DISTRIBUTION = {"METADATA", "entry_points.txt"}  # by importlib.metadata


def layer(group: str, *, python: str = "3.13", architecture: Architecture = "arm64") -> Path:
    """The zip, and beside it `python/`, the same unpacked. Made anew where what it is made from changed."""
    bytecode.interpreter(python)  # missing, it would be missed after all was fetched
    place = LAYERS / group / f"{python}-{architecture}"
    made_from = _fingerprint(group)
    with _alone(place):
        if not _is(place, made_from):
            _make(place, group, python, architecture)
            (place / "made-from").write_text(made_from)
    _refuse_too_large(group, place / "layer.zip", python)
    return place / "layer.zip"


def this_machine() -> Architecture:
    return "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


def _fingerprint(group: str) -> str:
    """The pins, and how they become a layer."""
    what = [requirement_file(group), Path(__file__), Path(bytecode.__file__)]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in what)).hexdigest()


def _is(place: Path, made_from: str) -> bool:
    stamp = place / "made-from"
    return stamp.exists() and stamp.read_text() == made_from


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Who comes second waits, and finds it made. What a killed build left behind goes."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in place.parent.glob(f".{place.name}-*"):
            shutil.rmtree(left)
        yield


def _make(place: Path, group: str, python: str, architecture: Architecture) -> None:
    with TemporaryDirectory(dir=place.parent, prefix=f".{place.name}-") as name:
        new = Path(name) / "new"
        install(new / "python", group, python, architecture)
        _thin(new)
        bytecode.compile_all(new, seen_at=SEEN_AT, python=python)
        files = sorted(path for path in new.rglob("*") if path.is_file())
        archive.write(new / "layer.zip", ((str(file.relative_to(new)), file.read_bytes()) for file in files))
        if place.exists():
            place.rename(Path(name) / "old")
        new.rename(place)


def install(target: Path, group: str, python: str, architecture: Architecture, *options: str) -> None:
    """Files of our own: by default uv would link those of its cache, and stripping them would change it."""
    command = [str(UV), "pip", "install", "--quiet", "--link-mode", "copy", "--python", sys.executable]
    command += ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--target", str(target)]
    command += ["--python-version", python, "--python-platform", PLATFORMS[architecture]]
    command += ["-r", str(requirement_file(group)), *options]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise Unbuildable(f"The layer {group} for Python {python} on {architecture}:\n{ended.stderr.strip()}")


def _thin(folder: Path) -> None:
    unread = [path for pattern in UNREAD for path in folder.rglob(pattern)]
    described = folder.glob("python/*.dist-info/*")
    unread += [path for path in described if path.name not in READ_OF_A_DISTRIBUTION]
    for path in unread:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    if strip := shutil.which("strip"):
        for library in sorted(folder.rglob("*.so")):  # another architecture's stay as they are
            subprocess.run([strip, "-s", str(library)], capture_output=True, check=False)


def _refuse_too_large(group: str, layer: Path, python: str) -> None:
    """With all of our code, which is more than any function's zip holds."""
    code = sum(len(content) for top in OURS for content in compiled(top, python).values())
    if (size := archive.unzipped(layer) + code) > archive.LIMIT:
        raise Unbuildable(
            f"The layer {group} and our code are {size / 2**20:.0f} MB unzipped, and Lambda takes"
            f" {archive.LIMIT / 2**20:.0f} MB: leave packages out, or give some a group of their own."
        )
