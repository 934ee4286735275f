"""The database's own catalogue, walked: who owns what, who may do what, and nobody anything more."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import Connection, Table, text
from sqlalchemy.engine import make_url

from infra import database as operations
from infra.local.postgres import Server
from infra.migrations.whole import whole
from tests import databases

TABLES = whole().tables
LOGINS = {"fn_http", "fn_auth", "fn_system"}
EXECUTABLE = {  # by whom each function is meant to be called; a trigger's by nobody
    "audit.keep()": set(),
    "auth.activate(bytea,timestamp with time zone)": {"app_user"},
    "auth.identify(bytea)": {"fn_http", "fn_auth"},
    "auth.owner_of_email(text)": {"fn_auth"},
    "auth.owner_of_session(uuid)": {"fn_auth"},
    "auth.owner_of_token(bytea)": {"fn_auth"},
    "platform.drop_partitions(regclass,date)": {"app_system"},
    "platform.ensure_partition(regclass,date)": {"app_system"},
    "platform.take(text,integer,integer,timestamp with time zone)": LOGINS,
}
FOUND_BY = {"audit": set(), "auth": {"fn_http", "fn_auth"}, "platform": LOGINS}  # before a role is taken
APPEND_ONLY = {"audit.audit_logs", "audit.chain_heads", "audit.security_events", "audit.system_events"}
FORGOTTEN_BY_A_CRASH = {"platform.rate_limits"}
# What decides about somebody is never written by themselves.
NEVER_UPDATED = {"id", "user_id", "role", "status", "scopes", "mfa_enabled", "created_at"}
NEVER_INSERTED = {"role", "status", "mfa_enabled"}

OURS = "n.nspname not like 'pg_%' and n.nspname <> 'information_schema'"
IS_MINE = f"({{}} = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS {'nullif'}))"


@pytest.fixture(scope="module")
def catalogue(server: Server, still: str) -> Iterator[Connection]:
    with databases.connected(server.url("app_owner", still)) as owner:
        yield owner


def rows(db: Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.execute(text(query))]


def names(db: Connection, query: str) -> set[str]:
    return set(db.scalars(text(query)))


def test_no_role_is_above_the_rules_and_only_logins_log_in(catalogue: Connection) -> None:
    found = rows(
        catalogue,
        """
        select rolname, rolcanlogin,
            rolsuper or rolinherit or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls
        from pg_roles where rolname ~ '^(app|fn)_'
        """,
    )
    assert set(found) == {(name, name in LOGINS | {"app_owner"}, False) for name in roles()}


def roles() -> set[str]:
    return {role.name for role in operations.ROLES}


def test_a_login_may_become_what_its_kind_needs_and_is_it_only_after_asking(catalogue: Connection) -> None:
    found = rows(
        catalogue,
        """
        select member::regrole::text, roleid::regrole::text, set_option, inherit_option, admin_option
        from pg_auth_members where roleid::regrole::text ~ '^(app|fn)_'
        """,
    )
    wanted = {(login, "app_user") for login in LOGINS} | {("fn_system", "app_system")}
    assert set(found) == {(*pair, True, False, False) for pair in wanted}


def test_everything_belongs_to_the_owner(catalogue: Connection) -> None:
    strangers = f"""
        select format('%s %s', kind, name) from (
            select 'schema', nspname::text, nspowner from pg_namespace n where {OURS} and nspname <> 'public'
            union all select 'relation', c.oid::regclass::text, relowner
                from pg_class c join pg_namespace n on n.oid = relnamespace where {OURS}
            union all select 'function', p.oid::regprocedure::text, proowner
                from pg_proc p join pg_namespace n on n.oid = pronamespace where {OURS} and nspname <> 'public'
        ) thing(kind, name, owner) where owner <> 'app_owner'::regrole
    """
    assert names(catalogue, strangers) == set()
    assert names(catalogue, "select datdba::regrole::text from pg_database where datname = current_database()") == {
        "app_owner"
    }


def test_the_database_holds_the_tables_that_the_domains_declare(catalogue: Connection) -> None:
    found = f"""
        select format('%s.%s', nspname, relname) from pg_class join pg_namespace n on n.oid = relnamespace
        where {OURS} and nspname <> 'public' and relkind in ('r', 'p', 'v', 'm', 'f') and not relispartition
    """
    assert names(catalogue, found) == set(TABLES)


def test_only_the_logins_connect_and_nobody_makes_temporary_tables(catalogue: Connection) -> None:
    found = rows(
        catalogue,
        """
        select grantee::regrole::text, privilege_type from pg_database, aclexplode(datacl)
        where datname = current_database() and grantee <> datdba
        """,
    )
    assert set(found) == {(login, "CONNECT") for login in LOGINS}


def test_a_schema_is_used_by_its_roles_and_by_logins_that_look_something_up(catalogue: Connection) -> None:
    found = rows(
        catalogue,
        f"""
        select nspname, grantee::regrole::text, privilege_type from pg_namespace n, aclexplode(nspacl)
        where {OURS} and nspname <> 'public' and grantee <> nspowner
        """,
    )
    assert set(found) == {
        (schema, role, "USAGE")
        for schema, logins in FOUND_BY.items()
        for role in {"app_user", "app_system"} | logins
    }
    assert names(catalogue, "select nspname from pg_namespace n where " + OURS) == {*FOUND_BY, "public"}
    creators = "select rolname from pg_roles where has_schema_privilege(oid, 'public', 'create') and not rolsuper"
    assert names(catalogue, creators) - {"pg_database_owner"} == {"app_owner"}


@pytest.mark.parametrize("table", [t for t in TABLES.values() if t.info["owner"]], ids=lambda t: t.fullname)
def test_an_owned_row_is_its_owner_s_alone(catalogue: Connection, table: Table) -> None:
    flags = f"select relrowsecurity, relforcerowsecurity from pg_class where oid = '{table.fullname}'::regclass"
    assert rows(catalogue, flags) == [(True, True)]
    policies = f"""
        select policyname, roles::text, permissive, cmd, qual, with_check from pg_policies
        where format('%s.%s', schemaname, tablename) = '{table.fullname}'
    """
    is_mine = (
        f"({table.info['owner']} = ( SELECT"
        " (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS \"nullif\"))"
    )
    shown = {"app_owner": "true", "app_system": "true", "app_user": is_mine}
    assert set(rows(catalogue, policies)) == {
        (role, f"{{{role}}}", "PERMISSIVE", "ALL", which, which) for role, which in shown.items()
    }


def test_only_owned_tables_have_policies(catalogue: Connection) -> None:
    owned = {name for name, table in TABLES.items() if table.info["owner"]}
    assert names(catalogue, "select distinct format('%s.%s', schemaname, tablename) from pg_policies") == owned


def test_a_table_with_a_user_s_column_is_owned_or_closed_to_users(catalogue: Connection) -> None:
    for name, table in TABLES.items():
        if "user_id" in table.columns and not table.info["owner"]:
            assert set(table.info["grants"]) <= {"insert"}, name


def declared(table: Table, right: str) -> set[str]:
    granted = table.info["grants"].get(right, ())
    return set(table.columns.keys()) if granted == ("*",) else set(granted)


def test_app_user_may_do_with_each_column_what_its_table_declares(catalogue: Connection) -> None:
    found = rows(
        catalogue,
        f"""
        select a.attrelid::regclass::text, "right", attname
        from pg_attribute a join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = relnamespace,
            unnest(array['select', 'insert', 'update', 'references']) "right"
        where {OURS} and nspname <> 'public' and attnum > 0 and not attisdropped and relkind in ('r', 'p')
            and has_column_privilege('app_user', attrelid, attnum, "right")
        """,
    )
    assert set(found) == {
        (name, right, column)
        for name, table in TABLES.items()
        for right in table.info["grants"]
        for column in declared(table, right)
    }


def test_nobody_writes_what_decides_about_themselves() -> None:
    for name, table in TABLES.items():
        assert not declared(table, "update") & NEVER_UPDATED, name
        assert not declared(table, "insert") & NEVER_INSERTED, name
        for right in ("insert", "update"):
            assert not [column for column in declared(table, right) if column.endswith("verified_at")], name


def test_whole_tables_are_deleted_from_by_those_who_may_and_nothing_else(catalogue: Connection) -> None:
    """And on no partition has anybody a right: rows are reached through the parent, where the rules stand."""
    found = rows(
        catalogue,
        f"""
        select c.oid::regclass::text, rolname, "right"
        from pg_class c join pg_namespace n on n.oid = relnamespace, pg_roles r,
            unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) "right"
        where {OURS} and relkind in ('r', 'p', 'v', 'm', 'S', 'f') and rolname ~ '^(app|fn)_'
            and rolname <> 'app_owner' and has_table_privilege(r.oid, c.oid, "right")
            and not (rolname = 'app_user' and "right" = 'select')
            and not (nspname = 'public' and relkind in ('v', 'm'))
        """,
    )
    assert {row for row in found if row[1] != "app_system"} == {
        (name, "app_user", "delete") for name, table in TABLES.items() if table.info["delete"]
    }
    reached = {(name, right) for name, role, right in found if role == "app_system"}
    assert {name for name, _ in reached} == set(TABLES)
    assert {right for _, right in reached} <= {"select", "insert", "update", "delete"}
    assert {name for name in TABLES if (name, "delete") not in reached} == APPEND_ONLY


def test_a_function_is_called_by_those_it_is_meant_for(catalogue: Connection) -> None:
    found = rows(
        catalogue,
        f"""
        select p.oid::regprocedure::text, array(
            select case grantee when 0 then 'public' else grantee::regrole::text end
            from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee <> proowner)
        from pg_proc p join pg_namespace n on n.oid = pronamespace where {OURS} and nspname <> 'public'
        """,
    )
    assert {function: set(callers) for function, callers in found} == EXECUTABLE


def test_a_function_that_has_its_owner_s_rights_does_not_follow_its_caller_s_path(catalogue: Connection) -> None:
    found = rows(
        catalogue,
        f"""
        select p.oid::regprocedure::text, proconfig from pg_proc p join pg_namespace n on n.oid = pronamespace
        where {OURS} and prosecdef
        """,
    )
    assert {function for function, _ in found} == {f for f, callers in EXECUTABLE.items() if callers}
    assert {tuple(settings or ()) for _, settings in found} == {("search_path=pg_catalog, pg_temp",)}


def test_a_function_that_is_made_tomorrow_is_nobody_s_to_call(catalogue: Connection) -> None:
    with catalogue.execution_options(isolation_level="READ COMMITTED").begin() as transaction:
        catalogue.execute(text("create function platform.tomorrow() returns int return 1"))
        callers = "select rolname from pg_roles where has_function_privilege(oid, 'platform.tomorrow()', 'execute')"
        assert {name for name in names(catalogue, callers) if name in roles()} == {"app_owner"}
        transaction.rollback()


def test_a_log_table_has_a_default_partition_and_the_months_ahead(catalogue: Connection) -> None:
    partitioned = {
        name for name, table in TABLES.items() if table.dialect_options["postgresql"]["partition_by"]
    }
    months = names(
        catalogue,
        """
        select to_char(date_trunc('month', now() at time zone 'utc') + make_interval(months => n), 'YYYY_MM')
        from generate_series(0, 2) n
        """,
    )
    found = names(catalogue, "select inhrelid::regclass::text from pg_inherits join pg_class c on c.oid = inhrelid "
                             "where relkind = 'r'")
    assert found == {f"{name}_{part}" for name in partitioned for part in {"default", *months}}
    defaults = "select partdefid::regclass::text from pg_partitioned_table"
    assert names(catalogue, defaults) == {f"{name}_default" for name in partitioned}


def test_nothing_but_buckets_is_forgotten_by_a_crash(catalogue: Connection) -> None:
    unlogged = "select oid::regclass::text from pg_class where relkind in ('r', 'p') and relpersistence <> 'p'"
    assert names(catalogue, unlogged) == FORGOTTEN_BY_A_CRASH
