"""Whether what was compiled was compiled from these very sources: an edit never runs beside an old build."""

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent
STAMP = ROOT / "compiled.json"
JOINED = ("indicators", "kernel")  # packages whose modules are compiled as one, its `core`
UNCOMPILED = "ASTROLABE_UNCOMPILED"  # in the environment: run the sources, whatever is built


def is_compiled(module: Path) -> bool:
    return module.with_suffix(".pxd").exists() or b"\nimport cython\n" in module.read_bytes()


def sources() -> list[Path]:
    """What is compiled, and the declarations and C files that belong to it."""
    python = [path for path in ROOT.rglob("*.py") if is_compiled(path)]
    return sorted([*python, *ROOT.rglob("*.pxd"), *ROOT.rglob("*.h")])


def fingerprint() -> str:
    whole = hashlib.sha256()
    for path in sources():
        content = path.read_bytes()
        whole.update(f"{path.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def is_built() -> bool:
    if os.environ.get(UNCOMPILED) or not STAMP.exists():
        return False
    stamp: dict[str, str] = json.loads(STAMP.read_bytes())
    return stamp["sources"] == fingerprint()


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
    core = import_module(f"{package}.core")
    for name in core.MODULES:
        sys.modules[f"{package}.{name}"] = core
        setattr(sys.modules[package], name, core)
