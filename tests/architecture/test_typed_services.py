"""The type checker reads what of Pulumi's AWS the graph is made of: in what it skips, anything is right."""

import ast
import tomllib
from collections.abc import Iterator

from tests.architecture.sources import ROOT, Source, sources

PACKAGE = "pulumi_aws"


def used(source: Source) -> Iterator[str]:
    """`aws.lambda_` and its like, where a file imports the package by that name."""
    imports = [node for node in ast.walk(source.tree) if isinstance(node, ast.Import)]
    names = {alias.asname for node in imports for alias in node.names if alias.name == PACKAGE}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
            yield f"{PACKAGE}.{node.attr}"


def followed() -> set[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    [listed] = [one["module"] for one in settings["overrides"] if one.get("follow_imports") == "normal"]
    return {name.removesuffix(".*") for name in listed}


def test_every_service_that_the_graph_asks_for_is_read() -> None:
    asked_for = {name for source in sources("infra") for name in used(source)}
    assert len(asked_for) > 10
    assert asked_for <= followed()
