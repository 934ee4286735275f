"""One unit of work: a login, an identity, and all that travels with the commit."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from pg8000.exceptions import DatabaseError
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.orm import Session, SessionTransaction

from shared import clock
from shared.db import driver
from shared.db.driver import Statement
from shared.handler import Login
from shared.secrets import database_url, forget_database_url

BEGIN: Statement = ("begin", ())
COMMIT: Statement = ("commit", ())
SAVEPOINT: Statement = ("savepoint operation", ())  # the last of an opening, for `undo`
WRONG_PASSWORD = "28P01"  # SQLSTATE


Answers = Sequence[list[tuple[Any, ...]]]  # the rows of each statement of the opening message


class Work(Session):
    """A session that opens with one message, at its first statement, and closes with one."""

    now: datetime  # when it began, by the edge's clock
    request_id: str | None
    opening: Sequence[Statement]
    check: Callable[[Answers], None] | None
    opened: Answers
    closing: dict[Table, list[dict[str, Any]]]


@cache
def engine(login: Login) -> Engine:
    """One connection a process: a function serves one call at a time."""
    return create_engine(
        "postgresql+pg8000://",
        creator=lambda: _logged_in(login),
        pool_size=1,
        max_overflow=1,
        pool_reset_on_return=None,
        hide_parameters=True,  # an error is logged, and must not hold what people wrote
    )


def _logged_in(login: Login) -> driver.Connection:
    """A password that is refused was rotated since this process read it."""
    try:
        return driver.connect(database_url(login))
    except DatabaseError as error:
        if not _is_wrong_password(error):
            raise
    forget_database_url(login)
    return driver.connect(database_url(login))


def _is_wrong_password(error: DatabaseError) -> bool:
    told = error.args[0] if error.args else None
    return isinstance(told, dict) and told.get("C") == WRONG_PASSWORD


@contextmanager
def transaction(
    login: Login,
    identity: Statement,
    *,
    before: Sequence[Statement] = (),
    also: Sequence[Statement] = (),
    check: Callable[[Answers], None] | None = None,
    request_id: str | None = None,
) -> Iterator[Work]:
    """Commit at the end, roll back on any error.

    `before` runs and commits ahead of it, `also` runs under the identity, all in the opening message, whose
    answers `check` may refuse.
    """
    ahead = [BEGIN, *before, COMMIT] if before else []
    with Work(engine(login), expire_on_commit=False) as db:
        db.now, db.request_id = clock.now(), request_id
        db.opening, db.check = [*ahead, BEGIN, identity, *also], check
        db.opened, db.closing = [], {}
        yield db
        db.commit()


def work(db: Session) -> Work:
    assert isinstance(db, Work)
    return db


def travel(db: Session, table: Table, row: dict[str, Any]) -> None:
    """Send a row of a house table along with the closing message: no round trip of its own."""
    work(db).closing.setdefault(table, []).append(row)


def undo(db: Work) -> None:
    """Whatever was done since SAVEPOINT, in the database and in the session; what holds before it stays."""
    db.expunge_all()
    db.closing = {}
    if db.is_active:
        _raw(db.connection()).execute_simple("rollback to savepoint operation")
    else:  # a flush that failed has rolled back everything: the next statement opens anew
        db.rollback()


@event.listens_for(Work, "after_begin")
def _open(db: Work, begun: SessionTransaction, connection: Connection) -> None:
    if begun.nested:  # a savepoint
        return
    try:
        db.opened = _raw(connection).open(db.opening)
    except DatabaseError as error:
        if _is_wrong_password(error):  # found lost, and rotated meanwhile: the next one logs in by the new
            connection.invalidate(error)
        raise
    if db.check:
        db.check(db.opened)


@event.listens_for(Work, "before_commit")
def _close(db: Work) -> None:
    if db.closing and not db.in_nested_transaction():
        db.flush()
        _raw(db.connection()).closing = [_insert(table, rows) for table, rows in db.closing.items()]
        db.closing = {}


def _raw(connection: Connection) -> driver.Connection:
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, driver.Connection)
    return raw


def _insert(table: Table, rows: list[dict[str, Any]]) -> Statement:
    names = tuple(rows[0])
    return _insert_text(table.fullname, names, len(rows)), tuple(row[name] for row in rows for name in names)


@cache
def _insert_text(table: str, names: tuple[str, ...], rows: int) -> str:
    places = [f"${place}" for place in range(1, rows * len(names) + 1)]
    values = [", ".join(places[at : at + len(names)]) for at in range(0, len(places), len(names))]
    columns = ", ".join(names)
    return f"insert into {table} ({columns}) values ({'), ('.join(values)})"  # noqa: S608 (names and places)
