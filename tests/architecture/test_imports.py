"""Who may know whom: the contracts of pyproject.toml, and what those cannot say."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from infra.bundle.closure import reached
from infra.discover import Function, functions
from tests.architecture.sources import ROOT, graph

CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
]
OF_HTTP = {"fastapi", "starlette", "mangum", "shared.http", "shared.call", "shared.problem"}
IMPURE = {"os", "io", "pathlib", "socket", "subprocess", "urllib", "http", "asyncio", "threading", "logging"}
IMPURE |= {"time", "random", "secrets", "sqlalchemy", "pg8000", "pydantic", "fastapi", "boto3", "httpx"}


def linted(folder: Path) -> subprocess.CompletedProcess[str]:
    """Hold the contracts against the tree in a folder."""
    lint_imports = str(Path(sys.executable).with_name("lint-imports"))
    command = [lint_imports, "--no-logo", "--no-cache", str(ROOT / "pyproject.toml")]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_every_contract_holds() -> None:
    ended = linted(ROOT)
    assert ended.returncode == 0, ended.stdout


# For each contract, the line that breaks it.
BROKEN = {
    "shared/settings.py": "import functions.one.events",
    "functions/one/operations.py": "import functions.two.tables",
    "functions/one/queries.py": "import functions.one.operations, functions.two.queries",
    "functions/two/queries.py": "import functions.one.queries",
    "functions/two/tables.py": "",
    "functions/one/rules.py": "import sqlalchemy",
    "functions/one/events.py": "import fastapi",
    "infra/discover.py": "",
}
NEEDED = dict.fromkeys(("shared/db.py", "shared/outbox.py", "shared/http.py"), "")  # by name, in a contract


def test_every_contract_can_break(tmp_path: Path) -> None:
    for name, line in (BROKEN | NEEDED).items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        for folder in [file.parent, *file.parent.relative_to(tmp_path).parents][:-1]:
            (tmp_path / folder / "__init__.py").touch()
        file.write_text(line)
    told = linted(tmp_path).stdout
    assert [name for name in CONTRACTS if f"{name} BROKEN" not in told] == [], told


WAITED_FOR_BY_NOBODY = [function for function in functions() if function.trigger.kind != "http"]


@pytest.mark.parametrize("function", WAITED_FOR_BY_NOBODY, ids=lambda function: function.name)
def test_what_answers_no_request_reaches_nothing_of_http(function: Function) -> None:
    assert reached(function.module, of=graph()) & OF_HTTP == set()


def test_rules_reach_no_clock_no_chance_no_file_and_no_network() -> None:
    rules = [name for name in graph().modules if ".rules" in name and name.startswith("functions.")]
    assert len(rules) >= 3
    impure = {name: reached(name, of=graph()) & IMPURE for name in rules}
    assert {name: found for name, found in impure.items() if found} == {}


def test_a_closure_holds_what_lies_behind_a_package() -> None:
    """`shared.db.session` runs `shared/db/__init__.py` first, whoever imports it."""
    assert "shared.db.identity" in reached("shared.db.outcome", of=graph())
    assert reached("functions.auth.api", of=graph()) >= OF_HTTP
    assert "pathlib" in reached("shared.clock", of=graph())
