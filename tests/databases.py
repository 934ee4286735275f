"""Databases for tests: a server without fsync, a template migrated once, and a clone of it in 0.1 s."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from sqlalchemy import Connection, Engine, create_engine, make_url, text

from infra import database
from infra.local import postgres
from infra.local.postgres import Server
from shared.db import driver

TEMPLATE = "astrolabe_template"
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
MEMORY = Path("/dev/shm")  # Linux's files in memory
ROOM = 4 << 30  # bytes, for the servers of all workers and their clones


@contextmanager
def serving(home: Path, *, major: int = 18) -> Iterator[Server]:
    with postgres.start(home, major=major, options=FORGETFUL) as server:
        try:
            yield server
        finally:
            _administrator(server).dispose()


@contextmanager
def passing() -> Iterator[Path]:
    """A server's home, in memory where there is room: a clone is 400 small files, slow to make on a disk."""
    spacious = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    with TemporaryDirectory(prefix="astrolabe-", dir=MEMORY if spacious else None) as name:
        yield Path(name)


def template(server: Server) -> str:
    """The URL, as app_owner, of a migrated database that nobody may stay connected to."""
    passwords = {login: postgres.password(server.home, login) for login in database.LOGINS}
    database.prepare(server.url("postgres", "postgres"), passwords, database=TEMPLATE)
    url = server.url("app_owner", TEMPLATE)
    database.migrate(url)
    return url


def clone(server: Server, template: str) -> str:
    """The name of a fresh copy, its roles and rights included."""
    name = f"clone_{uuid4().hex[:12]}"
    with _administrator(server).connect() as connection:
        source = make_url(template).database
        # By file, as nothing waits for a disk here: half the time of its pages in the log, one by one.
        create = f"create database {name} template {source} owner app_owner strategy file_copy"
        connection.execute(text(create))
        database.admit_logins_alone(connection, name)
    return name


def drop(server: Server, name: str) -> None:
    with _administrator(server).connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))


@cache
def _administrator(server: Server) -> Engine:
    """On one connection that stays: two logins for each clone would cost almost as much as the clone."""
    url = server.url("postgres", "postgres")
    return create_engine(
        "postgresql+pg8000://",
        creator=lambda: driver.connect(url),
        isolation_level="AUTOCOMMIT",
        pool_size=1,
        pool_pre_ping=True,
    )


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Each statement is committed by itself."""
    with database.engine(url).execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection
