"""What a function's zip needs is what its imports reach."""

import pytest

from infra.bundle import closure
from infra.discover import Function, functions

WAITING = [function for function in functions() if function.trigger.kind != "http"]


def by_name(function: Function) -> str:
    return function.name


@pytest.mark.parametrize("function", WAITING, ids=by_name)
def test_what_waits_for_no_person_s_request_brings_nothing_of_http(function: Function) -> None:
    assert closure.packages(function.module) & {"fastapi", "starlette", "mangum"} == set()
    assert "shared.http" not in closure.modules(function.module)


def test_a_module_brings_the_packages_it_lies_in() -> None:
    assert {"functions", "functions.auth", "shared", "shared.db"} <= closure.modules("functions.auth.api")


def test_an_import_inside_a_function_counts() -> None:
    assert "boto3" in closure.packages("shared.aws")


def test_python_s_own_is_nobody_s_package() -> None:
    assert closure.packages("shared.schedule") == set()
    assert {"json", "pathlib"} & closure.packages("functions.auth.api") == set()


def test_a_function_brings_no_other_domain_s_endpoints() -> None:
    reached = closure.modules("functions.auth.api")
    assert [name for name in reached if name.startswith("functions.platform")] == []


def test_who_migrates_brings_what_alembic_finds_by_path_and_every_domain_s_tables() -> None:
    reached = closure.modules("infra.migrations.function")
    assert {"infra.migrations.env", "infra.migrations.rights", "infra.migrations.whole"} <= reached
    assert {"functions.auth.tables", "functions.audit.tables", "functions.platform.tables"} <= reached
    assert "alembic" in closure.packages("infra.migrations.function")
