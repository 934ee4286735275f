"""Modules as one: each behind what it imports, no name twice, and nothing lost on the way."""

from pathlib import Path

import pytest

from infra.joining import join, modules

ADDING = '''"""Adds."""

import cython


def added(a: cython.double, b: cython.double) -> cython.double:
    return a + b
'''
DOUBLING = '''"""Doubles."""

import cython
import numpy as np

from shared.engine.sums.zero import (
    added,
)


def doubled(a: cython.double) -> cython.double:
    return added(a, a)
'''


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "shared/engine/sums"
    folder.mkdir(parents=True)
    (folder / "zero.py").write_text(ADDING)
    (folder / "zero.pxd").write_text("cdef double added(double a, double b) noexcept\n")
    (folder / "doubling.py").write_text(DOUBLING)
    (folder / "plain.py").write_text("def untyped() -> int:\n    return 1\n")
    return folder


def test_a_module_stands_behind_what_it_imports(package: Path):
    assert [path.stem for path in modules(package)] == ["zero", "doubling"]


def test_imports_of_one_another_are_gone_and_all_else_is_there(package: Path, tmp_path: Path):
    source = join(package, tmp_path / "built")
    code = source.read_text()
    assert source == tmp_path / "built/shared/engine/sums/core.py"
    assert "sums.zero" not in code
    assert "import numpy as np" in code
    assert code.index("def added") < code.index("def doubled")
    assert "cdef double added" in source.with_suffix(".pxd").read_text()
    names: dict[str, list[str]] = {}
    exec(code, names)
    assert names["MODULES"] == ["zero", "doubling"]


def test_a_name_that_two_define_is_refused(package: Path, tmp_path: Path):
    (package / "other.py").write_text(ADDING)
    with pytest.raises(SystemExit, match=r"zero\.py and other\.py both define added"):
        join(package, tmp_path / "built")


def test_a_circle_is_refused(package: Path, tmp_path: Path):
    (package / "zero.py").write_text(ADDING + "\n\nfrom shared.engine.sums.doubling import doubled\n")
    with pytest.raises(SystemExit, match="in a circle: doubling, zero"):
        join(package, tmp_path / "built")
