"""The compiled core: built of the sources as they are, and passed over once they are others."""

import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from infra.compiling import compiler
from shared.engine import built as built_from

ROOT = Path(__file__).parents[2]
FASTER = (
    '"""A module to build."""\n\nimport cython\n\n\ndef is_compiled() -> bool:\n    return cython.compiled\n'
)
PART = "import cython\n\n\ndef {name}() -> bool:\n    return cython.compiled\n"
WHERE = "from shared.engine import kernel; print(kernel.first.__file__)"
ASK = """
from shared.engine import COMPILED, faster
from shared.engine.kernel.first import first
from shared.engine.kernel.second import second
print(COMPILED, faster.is_compiled(), first(), second())
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Of the house, what the build takes; and modules of our own: one alone, and two that are joined."""
    return _written(tmp_path)


def _written(tree: Path) -> Path:
    for file in ("shared/__init__.py", "shared/engine/__init__.py", "shared/engine/built.py"):
        _copy(file, tree)
    for file in ("infra/__init__.py", "infra/compiling.py", "infra/joining.py"):
        _copy(file, tree)
    (tree / "shared/engine/faster.py").write_text(FASTER)
    for package in built_from.JOINED:
        _copy(f"shared/engine/{package}/__init__.py", tree)
    (tree / "shared/engine/indicators/__init__.py").write_text("")
    for name in ("first", "second"):
        (tree / f"shared/engine/kernel/{name}.py").write_text('"""A part."""\n\n' + PART.format(name=name))
    return tree


def _copy(file: str, to: Path) -> None:
    (to / file).parent.mkdir(parents=True, exist_ok=True)
    if (ROOT / file).exists():
        shutil.copy(ROOT / file, to / file)


def run(tree: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *words]
    return subprocess.run(
        command, cwd=tree, capture_output=True, text=True, check=True, env={"PYTHONPATH": "."} | environment
    )


def build(tree: Path, **environment: str) -> str:
    return run(tree, "-m", "infra.compiling", **environment).stderr


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if compiler() is None:
        pytest.skip("no C compiler here")
    tree = _written(tmp_path_factory.mktemp("built"))
    assert build(tree, PATH="/usr/bin:/bin") == ""
    return tree


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Path:
    """A copy, with the times of its files."""
    return Path(shutil.copytree(built_once, tmp_path / "tree"))


def ask(tree: Path, **environment: str) -> str:
    return run(tree, "-c", ASK, **environment).stdout.strip()


def test_a_build_is_used(built: Path) -> None:
    assert ask(built) == "True True True True"


def test_after_an_edit_the_sources_run_until_it_is_built_anew(built: Path) -> None:
    with (built / "shared/engine/faster.py").open("a") as file:
        file.write("# edited\n")
    assert ask(built) == "False False False False"
    build(built, PATH="/usr/bin:/bin")
    assert ask(built) == "True True True True"


def test_an_edit_that_changes_no_length_is_found_out(built: Path) -> None:
    edited = built / "shared/engine/faster.py"
    edited.write_text(edited.read_text().replace("A module", "One more", 1))
    assert ask(built).startswith("False")


def test_a_source_that_was_only_copied_anew_is_the_same(built: Path) -> None:
    for source in (built / "shared/engine").rglob("*.py"):
        os.utime(source)
    assert ask(built) == "True True True True"


def test_a_new_source_is_compiled_as_well(built: Path) -> None:
    (built / "shared/engine/later.py").write_text(FASTER)
    build(built, PATH="/usr/bin:/bin")
    assert (built / "shared/engine/later.abi3.so").exists()


def test_the_wide_core_runs_where_the_processor_can_and_the_narrow_one_where_it_is_asked_for(
    built: Path,
) -> None:
    core = built / "shared/engine/kernel/core.abi3.so"
    wide = core.parent / "avx2" / core.name
    can = import_module("numpy._core._multiarray_umath").__cpu_features__.get("AVX2", False)
    assert Path(run(built, "-c", WHERE).stdout.strip()) == (wide if can else core)
    assert Path(run(built, "-c", WHERE, ASTROLABE_NARROW="1").stdout.strip()) == core


def test_where_there_is_no_wide_core_the_narrow_one_runs(built: Path) -> None:
    shutil.rmtree(built / "shared/engine/kernel/avx2", ignore_errors=True)
    assert ask(built) == "True True True True"


def test_the_environment_asks_for_the_sources(built: Path) -> None:
    assert ask(built, ASTROLABE_UNCOMPILED="1") == "False False False False"


def test_without_a_compiler_the_sources_run_and_it_is_said(tree: Path) -> None:
    assert "no C compiler" in build(tree, PATH="/nonexistent")
    assert ask(tree) == "False False False False"
