"""The database's own catalogue, walked: who owns what, who may do what, and nobody anything more."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import Connection, Table, text

from infra import database as operations
from infra.local.postgres import Server
from infra.migrations.whole import whole
from shared.db import identity, transaction
from shared.db.driver import Statement
from tests import databases
from tests.architecture.callers import EXECUTABLE, LOGINS
from tests.conftest import Database

TABLES = whole().tables
ROLES = {role.name for role in operations.ROLES}
FOUND_BY = {"audit": set(), "auth": LOGINS, "financial": set(), "platform": LOGINS}  # before a role is taken
APPEND_ONLY = {"audit.audit_logs", "audit.chain_heads", "audit.security_events", "audit.system_events"}
ONLY_READ = {  # by app_system, but for single columns: the functions above write them
    *("financial.currencies", "financial.ledger_accounts", "financial.ledger_transfers"),
    *("financial.ledger_entries", "financial.wallets", "financial.wallet_transactions", "financial.holds"),
    *("financial.wallet_limits", "financial.quotes"),
}
SEQUENCES = {"financial.fetches": {"app_system"}, "financial.ledger_entries_id_seq": set()}
FORGOTTEN_BY_A_CRASH = {"platform.rate_limits"}
# What decides about people is never written by themselves.
NEVER_UPDATED = {
    "id",
    "user_id",
    "role",
    "status",
    "scopes",
    "mfa_enabled",
    "email_verified_at",
    "created_at",
}
NEVER_INSERTED = {"role", "status", "mfa_enabled", "email_verified_at"}

ANA, BEN = UUID(int=1), UUID(int=2)
ADD_ANA = text(f"""
    insert into auth.users (id, email, username, password_hash, created_at, updated_at)
    values ('{ANA}', 'ana@example.test', 'ana', '', now(), now())
""")

OURS = "n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public')"
CLASS = f"from pg_class c join pg_namespace n on n.oid = c.relnamespace where {OURS}"
FUNCTION = f"from pg_proc p join pg_namespace n on n.oid = p.pronamespace where {OURS}"


@pytest.fixture(scope="module")
def catalogue(server: Server, still: str) -> Iterator[Connection]:
    with databases.connected(server.url("app_owner", still)) as owner:
        yield owner


def rows(db: Connection, query: str) -> set[tuple[object, ...]]:
    return {tuple(row) for row in db.execute(text(query))}


def names(db: Connection, query: str) -> set[str]:
    return set(db.scalars(text(query)))


def declared(table: Table, right: str) -> set[str]:
    columns = table.info["grants"].get(right, ())
    return set(table.columns.keys()) if columns == ("*",) else set(columns)


def test_no_role_is_above_the_rules_and_only_logins_log_in(catalogue: Connection) -> None:
    above = "rolsuper or rolinherit or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls"
    found = f"select rolname, rolcanlogin, {above} from pg_roles where rolname ~ '^(app|fn)_'"
    assert rows(catalogue, found) == {(name, name in LOGINS | {"app_owner"}, False) for name in ROLES}


def test_a_login_may_become_what_its_kind_needs_and_is_it_only_after_asking(catalogue: Connection) -> None:
    found = """
        select member::regrole::text, roleid::regrole::text, set_option, inherit_option, admin_option
        from pg_auth_members where roleid::regrole::text ~ '^(app|fn)_'
    """
    wanted = {(login, "app_user") for login in LOGINS} | {("fn_system", "app_system")}
    assert rows(catalogue, found) == {(*pair, True, False, False) for pair in wanted}


def test_everything_belongs_to_the_owner(catalogue: Connection) -> None:
    owners = f"""
        select nspowner::regrole::text from pg_namespace n where {OURS}
        union select relowner::regrole::text {CLASS}
        union select proowner::regrole::text {FUNCTION}
        union select datdba::regrole::text from pg_database where datname = current_database()
    """
    assert names(catalogue, owners) == {"app_owner"}


def test_there_are_the_tables_that_the_domains_declare_and_no_other(catalogue: Connection) -> None:
    tables = (
        f"select c.oid::regclass::text {CLASS} and relkind not in ('i', 'I', 't', 'S') and not relispartition"
    )
    assert names(catalogue, tables) == set(TABLES)
    public = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind <> 'i'"
    assert names(catalogue, public) == {"alembic_version"}


def test_only_logins_connect_and_nobody_makes_temporary_tables(catalogue: Connection) -> None:
    found = """
        select grantee::regrole::text, privilege_type from pg_database, aclexplode(datacl)
        where datname = current_database() and grantee <> datdba
    """
    assert rows(catalogue, found) == {(login, "CONNECT") for login in LOGINS}


def test_a_schema_is_open_to_its_roles_and_to_logins_that_look_something_up(catalogue: Connection) -> None:
    found = f"""
        select nspname, grantee::regrole::text, privilege_type from pg_namespace n, aclexplode(nspacl)
        where {OURS} and grantee <> nspowner
    """
    assert rows(catalogue, found) == {
        (schema, role, "USAGE")
        for schema, logins in FOUND_BY.items()
        for role in {"app_user", "app_system"} | logins
    }
    creators = "select rolname from pg_roles where has_schema_privilege(oid, 'public', 'create')"
    assert names(catalogue, creators) & ROLES == {"app_owner"}


@pytest.mark.parametrize("table", [t for t in TABLES.values() if t.info["owner"]], ids=lambda t: t.fullname)
def test_an_owned_row_is_its_owner_s_alone(catalogue: Connection, table: Table) -> None:
    flags = (
        f"select relrowsecurity, relforcerowsecurity from pg_class where oid = '{table.fullname}'::regclass"
    )
    assert rows(catalogue, flags) == {(True, True)}
    policies = f"""
        select policyname, roles::text, permissive, cmd, qual, with_check from pg_policies
        where format('%s.%s', schemaname, tablename) = '{table.fullname}'
    """
    mine = (
        f"({table.info['owner']} = ( SELECT"
        " (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS \"nullif\"))"
    )
    seen = {"app_owner": "true", "app_system": "true", "app_user": mine}
    assert rows(catalogue, policies) == {
        (role, f"{{{role}}}", "PERMISSIVE", "ALL", which, which) for role, which in seen.items()
    }


def test_where_an_account_lapses_no_table_is_looked_through(catalogue: Connection) -> None:
    """Its row goes once nothing points to it: that is asked of every table, for each account anew."""
    pointing = "select conrelid::regclass::text from pg_constraint where confrelid = 'auth.users'::regclass"
    found = """ and exists (select from pg_index
        where indrelid = conrelid and indkey[0] = conkey[1] and indpred is null)"""
    assert names(catalogue, pointing) == names(catalogue, pointing + found)


def test_only_owned_tables_have_policies(catalogue: Connection) -> None:
    owned = {name for name, table in TABLES.items() if table.info["owner"]}
    assert names(catalogue, "select format('%s.%s', schemaname, tablename) from pg_policies") == owned


def test_what_names_a_user_is_owned_or_can_only_be_appended_to() -> None:
    for name, table in TABLES.items():
        assert (
            table.info["owner"] or "user_id" not in table.columns or set(table.info["grants"]) <= {"insert"}
        ), name


def test_app_user_may_do_with_each_column_what_its_table_declares_and_a_login_nothing(
    catalogue: Connection,
) -> None:
    found = f"""
        select rolname, a.attrelid::regclass::text, "right", attname
        from pg_roles r, pg_attribute a, unnest(array['select', 'insert', 'update', 'references']) "right"
        where attrelid in (select c.oid {CLASS} and relkind in ('r', 'p')) and attnum > 0 and not attisdropped
            and rolname ~ '^(app|fn)_' and rolname not in ('app_owner', 'app_system')
            and has_column_privilege(r.oid, attrelid, attnum, "right")
    """
    assert rows(catalogue, found) == {
        ("app_user", name, right, column)
        for name, table in TABLES.items()
        for right in table.info["grants"]
        for column in declared(table, right)
    }


def test_nobody_writes_what_decides_about_themselves() -> None:
    for name, table in TABLES.items():
        assert declared(table, "update") & NEVER_UPDATED == set(), name
        assert declared(table, "insert") & NEVER_INSERTED == set(), name


def test_no_other_right_on_a_table_is_anybody_s_and_none_on_a_partition(catalogue: Connection) -> None:
    found = f"""
        select c.oid::regclass::text, rolname, "right" from pg_class c, pg_roles r,
            unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) "right"
        where (c.oid in (select c.oid {CLASS}) or relnamespace = 'public'::regnamespace)
            and relkind in ('r', 'p', 'v', 'm') and rolname ~ '^(app|fn)_' and rolname <> 'app_owner'
            and has_table_privilege(r.oid, c.oid, "right")
    """
    everything = {
        (name, "app_system", right) for name in TABLES for right in ("select", "insert", "update", "delete")
    }
    kept = {(name, "app_system", "delete") for name in APPEND_ONLY}
    kept |= {("audit.system_events", "app_system", "update")}
    kept |= {(name, "app_system", right) for name in ONLY_READ for right in ("insert", "update", "delete")}
    kept -= {
        ("financial.wallet_limits", "app_system", "update"),
        ("financial.quotes", "app_system", "delete"),
    }
    of_users = {(name, "app_user", "delete") for name, table in TABLES.items() if table.info["delete"]}
    read = {
        (name, "app_user", "select")
        for name, table in TABLES.items()
        if table.info["grants"].get("select") == ("*",)
    }
    assert rows(catalogue, found) == everything - kept | of_users | read


def test_a_sequence_is_drawn_from_by_those_it_is_meant_for(catalogue: Connection) -> None:
    assert names(catalogue, f"select c.oid::regclass::text {CLASS} and relkind = 'S'") == set(SEQUENCES)
    for name, callers in SEQUENCES.items():
        drawing = f"select rolname from pg_roles where has_sequence_privilege(oid, '{name}', 'usage, select')"
        assert names(catalogue, drawing) & ROLES - {"app_owner"} == callers


def test_a_function_is_called_by_those_it_is_meant_for(catalogue: Connection) -> None:
    found = f"""
        select p.oid::regprocedure::text, string_agg(
            case grantee when 0 then 'everybody' else grantee::regrole::text end, ' ')
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            left join aclexplode(coalesce(proacl, acldefault('f', proowner))) on grantee <> proowner
        where {OURS} group by 1
    """
    callers = {function: set(str(who or "").split()) for function, who in rows(catalogue, found)}
    assert callers == EXECUTABLE


def test_no_function_follows_its_caller_s_path(catalogue: Connection) -> None:
    found = f"select p.oid::regprocedure::text, proconfig::text {FUNCTION}"
    path = '{"search_path=pg_catalog, pg_temp"'
    set_of = dict(rows(catalogue, found))
    assert set_of.keys() == EXECUTABLE.keys()
    assert {name for name, own in set_of.items() if not str(own).startswith(path)} == set()


def test_a_function_that_is_made_tomorrow_is_nobody_s_to_call(database: Database) -> None:
    with databases.connected(database.url("app_owner")) as owner:
        owner.execute(text("create function platform.tomorrow() returns int return 1"))
        callers = (
            "select rolname from pg_roles where has_function_privilege(oid, 'platform.tomorrow()', 'execute')"
        )
        assert names(owner, callers) & ROLES == {"app_owner"}


def test_a_log_table_has_the_months_ahead_and_a_default_for_a_missing_one(catalogue: Connection) -> None:
    logs = {name for name, table in TABLES.items() if table.dialect_options["postgresql"]["partition_by"]}
    now = "date_trunc('month', now() at time zone 'utc')"
    months = f"select to_char({now} + make_interval(months => n), 'YYYY_MM') from generate_series(0, 2) n"
    parts = {"default", *names(catalogue, months)}
    assert names(catalogue, f"select c.oid::regclass::text {CLASS} and relispartition and relkind = 'r'") == {
        f"{name}_{part}" for name in logs for part in parts
    }
    defaults = "select partrelid::regclass::text, partdefid::regclass::text from pg_partitioned_table"
    assert rows(catalogue, defaults) == {(name, f"{name}_default") for name in logs}


def test_nothing_but_buckets_is_forgotten_by_a_crash(catalogue: Connection) -> None:
    unlogged = f"select c.oid::regclass::text {CLASS} and relpersistence <> 'p' and relkind in ('r', 'p')"
    assert names(catalogue, unlogged) == FORGOTTEN_BY_A_CRASH


def test_a_warm_connection_shows_the_next_person_nothing_of_the_last(database: Database) -> None:
    """An identity that was set and rolled back leaves an empty text behind, which is nobody's id."""
    count, backend = text("select count(*) from auth.users"), text("select pg_backend_pid()")
    with transaction("fn_http", identity.user(ANA)) as db:
        db.execute(ADD_ANA)
        assert db.scalar(count) == 1
        first = db.scalar(backend)
    for who, seen in ((identity.nobody(), 0), (identity.user(BEN), 0), (identity.user(ANA), 1)):
        with transaction("fn_http", who) as db:
            assert (db.scalar(count), db.scalar(backend)) == (seen, first)


@pytest.mark.parametrize("who", [identity.nobody(), identity.user(BEN)], ids=["nobody", "another"])
def test_nobody_else_writes_a_person_s_row(database: Database, who: Statement) -> None:
    with pytest.raises(Exception, match="42501"), transaction("fn_http", who) as db:
        db.execute(ADD_ANA)


def test_a_login_may_do_nothing_before_it_has_taken_a_role(database: Database) -> None:
    for login in LOGINS:
        with databases.connected(database.url(login)) as db:
            for name in TABLES:
                with pytest.raises(Exception, match="42501"):
                    db.execute(text(f"select 1 from {name}"))
