"""One server a PostgreSQL version; a clone of its migrated database for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Connection

from infra import database as operations
from infra.local.postgres import Server
from tests import databases

Login = Callable[[str], Connection]


@pytest.fixture(scope="session", params=[16, 18], ids="PostgreSQL {}".format)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with databases.passing() as home, databases.serving(home, major=request.param) as running:
        yield running


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    return databases.template(server)


@pytest.fixture
def database(server: Server, template: str) -> Iterator[str]:
    name = databases.clone(server, template)
    yield name
    databases.drop(server, name)


@pytest.fixture
def login(server: Server, database: str) -> Iterator[Login]:
    """Connect as a role that may: each transaction is committed or rolled back by the test."""
    with ExitStack() as open_connections:

        def connect(role: str) -> Connection:
            return open_connections.enter_context(operations.engine(server.url(role, database)).connect())

        yield connect
