"""Whether what was compiled was compiled from these very sources: an edit never runs beside an old build."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent
STAMP = ROOT / "compiled.txt"  # a line for each source: its size, its time, its hash, its path
JOINED = ("indicators", "kernel", "overfitting")  # packages whose modules are compiled as one, its `core`
SUFFIX = ".abi3.so"
WIDE = "avx2"  # beside each core, a folder with the same for processors that work at four numbers at once
UNCOMPILED = "ASTROLABE_UNCOMPILED"  # in the environment: run the sources, whatever is built
NARROW = "ASTROLABE_NARROW"  # in the environment: run the cores that every processor can


def is_compiled(module: Path) -> bool:
    return module.with_suffix(".pxd").exists() or b"\nimport cython\n" in module.read_bytes()


def sources() -> list[Path]:
    """What is compiled, and the declarations and C files that belong to it."""
    python = [path for path in ROOT.rglob("*.py") if is_compiled(path)]
    return sorted([*python, *ROOT.rglob("*.pxd"), *ROOT.rglob("*.h")])


def stamp() -> str:
    """What a build of the sources as they are is known by."""
    return "".join(f"{_looked_at(path)} {_hashed(path)} {path.relative_to(ROOT)}\n" for path in sources())


def is_built() -> bool:
    """Of a source that looks as it did, with its size and its time, the content is not read again."""
    if os.environ.get(UNCOMPILED) or not STAMP.exists():
        return False
    try:
        return all(_is_same(*line.split(" ", 3)) for line in STAMP.read_text().splitlines())
    except FileNotFoundError:
        return False


def is_complete() -> bool:
    """Whether there is no source that the build does not know: it would run beside it, uncompiled."""
    known = {line.split(" ", 3)[3] for line in STAMP.read_text().splitlines()}
    return {str(path.relative_to(ROOT)) for path in sources()} == known


def _is_same(size: str, time: str, content: str, path: str) -> bool:
    source = ROOT / path
    return _looked_at(source) == f"{size} {time}" or _hashed(source) == content


def _looked_at(path: Path) -> str:
    status = os.stat(path)
    return f"{status.st_size} {status.st_mtime_ns}"


def _hashed(path: Path) -> str:
    from hashlib import sha256  # it loads OpenSSL

    return sha256(path.read_bytes()).hexdigest()


class _Sources:
    """Finds the source of a module where Python would take the extension beside it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if path is None or not fullname.startswith("shared.engine."):
            return None
        for folder in path:
            finder = FileFinder(folder, (SourceFileLoader, SOURCE_SUFFIXES))
            if spec := finder.find_spec(fullname):
                return spec
        return None


def use_sources() -> None:
    sys.meta_path.insert(0, _Sources())


def use_core(package: str) -> None:
    """What was joined is found under the name of each module that is in it."""
    folders = sys.modules[package].__path__
    if _is_wide():
        folders.insert(0, os.path.join(folders[0], WIDE))  # looked into first, where there is such a folder
    core = import_module(f"{package}.core")
    del folders[:-1]
    for name in core.MODULES:
        sys.modules[f"{package}.{name}"] = core
        setattr(sys.modules[package], name, core)


def _is_wide() -> bool:
    """Whether the processor has those instructions, and the system saves what they work on."""
    has = import_module("numpy._core._multiarray_umath").__cpu_features__  # it has looked already
    return bool(has.get("AVX2")) and not os.environ.get(NARROW)
