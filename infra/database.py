"""The database itself: its roles, what they may do at all, and the way to the newest schema."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.engine import URL

from shared.db import driver

HISTORY = "infra:migrations"

# What every login starts with: nothing on its path that another could have put there; times as we write them;
# no compiling of plans, which costs our short statements more than it saves.
USUAL = {"search_path": "public", "timezone": "UTC", "jit": "off"}
# A person waits: end before the gateway does (29 s), and do not queue behind a lock.
PERSON = USUAL | {
    "statement_timeout": "25s",
    "lock_timeout": "4s",
    "idle_in_transaction_session_timeout": "30s",
}
# Nobody waits, and a message or a due time comes again; but an open transaction holds back vacuum.
NOBODY = USUAL | {
    "statement_timeout": "60s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}


@dataclass(frozen=True)
class Role:
    name: str
    login: bool = False
    becomes: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


OWNER = Role("app_owner", login=True, settings=USUAL)
ROLES = (
    OWNER,
    Role("app_user"),
    Role("app_system"),
    Role("fn_http", login=True, becomes=("app_user",), settings=PERSON),
    Role("fn_auth", login=True, becomes=("app_user",), settings=PERSON),
    Role("fn_system", login=True, becomes=("app_user", "app_system"), settings=NOBODY),
)
LOGINS = tuple(role.name for role in ROLES if role.login)
ATTRIBUTES = {  # a column of pg_roles → the word for it
    "rolcanlogin": "login",
    "rolinherit": "inherit",
    "rolsuper": "superuser",
    "rolcreatedb": "createdb",
    "rolcreaterole": "createrole",
    "rolreplication": "replication",
    "rolbypassrls": "bypassrls",
}


def prepare(admin_url: str, passwords: Mapping[str, str], *, database: str = "astrolabe") -> None:
    """Make the roles and the database where they are missing, and mend them where they differ.

    The administrator is a superuser, or a role with CREATEROLE and CREATEDB, as hosted databases have it.
    """
    admin = make_url(admin_url)
    with _connected(admin) as connection:
        for role in ROLES:
            _mend_role(connection, role)
            if role.login:
                _set_password(connection, role, passwords[role.name])
        _mend_memberships(connection)
        _mend_database(connection, database)
        admit_logins_alone(connection, database)
    with _connected(admin.set(database=database)) as connection:
        for sentence in (
            "create extension if not exists vector",
            "revoke create on schema public from public",
            "alter default privileges for role app_owner revoke execute on functions from public",
        ):
            connection.exec_driver_sql(sentence)


def admit_logins_alone(connection: Connection, database: str) -> None:
    """Not copied from a template: each database needs it."""
    connection.exec_driver_sql(f'revoke all on database "{database}" from public')
    connection.exec_driver_sql(f'grant connect on database "{database}" to {", ".join(LOGINS)}')


def migrate(url: str, revision: str = "head") -> None:
    with alembic(url) as config:
        command.upgrade(config, revision)


def revision(url: str) -> str:
    """Of the schema as it stands."""
    with engine(url).connect() as connection:
        return str(MigrationContext.configure(connection).get_current_revision())


def downgrade(url: str, revision: str) -> None:
    with alembic(url) as config:
        command.downgrade(config, revision)


def draft(url: str, name: str) -> None:
    """The next revision, from what the tables say and the database at the head does not: to be completed."""
    with alembic(url) as config:
        head = ScriptDirectory.from_config(config).get_current_head()
        number = int(head.split("_")[0]) + 1 if head else 1
        command.revision(config, name.replace("_", " "), rev_id=f"{number:04}_{name}", autogenerate=True)


@contextmanager
def alembic(url: str) -> Iterator[Config]:
    """For Alembic's own commands, as app_owner."""
    with engine(url).connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", HISTORY)
        config.set_main_option("file_template", "%%(rev)s")
        yield config


def engine(url: str | URL) -> Engine:
    return create_engine("postgresql+pg8000://", creator=lambda: driver.connect(url), poolclass=NullPool)


@contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    with engine(url).execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection


def _mend_role(connection: Connection, role: Role) -> None:
    """What is right is left alone: a hosted administrator may not even repeat NOSUPERUSER."""
    look = text("select * from pg_roles where rolname = :name").bindparams(name=role.name)
    if connection.execute(look).first() is None:
        connection.exec_driver_sql(f"create role {role.name}")
    found = connection.execute(look).mappings().one()
    wanted = dict.fromkeys(ATTRIBUTES, False) | {"rolcanlogin": role.login}
    for column, on in wanted.items():
        if found[column] != on:
            word = ATTRIBUTES[column] if on else f"no{ATTRIBUTES[column]}"
            connection.exec_driver_sql(f"alter role {role.name} {word}")
    if set(found["rolconfig"] or ()) != {f"{name}={value}" for name, value in role.settings.items()}:
        connection.exec_driver_sql(f"alter role {role.name} reset all")
        for name, value in role.settings.items():
            connection.exec_driver_sql(f"alter role {role.name} set {name} = '{value}'")


def _set_password(connection: Connection, role: Role, password: str) -> None:
    """As PostgreSQL keeps it: the password itself would pass through the server's log."""
    salt = secrets.token_bytes(16)
    key = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, 4096)
    client = hashlib.sha256(hmac.digest(key, b"Client Key", "sha256")).digest()
    server = hmac.digest(key, b"Server Key", "sha256")
    salt64, client64, server64 = (base64.b64encode(part).decode() for part in (salt, client, server))
    verifier = f"SCRAM-SHA-256$4096:{salt64}${client64}:{server64}"
    connection.exec_driver_sql(f"alter role {role.name} password '{verifier}'")


def _mend_memberships(connection: Connection) -> None:
    """Who may become whom, and never without asking: a login by itself has no right."""
    found = text("""
        select roleid::regrole::text, member::regrole::text, grantor::regrole::text,
            set_option and not inherit_option and not admin_option
        from pg_auth_members where member::regrole::text = any(:names)
    """)
    wanted = {(group, role.name) for role in ROLES for group in role.becomes}
    missing = set(wanted)
    for group, member, grantor, is_right in connection.execute(
        found, {"names": [r.name for r in ROLES]}
    ).all():
        if is_right and (group, member) in wanted:
            missing.discard((group, member))
        else:
            connection.exec_driver_sql(f"revoke {group} from {member} granted by {grantor} cascade")
    for group, member in sorted(missing):
        connection.exec_driver_sql(f"grant {group} to {member} with inherit false, set true")


def _mend_database(connection: Connection, database: str) -> None:
    """Only who has the owner's rights may give a database to it, and work in it afterwards."""
    has_rights = "select pg_has_role('app_owner', 'usage') and pg_has_role('app_owner', 'set')"
    if not connection.scalar(text(has_rights)):
        connection.exec_driver_sql("grant app_owner to current_user with inherit true, set true")
    look = text("select datdba::regrole::text from pg_database where datname = :name")
    owner = connection.scalar(look, {"name": database})
    if owner is None:
        connection.exec_driver_sql(f'create database "{database}" owner app_owner')
    elif owner != OWNER.name:
        connection.exec_driver_sql(f'alter database "{database}" owner to app_owner')
