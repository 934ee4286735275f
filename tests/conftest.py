"""Real PostgreSQL for every test: rolled back for rules and queries, a fresh clone where a commit matters."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy.orm import Session

from functions.auth import jwks_api, tokens
from infra import keys
from infra.local.home import URLS
from infra.local.postgres import Server
from shared import access, envelope, secrets, settings
from shared.db import session as db_session
from shared.db import system, transaction
from shared.handler import Login
from tests import databases
from tests.calls import Api

pytest_plugins = ("tests.garbage", "tests.shared.moto", "tests.workers")
hypothesis.settings.register_profile("untimed", deadline=None)  # slow is no fault
hypothesis.settings.load_profile("untimed")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LOGINS: tuple[Login, ...] = ("fn_http", "fn_auth", "fn_system")
CACHED: tuple[Callable[..., object], ...] = (
    settings.settings,
    access._public_keys,
    envelope._master_keys,
    tokens._signing_key,
    jwks_api._published,
)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with databases.passing() as home, databases.serving(home) as running:
        yield running


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    return databases.template(server)


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    keys.keep(folder)
    return folder


@dataclass(frozen=True)
class Database:
    server: Server
    name: str
    environment: Mapping[str, str]

    def url(self, role: str) -> str:
        return self.server.url(role, self.name)

    @property
    def urls(self) -> dict[str, str]:
        """Of the functions' logins, by the setting that names each."""
        return {setting: self.url(login) for setting, login in URLS.items()}


@pytest.fixture(scope="session")
def still(server: Server, template: str) -> str:
    """The database of tests that roll back."""
    return databases.clone(server, template)


@pytest.fixture
def database(server: Server, template: str, keys_folder: Path, tmp_path: Path) -> Iterator[Database]:
    """A clone of its own, for what commits; the environment names it, as a function's would."""
    name = databases.clone(server, template)
    with pointed_at(server, name, keys_folder, tmp_path) as environment:
        yield Database(server, name, environment)
    databases.drop(server, name)


@pytest.fixture
def db(server: Server, still: str, keys_folder: Path, tmp_path: Path) -> Iterator[Session]:
    """As app_system, through the edges' own opening message; nothing of it stays."""
    with pointed_at(server, still, keys_folder, tmp_path), suppress(Nothing), _rolled_back() as session:
        yield session


@contextmanager
def _rolled_back() -> Iterator[Session]:
    with transaction("fn_system", system()) as session:
        yield session
        raise Nothing


class Nothing(Exception):
    """Rolls a test back."""


@pytest.fixture
def api(database: Database) -> Api:
    return Api()


@contextmanager
def pointed_at(server: Server, name: str, keys_folder: Path, folder: Path) -> Iterator[Mapping[str, str]]:
    environment = {variable: server.url(role, name) for variable, role in URLS.items()}
    environment |= {"SECRETS_DIR": str(keys_folder), "MAIL_DIR": str(folder / "mail")}
    environment |= {"STORAGE_DIR": str(folder / "storage")}
    environment |= {"RATE_LIMIT_FACTOR": "1000"}
    before = dict(os.environ)
    os.environ.update(environment)
    forget()
    try:
        yield environment
    finally:
        forget()
        os.environ.clear()
        os.environ.update(before)


def forget() -> None:
    """What a process keeps of its environment. Engines log in anew, and keep what they know of our SQL."""
    for login in LOGINS:
        db_session.engine(login).dispose()
    for cached in CACHED:
        cached.cache_clear()  # type: ignore[attr-defined]
    secrets._held.clear()
