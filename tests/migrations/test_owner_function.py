"""The function with the owner's rights, on an empty account and an empty server: as AWS meets it."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from functions.auth.errors import AdminNeeded
from infra import database
from infra.database import LOGINS
from infra.local import postgres
from infra.local.postgres import Server
from infra.migrations.function import handler
from shared.aws import client
from shared.db.driver import DatabaseError, connect
from tests.calls import Context
from tests.conftest import forget
from tests.databases import FORGETFUL
from tests.shared.moto import Set

SIGNING = ("token-key", "jwks", "signing-key")
NAMES = (*SIGNING, *(f"database/{login}" for login in LOGINS))
ADA = {"email": "ada@example.com", "username": "ada"}


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with postgres.start(tmp_path_factory.mktemp("aurora"), options=FORGETFUL, tcp_port=port) as server:
        yield server


@pytest.fixture(autouse=True)
def _account(listening: Server, aws: Set) -> Iterator[None]:
    """Its secrets are declared and hold nothing yet, but the administrator's; a key wraps users' keys."""
    secrets = client("secretsmanager")
    for name in NAMES:
        secrets.create_secret(Name=f"astrolabe/dev/{name}")
    admin = {"username": "postgres", "password": postgres.password(listening.home, "postgres")}
    made = secrets.create_secret(Name="the-database-s-own", SecretString=json.dumps(admin))
    aws(
        SECRETS_PREFIX="astrolabe/dev/",
        DATABASE_HOST="127.0.0.1",
        DATABASE_PORT=str(listening.port),
        DATABASE_ADMIN_SECRET=made["ARN"],
        KMS_KEY_ID=client("kms").create_key()["KeyMetadata"]["Arn"],
    )
    yield
    forget()
    with database.engine(listening.url("postgres", "postgres")).connect() as connection:
        own = connection.execution_options(isolation_level="AUTOCOMMIT")
        own.execute(text("drop database if exists astrolabe with (force)"))


def called(**event: Any) -> dict[str, Any]:
    answer: dict[str, Any] = handler(event, Context("migrations"))
    return answer


def held(name: str) -> str:
    return str(client("secretsmanager").get_secret_value(SecretId=f"astrolabe/dev/{name}")["SecretString"])


def all_held() -> dict[str, str]:
    return {name: held(name) for name in NAMES}


def logs_in(url: str) -> str:
    with connect(url) as connection:
        [[(who,)]] = connection.open([("select session_user::text", ())])
        return str(who)


def kids() -> list[str]:
    return [key["kid"] for key in json.loads(held("jwks"))["keys"]]


def test_on_an_empty_account_it_makes_all_and_a_second_time_nothing() -> None:
    first = called()
    made = all_held()
    assert {login: logs_in(made[f"database/{login}"]) for login in LOGINS} == {one: one for one in LOGINS}
    assert [json.loads(made["signing-key"])["kid"]] == kids()
    assert called() == first
    assert all_held() == made


def test_rotated_logins_are_let_in_by_the_new_passwords_alone() -> None:
    called()
    old = all_held()
    called(rotate=["logins"])
    for login in LOGINS:
        assert logs_in(held(f"database/{login}")) == login
        with pytest.raises(DatabaseError, match="28P01"):
            connect(old[f"database/{login}"])
    assert {name: held(name) for name in SIGNING} == {name: old[name] for name in SIGNING}


def test_a_rotated_signing_key_stands_in_front_of_the_old_one_which_stays_published() -> None:
    called()
    old = kids()
    token_key = held("token-key")
    called(rotate=["signing"])
    assert kids() == [json.loads(held("signing-key"))["kid"], *old]
    assert len(kids()) == 2
    assert held("token-key") == token_key


@pytest.mark.parametrize("lost", NAMES)
def test_what_a_kill_left_unwritten_is_made_and_the_rest_is_left_alone(lost: str) -> None:
    called()
    before = all_held()
    secrets = client("secretsmanager")
    secrets.delete_secret(SecretId=f"astrolabe/dev/{lost}", ForceDeleteWithoutRecovery=True)
    secrets.create_secret(Name=f"astrolabe/dev/{lost}")
    called()
    after = all_held()
    changed = {name for name in NAMES if after[name] != before[name]}
    assert changed == ({"jwks", "signing-key"} if lost in ("jwks", "signing-key") else {lost})
    assert json.loads(after["signing-key"])["kid"] == kids()[0]
    assert {login: logs_in(after[f"database/{login}"]) for login in LOGINS} == {one: one for one in LOGINS}


def test_passwords_that_a_kill_left_in_the_database_alone_are_put_back(listening: Server) -> None:
    called()
    strange = dict.fromkeys(LOGINS, "of-a-call-that-was-cut-off")
    database.prepare(listening.url("postgres", "postgres"), strange, database="astrolabe")
    called()
    assert [logs_in(held(f"database/{login}")) for login in LOGINS] == list(LOGINS)


def test_a_database_is_checked_by_the_certificates_that_are_named(aws: Set, tmp_path: Path) -> None:
    called()
    aws(DATABASE_CA_FILE=str(tmp_path / "rds.pem"))
    with pytest.raises(FileNotFoundError):  # by these alone, and they are not here
        called()


def test_the_first_admin_is_made_once() -> None:
    done = called(admin=ADA)
    with database.engine(held("database/app_owner")).connect() as connection:
        rows = connection.execute(text("select id::text, email, username, role from auth.users")).all()
    assert [tuple(row) for row in rows] == [(done["admin"], "ada@example.com", "ada", "admin")]
    with pytest.raises(AdminNeeded):
        called(admin={"email": "eve@example.com", "username": "eve"})


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ({"rotate": ["login"]}, "rotate"),
        ({"rotate": "logins"}, "rotate"),
        ({"rotat": ["logins"]}, "rotat"),
        ({"admin": {"email": "nobody"}}, "admin.email"),
        ({"admin": {"email": "ada@example.com", "username": "a b"}}, "admin.username"),
        ({"admin": {"email": "ada@example.com", "name": "ada"}}, "admin.name"),
    ],
)
def test_what_it_does_not_know_is_refused_by_name_before_anything_is_done(
    event: dict[str, Any], named: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        called(**event)
    places = {
        ".".join(part for part in error["loc"] if isinstance(part, str)) for error in refusal.value.errors()
    }
    assert places == {named}
    with pytest.raises(client("secretsmanager").exceptions.ResourceNotFoundException):
        held("token-key")
