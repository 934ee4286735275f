"""One reader of the environment, one clock, and nothing that speaks past the log."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import Source, sources

Rule = Callable[[ast.AST], bool]


def reads_environment(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "environb" | "getenv"):
            return True
        case ast.ImportFrom(module="os", names=names):
            return any(name.name in ("environ", "environb", "getenv") for name in names)
        case ast.ClassDef(bases=bases):
            return any(ast.unparse(base).endswith("BaseSettings") for base in bases)
    return False


def asks_a_clock(node: ast.AST) -> bool:
    """`clock.now()` is ours; `func.now()`, too, is a clock that a test cannot set."""
    match node:
        case ast.Call(func=ast.Attribute(value=whose, attr="now" | "utcnow" | "today")):
            return ast.unparse(whose) not in ("clock", "shared.clock")
        case ast.Call(func=ast.Attribute(value=ast.Name(id="time"), attr="time" | "time_ns" | "gmtime")):
            return True
        case ast.ImportFrom(module="time", names=names):
            return any(name.name in ("time", "time_ns", "gmtime", "localtime") for name in names)
    return False


def prints(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="print" | "pprint" | "breakpoint")):
            return True
        case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr"):
            return True
    return False


def offences(source: Source, rule: Rule) -> Iterator[str]:
    return (source.at(node) for node in ast.walk(source.tree) if rule(node))


def offenders(rule: Rule) -> list[str]:
    return [str(s.path) for s in sources("functions", "shared") if any(offences(s, rule))]


def test_settings_alone_read_the_environment() -> None:
    """The engine asks how to load itself, before there could be settings."""
    assert offenders(reads_environment) == ["shared/engine/built.py", "shared/settings.py"]


def test_there_is_one_clock() -> None:
    """An identity takes its time from the system: it is no order, and must not repeat when a clock is set."""
    assert offenders(asks_a_clock) == ["shared/clock.py", "shared/ids.py"]


def test_nothing_is_printed_but_by_commands() -> None:
    assert [path for path in offenders(prints) if not path.endswith(("/cli.py", "/commands.py"))] == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (reads_environment, "import os\nurl = os.environ['URL']"),
        (reads_environment, "from os import getenv"),
        (reads_environment, "class Own(pydantic_settings.BaseSettings): pass"),
        (asks_a_clock, "at = datetime.now(UTC)"),
        (asks_a_clock, "at = datetime.datetime.utcnow()"),
        (asks_a_clock, "query = select(func.now())"),
        (asks_a_clock, "at = time.time()"),
        (asks_a_clock, "from time import time"),
        (prints, "print(1)"),
        (prints, "sys.stdout.write('1')"),
    ],
)
def test_an_offence_is_found_out(rule: Rule, text: str) -> None:
    assert len(list(offences(Source(Path("bad.py"), text), rule))) == 1


def test_the_own_clock_and_a_stopwatch_are_no_offence() -> None:
    text = "at = clock.now()\nbegan = time.perf_counter()\nlimit = time.monotonic()"
    assert list(offences(Source(Path("good.py"), text), asks_a_clock)) == []
