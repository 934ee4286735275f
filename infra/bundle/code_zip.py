"""A function's zip: the modules that its imports reach and the files beside them, with bytecode."""

import shutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from infra.bundle import archive, bytecode
from infra.bundle.closure import modules
from infra.bundle.groups import PROJECT
from infra.discover import Function

ZIPS = PROJECT / "layers" / "functions"
SEEN_AT = "/var/task"  # where Lambda unzips it
FOR_PEOPLE = ("*.md", "__pycache__")

Tree = Mapping[str, bytes]  # path in the zip → what stands there


def code(function: Function, *, python: str = "3.13") -> Path:
    """The zip whose handler is named `<the function's module>.handler`."""
    target = ZIPS / python / f"{function.name}.zip"
    archive.write(target, list(_files(modules(function.module), python)))
    return target


def _files(reached: frozenset[str], python: str) -> Iterator[tuple[str, bytes]]:
    for top in sorted({module.partition(".")[0] for module in reached}):
        tree = compiled(top, python)
        takers = _takers(top, python)
        yield from ((path, tree[path]) for path in tree if not takers[path].isdisjoint(reached))


@cache
def compiled(top: str, python: str) -> Tree:
    """All of a top-level package, in order: each of our modules is compiled once, for whichever functions."""
    spec = find_spec(top)
    assert spec
    assert spec.submodule_search_locations
    folder = spec.submodule_search_locations[0]
    with TemporaryDirectory() as name:
        aside = Path(name)
        shutil.copytree(folder, aside / top, ignore=shutil.ignore_patterns(*FOR_PEOPLE))
        bytecode.compile_all(aside, seen_at=SEEN_AT, python=python)
        found = sorted(path for path in aside.rglob("*") if path.is_file())
        return {path.relative_to(aside).as_posix(): path.read_bytes() for path in found}


def _source(path: str) -> PurePosixPath:
    """Bytecode goes where its source goes."""
    file = PurePosixPath(path)
    return file.parent.parent / f"{file.name.partition('.')[0]}.py" if file.suffix == ".pyc" else file


@cache
def _takers(top: str, python: str) -> Mapping[str, frozenset[str]]:
    """The modules of which any takes a file along."""
    tree = compiled(top, python)
    return {path: frozenset(_taken_by(_source(path), tree)) for path in tree}


def _taken_by(file: PurePosixPath, tree: Tree) -> Iterator[str]:
    """A module goes where it is imported; what else lies in a package's folder, wherever the package does."""
    if file.suffix == ".py":
        yield _module(file)
    around = next((folder for folder in file.parents if f"{folder}/__init__.py" in tree), None)
    if around is None or (file.suffix == ".py" and around == file.parent):
        return
    if len(around.parts) > 1:
        yield ".".join(around.parts)


def _module(file: PurePosixPath) -> str:
    return ".".join(file.parent.parts if file.stem == "__init__" else file.with_suffix("").parts)
