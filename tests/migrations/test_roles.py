"""Who may log in and who may become whom. On a server of its own: roles belong to the server."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from infra import database
from infra.local import postgres
from infra.local.postgres import Server
from tests import databases
from tests.migrations import catalogue

ROLES = """
    select format('%s %s %s', r.rolname, to_jsonb(r) - 'oid', (
        select array_agg(format('%s %s %s %s', roleid::regrole, admin_option, inherit_option, set_option)
                         order by roleid::regrole::text)
        from pg_auth_members where member = r.oid and roleid::regrole::text in ('app_user', 'app_system')))
    from pg_roles r where r.rolname ~ '^(app|fn)_'
"""
DATABASE = """
    select format('database %s %s', datname, datdba::regrole) from pg_database
    union all select format('database %s %s', datname, aclexplode(datacl)) from pg_database
    union all select format('public %s', aclexplode(nspacl)) from pg_namespace where nspname = 'public'
"""


@pytest.fixture(scope="module", params=[16, 18], ids="PostgreSQL {}".format)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with databases.passing() as home, databases.serving(home, major=request.param) as running:
        # A hosted server lets its administrator make the extension; here it must be there already.
        with _connected(running, "postgres", "template1") as admin:
            admin.execute(text("create extension vector"))
        with _connected(running, "postgres", "postgres") as admin:
            secret = postgres.password(running.home, "hosted")
            admin.execute(text(f"create role hosted login createrole createdb password '{secret}'"))
        yield running


@pytest.fixture(scope="module", params=["postgres", "hosted"])
def prepared(server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """By a superuser, and by an administrator as hosted databases have them."""
    _prepare(server, request.param)
    yield request.param
    with _connected(server, "postgres", "postgres") as admin:
        admin.execute(text("drop database astrolabe"))
        for role in database.ROLES:
            admin.execute(text(f"drop role {role.name}"))


def test_a_second_preparation_changes_nothing(server: Server, prepared: str) -> None:
    before = _state(server)
    _prepare(server, prepared)
    assert _state(server) == before


def test_what_was_prepared_can_be_migrated_by_the_owner(server: Server, prepared: str) -> None:
    database.migrate(server.url("app_owner"))
    with _connected(server, "app_owner", "astrolabe") as owner:
        assert owner.scalar(text("select rolsuper from pg_roles where rolname = current_user")) is False
        assert owner.scalar(text("select count(*) from auth.users")) == 0


@pytest.mark.parametrize(
    "damage",
    [
        "alter role fn_http inherit createdb",
        "alter role app_owner createrole",
        "alter role fn_system nologin",
        "alter role app_user login",
        "grant app_system to fn_http",
        "grant app_user to fn_auth with inherit true",
        "grant app_user to fn_auth with admin true",
        "revoke app_system from fn_system",
        "alter role fn_http reset statement_timeout",
        "alter role fn_auth set search_path = auth",
        "alter role fn_system set role = app_system",
        "grant temporary on database astrolabe to public",
        "grant connect on database astrolabe to public",
        "revoke connect on database astrolabe from fn_http",
        "grant create on schema public to public",
        "alter default privileges for role app_owner grant execute on functions to public",
    ],
)
def test_a_preparation_mends_what_somebody_changed(server: Server, prepared: str, damage: str) -> None:
    before = _state(server)
    with _connected(server, prepared, "astrolabe") as admin:
        admin.execute(text(damage))
    assert _state(server) != before
    _prepare(server, prepared)
    assert _state(server) == before


def test_only_a_superuser_can_mend_a_role_that_evades_row_level_security(
    server: Server, prepared: str
) -> None:
    before = _state(server)
    with _connected(server, "postgres", "postgres") as admin:
        admin.execute(text("alter role app_owner superuser bypassrls"))
    if prepared != "postgres":
        with pytest.raises(DBAPIError, match="42501"):
            _prepare(server, prepared)
    _prepare(server, "postgres")
    assert _state(server) == before


def test_a_database_of_somebody_else_is_given_to_the_owner(server: Server, prepared: str) -> None:
    with _connected(server, prepared, "postgres") as admin:
        admin.execute(text("create database older"))
    database.prepare(server.url(prepared, "postgres"), _passwords(server), database="older")
    try:
        database.migrate(server.url("app_owner", "older"))
    finally:
        databases.drop(server, "older")


def test_a_login_needs_its_newest_password(server: Server, prepared: str) -> None:
    newer = _passwords(server) | {"fn_http": "another and longer one"}
    database.prepare(server.url(prepared, "postgres"), newer)
    with pytest.raises(DBAPIError, match="28P01"), _connected(server, "fn_http", "astrolabe"):
        pass
    _prepare(server, prepared)
    with _connected(server, "fn_http", "astrolabe") as login:
        assert login.scalar(text("select current_user")) == "fn_http"


def test_a_password_never_passes_through_the_server_s_log(server: Server, prepared: str) -> None:
    with _connected(server, "postgres", "postgres") as admin:
        admin.execute(text("alter system set log_statement = 'all'"))
        admin.execute(text("select pg_reload_conf()"))
    _prepare(server, prepared)
    said = "".join(file.read_text() for file in server.home.rglob("postgres-*.log"))
    assert "alter role fn_http password 'SCRAM-SHA-256$" in said
    assert not [secret for secret in _passwords(server).values() if secret in said]


def test_a_kind_of_function_becomes_what_it_may_and_nothing_else(server: Server, prepared: str) -> None:
    becomes = {
        "app_owner": {"app_owner"},
        "fn_http": {"fn_http", "app_user"},
        "fn_auth": {"fn_auth", "app_user"},
        "fn_system": {"fn_system", "app_user", "app_system"},
    }
    names = [role.name for role in database.ROLES]
    for login in database.LOGINS:
        with _connected(server, login, "astrolabe") as connection:
            assert {name for name in names if _can_become(connection, name)} == becomes[login]


def test_a_stranger_cannot_connect(server: Server, prepared: str) -> None:
    with _connected(server, "postgres", "postgres") as admin:
        secret = postgres.password(server.home, "stranger")
        admin.execute(text(f"create role stranger login password '{secret}'"))
    try:
        with pytest.raises(DBAPIError, match="42501"), _connected(server, "stranger", "astrolabe"):
            pass
    finally:
        with _connected(server, "postgres", "postgres") as admin:
            admin.execute(text("drop role stranger"))


def test_a_person_s_request_ends_before_the_gateway_does(server: Server, prepared: str) -> None:
    limits = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    wanted = {
        "fn_http": ["25s", "4s", "30s"],
        "fn_auth": ["25s", "4s", "30s"],
        "fn_system": ["1min", "10s", "1min"],
    }
    for login, values in wanted.items():
        with _connected(server, login, "astrolabe") as connection:
            assert [connection.scalar(text(f"show {limit}")) for limit in limits] == values
            assert [
                connection.scalar(text(f"show {name}")) for name in ("search_path", "timezone", "jit")
            ] == [
                "public",
                "UTC",
                "off",
            ]


def _prepare(server: Server, admin: str) -> None:
    database.prepare(server.url(admin, "postgres"), _passwords(server))


def _passwords(server: Server) -> dict[str, str]:
    return {login: postgres.password(server.home, login) for login in database.LOGINS}


def _state(server: Server) -> set[str]:
    with _connected(server, "postgres", "astrolabe") as admin:
        lines = {line for query in (ROLES, DATABASE) for line in admin.scalars(text(query))}
        return lines | catalogue.everything(admin)


def _can_become(connection: Connection, role: str) -> bool:
    try:
        connection.execute(text(f"set role {role}"))
    except DBAPIError:
        return False
    connection.execute(text("reset role"))
    return True


def _connected(server: Server, role: str, name: str) -> AbstractContextManager[Connection]:
    return databases.connected(server.url(role, name))
