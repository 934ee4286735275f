"""A table of things, an own login, and a wire that counts: what the driver is tried on."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, make_url

from infra.local.postgres import password
from shared.db.driver import Connection, connect
from tests import databases
from tests.wire import Wire

THINGS = (
    "create table things (id int generated always as identity primary key, name text not null unique,"
    " parent int references things deferrable initially deferred)"
)


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with databases.serving(tmp_path_factory.mktemp("driver")) as server:
        with connect(server.url("postgres", "postgres")) as admin:
            admin.execute_simple(f"create role tester login password '{password(server.home, 'tester')}'")
            admin.execute_simple("create database tester owner tester")
        with connect(server.url("tester", "tester")) as tester:
            tester.execute_simple(THINGS)
        yield server.url("tester", "tester")


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    with connect(url) as opened:
        opened.execute_simple("truncate things restart identity")
        yield opened


@pytest.fixture
def wire(url: str, connection: Connection) -> Iterator[Wire]:
    with Wire(str(make_url(url).query["unix_sock"])) as counting:
        yield counting


@pytest.fixture
def wire_url(url: str, wire: Wire) -> str:
    through = make_url(url).update_query_dict({"unix_sock": wire.socket})
    return through.render_as_string(hide_password=False)


@pytest.fixture
def wired(wire_url: str) -> Iterator[Connection]:
    with connect(wire_url) as opened:
        yield opened


@pytest.fixture
def engine(wire_url: str) -> Iterator[Engine]:
    made = create_engine("postgresql+pg8000://", creator=lambda: connect(wire_url), pool_reset_on_return=None)
    made.connect().close()  # the dialect asks its questions
    yield made
    made.dispose()
