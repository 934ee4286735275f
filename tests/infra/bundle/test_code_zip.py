"""A function's zip is whole, no more than it needs, and changes only where the function does."""

import json
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra import bundle, discover, pythons
from infra.bundle import closure
from infra.bundle.code_zip import ZIPS
from infra.bundle.groups import PROJECT
from infra.discover import Function
from tests.infra.bundle.conftest import Run

PYTHON = pythons.running()
TAG = sys.implementation.cache_tag
FUNCTIONS = {function.name: function for function in discover.functions()}
MIGRATIONS = replace(FUNCTIONS["auth-api"], name="migrations-of-a-test", module="infra.migrations.function")
HTTP = {
    "resource": "/{proxy+}",
    "headers": {"host": "127.0.0.1"},
    "multiValueHeaders": {"host": ["127.0.0.1"]},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "requestContext": {"identity": {"sourceIp": "203.0.113.7"}, "stage": "-"},
    "body": None,
    "isBase64Encoded": False,
}
CALL = """
import json
from {module} import handler
class Context:
    function_name = aws_request_id = "bare"
    def get_remaining_time_in_millis(self): return 0
import functions
assert functions.__cached__ and functions.__file__.startswith({folder!r}), functions.__file__
print(json.dumps(handler({event}, Context()) if {event} else "imported"))
"""
HEADS = """
from alembic.script import ScriptDirectory
import infra.migrations.function, infra.migrations.whole
with_tables = sorted({table.schema for table in infra.migrations.whole.whole().tables.values()})
print(len(list(ScriptDirectory("infra/migrations").walk_revisions())), with_tables)
"""


def names(function: Function) -> set[str]:
    with ZipFile(bundle.code(function, python=PYTHON)) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_zip_holds_each_module_that_the_function_reaches_with_its_bytecode_and_no_other(name: str) -> None:
    held = names(FUNCTIONS[name])
    modules = {
        n.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for n in held if n[-3:] == ".py"
    }
    assert modules == closure.modules(FUNCTIONS[name].module)
    sources = [Path(name) for name in held if name.endswith(".py")]
    assert {str(s.parent / "__pycache__" / f"{s.stem}.{TAG}.pyc") for s in sources} <= held
    assert sum(name.endswith(".pyc") for name in held) == len(sources)


def test_a_file_beside_a_package_travels_with_it_and_pages_for_people_do_not() -> None:
    assert "functions/auth/common_passwords.txt" in names(FUNCTIONS["auth-api"])
    assert "functions/auth/common_passwords.txt" not in names(FUNCTIONS["platform-health-api"])
    assert [name for name in names(FUNCTIONS["auth-api"]) if name.endswith(".md")] == []


@pytest.mark.parametrize(
    ("name", "event", "answer"),
    [
        ("auth-api", {"httpMethod": "GET", "path": "/-"}, "404"),
        ("auth-job-send-account-mail", {"Records": []}, '{"batchItemFailures": []}'),
        ("audit-cron-purge-expired", None, '"imported"'),
    ],
)
def test_a_zip_runs_where_there_is_nothing_but_its_layer(
    name: str, event: object, answer: str, layer: Path, run: Run, tmp_path: Path
) -> None:
    asked = event and {**HTTP, **event} if name.endswith("api") else event
    program = CALL.format(module=FUNCTIONS[name].module, folder=str(tmp_path), event=asked)
    said = json.loads(run(FUNCTIONS[name], layer, program))
    assert str(said["statusCode"] if "statusCode" in said else json.dumps(said)) == answer


def test_who_migrates_finds_every_revision_and_every_table_in_its_zip(run: Run) -> None:
    held = names(MIGRATIONS)
    assert {"infra/migrations/versions/0001_platform.py", "infra/migrations/script.py.mako"} <= held
    assert [name for name in held if name.startswith("infra/local")] == []
    revisions = len(list((PROJECT / "infra/migrations/versions").glob("*.py")))
    domains = sorted(path.name for path in discover.ROOT.iterdir() if [*path.glob("tables*")])
    assert run(MIGRATIONS, Path(sysconfig.get_path("purelib")), HEADS) == f"{revisions} {domains}"


ZIP_ALL = """
import hashlib, json, sys
from infra import bundle, discover
from infra.bundle import closure
def fact(function):
    content = bundle.code(function, python=sys.argv[1]).read_bytes()
    return hashlib.sha256(content).hexdigest(), "functions.auth.rules" in closure.modules(function.module)
print(json.dumps({function.name: fact(function) for function in discover.functions()}))
"""
CONSUMER = """
from functions.auth.events import UserRegistered
from shared.queue import on

handler = on(UserRegistered, lambda event, db: None, consumer="greetings-on-user-registered", system=True)
"""
Zips = dict[str, tuple[str, bool]]  # by function: a hash of its zip, and whether it reaches the rules of auth


def copied(tree: Path, target: Path) -> Path:
    for top in closure.OURS:
        shutil.copytree(tree / top, target / top, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(tree / "pyproject.toml", target)
    return target


def zipped(tree: Path) -> Zips:
    command = [sys.executable, "-c", ZIP_ALL, PYTHON]
    ended = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True)
    return {name: tuple(fact) for name, fact in json.loads(ended.stdout).items()}


def changes(before: Zips, after: Zips) -> set[str]:
    return {name for name, fact in after.items() if before.get(name) != fact}


def test_the_same_sources_are_the_same_bytes_wherever_they_lie_and_what_changed_is_another_zip(
    tmp_path: Path,
) -> None:
    tree = copied(PROJECT, tmp_path / "here")
    before = zipped(tree)
    elsewhere = copied(tree, tmp_path / "elsewhere")
    (elsewhere / "functions/greetings").mkdir()
    (elsewhere / "functions/greetings/__init__.py").touch()
    (elsewhere / "functions/greetings/on_user_registered.py").write_text(CONSUMER)
    (elsewhere / "functions/of-no-package.txt").touch()
    rules = elsewhere / "functions/auth/rules.py"
    rules.write_text(rules.read_text() + "\nADDED = 1\n")
    reaching = {name for name, (_, reaches) in before.items() if reaches}
    assert 0 < len(reaching) < len(before)
    assert changes(before, zipped(elsewhere)) == reaching | {"greetings-on-user-registered"}


def test_a_python_that_is_not_here_is_asked_for() -> None:
    with pytest.raises(bundle.Unbuildable, match=r"Python 3\.99 is needed .* Install it"):
        bundle.code(FUNCTIONS["auth-api"], python="3.99")
    assert not (ZIPS / "3.99").exists()
