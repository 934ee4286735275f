"""Files of one idea, functions of one thought, names that say something, and nothing left for later."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import OURS, ROOT, Source, sources

FILE, FUNCTION = 300, 30  # lines
LONGER = {
    # A migration lists columns; it is written once and read beside its tables.
    "infra/migrations/versions",
    # A resource is declared in one call, and a stack in the order in which it comes to stand.
    "infra/aws",
}
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "core", "misc", "models"}
SAYS_NO_MORE = re.compile(r"(Manager|Impl|Helper|Service|Repository)$")
FILLS = re.compile(r"(get|do|process|handle)_")
THEIRS = {  # to call
    *("do_GET", "do_POST", "handle_error"),
    *("get_command", "get_remaining_time_in_millis", "get_route_handler"),
    *("get_address", "get_endpoint_from_executor", "get_logs", "get_runtime_endpoint"),
}
LATER = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK"]) + r")\b")


def by_path(source: Source) -> str:
    return str(source.path)


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def thought(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of its body: neither what it takes, nor what is said of it, nor which C types it declares."""
    said = function.body[1:] if ast.get_docstring(function) else function.body
    declared = [node for node in ast.walk(function) if isinstance(node, ast.AnnAssign) and node.value is None]
    return (function.end_lineno or 0) - said[0].lineno + 1 - len(declared) if said else 0


def too_long(source: Source) -> list[str]:
    lines = {f: thought(f) for f in functions(source)}
    return [f"{source.at(f)} {f.name}: {count} lines" for f, count in lines.items() if count > FUNCTION]


def ill_named(source: Source) -> list[str]:
    names = source.path.with_suffix("").parts
    found = [f"{source.path}: {name}" for name in names[1:] if name in SAYS_NOTHING]
    classes = [node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]
    found += [f"{source.at(c)} {c.name}" for c in classes if SAYS_NO_MORE.search(c.name)]
    verbs = [f for f in functions(source) if FILLS.match(f.name) and f.name not in THEIRS]
    return found + [f"{source.at(f)} {f.name}" for f in verbs]


def test_no_file_is_longer_than_a_reader_s_patience() -> None:
    lengths = {str(source.path): len(source.text.splitlines()) for source in sources(*OURS)}
    assert len(lengths) > 100
    assert {path: count for path, count in lengths.items() if count > FILE} == {}


def test_no_function_needs_scrolling() -> None:
    argued = [source for source in sources(*OURS) if str(source.path.parent) not in LONGER]
    assert [fault for source in argued for fault in too_long(source)] == []


def test_every_name_says_something() -> None:
    assert [fault for source in sources(*OURS) for fault in ill_named(source)] == []


def test_every_file_begins_by_saying_what_belongs_in_it() -> None:
    without = [s.path for s in sources(*OURS) if s.text and not (ast.get_docstring(s.tree) or "").strip()]
    assert without == []


def test_nothing_is_left_for_later() -> None:
    """In whatever git knows or would take."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    code = [ROOT / name for name in names if name.endswith((".py", ".toml", ".md", ".js", "Makefile"))]
    assert len(code) > 100
    assert [path for path in code if path.exists() and LATER.search(path.read_text())] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("functions/auth/utils.py", ""),
        ("shared/helpers/mail.py", ""),
        ("functions/auth/login.py", "class SessionManager: pass"),
        ("functions/auth/login.py", "def process_login(): pass"),
    ],
)
def test_a_name_that_says_nothing_is_found_out(path: str, text: str) -> None:
    assert len(ill_named(Source(Path(path), text))) == 1


def test_a_long_function_is_found_out() -> None:
    lines = ["    a = 1"] * (FUNCTION + 1)
    assert too_long(Source(ROOT, "\n".join(["def short():", *lines[1:]]))) == []
    assert len(too_long(Source(ROOT, "\n".join(["class A:", " def long(self):", *lines])))) == 1
