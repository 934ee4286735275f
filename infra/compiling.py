"""Build the compiled core of shared/engine in place: `python -m infra.compiling`."""

import fcntl
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from infra import joining
from shared.engine import built

ABI = "0x030B0000"  # one build for Python 3.11 and later
# No multiplication is fused with an addition: a result is the same on every processor, and uncompiled.
FLAGS = (
    *("-O3", "-g0", "-fPIC", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-w"),
    # A fill is a chain of small functions: thrice as long as usual, and still put in place. 5 % of a run.
    "--param=max-inline-insns-auto=100",
)
# Of an index, nothing is checked: not its bounds, not that it is no negative one, not that there is an array.
UNCHECKED = dict.fromkeys(("boundscheck", "wraparound", "initializedcheck"), "False")
# No object of the core is ever pickled: what that takes was a quarter of it, and of the time to build it.
DIRECTIVES = {"language_level": "3", "cdivision": "True", "auto_pickle": "False", **UNCHECKED}
# For processors that have them (`built.use_core` looks): every operation rounds as before, four at a time.
WIDE, X86_64 = ("-mavx2",), ("x86_64", "AMD64")


class Unit(NamedTuple):
    name: str
    source: Path
    out: Path
    wide: Path | None = None


def compiler() -> list[str] | None:
    """The one that links as Python's own extensions are linked, where it and Python's headers are there."""
    linker = shlex.split(sysconfig.get_config_var("LDSHARED") or "cc -shared")
    if shutil.which(linker[0]) is None:
        linker = ["cc", *linker[1:]]
    headers = Path(sysconfig.get_path("include")) / "Python.h"
    return linker if shutil.which(linker[0]) and headers.exists() else None


def build() -> bool:
    """Whether there is a build of the sources as they are. Who comes second waits."""
    with built.STAMP.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return (built.is_built() and built.is_complete()) or _built()


def _built() -> bool:
    _clear()
    linker = compiler()
    if linker is None:
        return False
    stamp = built.stamp()  # before: what is edited meanwhile is not what was compiled
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(lambda unit: _compile(unit, linker, Path(folder)), _units(Path(folder))))
    built.STAMP.write_text(stamp)
    return True


def _clear() -> None:
    built.STAMP.unlink(missing_ok=True)
    for old in built.ROOT.rglob(f"*{built.SUFFIX}"):
        old.unlink()


def _units(folder: Path) -> list[Unit]:
    """The largest first: what is joined, then every module that stands alone."""
    joined = []
    for package in (built.ROOT / name for name in built.JOINED):
        source = joining.join(package, folder)
        out = f"{joining.NAME}{built.SUFFIX}"
        wide = package / built.WIDE / out if platform.machine() in X86_64 else None
        joined.append(Unit(_name(package / joining.NAME), source, package / out, wide))
    alone = [
        path for path in built.sources() if path.suffix == ".py" and path.parent.name not in built.JOINED
    ]
    return [*joined, *(Unit(_name(path), path, path.with_suffix(built.SUFFIX)) for path in alone)]


def _name(path: Path) -> str:
    return ".".join(path.relative_to(built.ROOT.parents[1]).with_suffix("").parts)


def _compile(unit: Unit, linker: list[str], folder: Path) -> None:
    code = folder / f"{unit.name}.c"
    directives = [word for key, value in DIRECTIVES.items() for word in ("-X", f"{key}={value}")]
    cython = [sys.executable, "-m", "cython", "--module-name", unit.name, *directives]
    _run([*cython, "-I", str(folder), "-I", str(built.ROOT.parents[1]), str(unit.source), "-o", str(code)])
    include = ["-I", sysconfig.get_path("include"), "-I", str(unit.out.parent)]
    command = [*linker, *FLAGS, f"-DPy_LIMITED_API={ABI}", *include, str(code), "-lm"]
    _run([*command, "-o", str(unit.out)])
    if unit.wide:
        unit.wide.parent.mkdir(exist_ok=True)
        _run([*command, *WIDE, "-o", str(unit.wide)])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    if not build():
        missing = "no C compiler, or no headers of Python"
        sys.stderr.write(f"{missing}: the engine runs from its sources, some hundred times slower\n")
