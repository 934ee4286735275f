"""The graphs of two stacks, evaluated once."""

import pytest

from infra.aws.program import program
from tests.infra.aws.graph import Graph, graph


@pytest.fixture(scope="session")
def prod() -> Graph:
    return graph(program, stack="prod")


@pytest.fixture(scope="session")
def dev() -> Graph:
    return graph(program, stack="dev")
