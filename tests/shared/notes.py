"""A small domain for the edges to carry: notes that belong to a user, in a schema added to a test's clone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm import Session as Db

from functions.auth import tokens
from infra.local.postgres import Server
from shared import clock
from shared.db import work
from shared.db.driver import connect
from shared.db.schema import metadata
from shared.events import Event, Job
from shared.ids import new_id
from tests import databases
from tests.conftest import Database, pointed_at

ADA, BOB = UUID(int=0xADA), UUID(int=0xB0B)
MINE = "user_id = (select nullif(current_setting('app.user_id', true), '')::uuid)"
TABLES = f"""
    create schema notes;
    grant usage on schema notes to app_user, app_system;
    create table notes.notes (
        id uuid primary key,
        user_id uuid not null,
        text text not null,
        created_at timestamptz not null,
        answers uuid references notes.notes deferrable initially deferred
    );
    alter table notes.notes enable row level security;
    alter table notes.notes force row level security;
    create policy app_owner on notes.notes to app_owner using (true) with check (true);
    create policy app_system on notes.notes to app_system using (true) with check (true);
    create policy app_user on notes.notes to app_user using ({MINE}) with check ({MINE});
    grant select, insert on notes.notes to app_user, app_system;
"""


class Rows(DeclarativeBase):
    """Not a child of shared.db.schema.Rows: migrations' tests look at all of those."""

    metadata = metadata("notes")


class Note(Rows):
    __tablename__ = "notes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answers: Mapped[UUID | None]


class NoteWritten(Event):
    user_id: UUID
    text: str


class NotesCounted(Event):
    number: int


class WriteNote(Job):
    user_id: UUID
    text: str


def write(
    db: Db, *, user_id: UUID, text: str, answers: UUID | None = None, at: datetime | None = None
) -> Note:
    """An answer to no note is found out at the commit alone."""
    note = Note(id=new_id(), user_id=user_id, text=text, created_at=at or work(db).now, answers=answers)
    db.add(note)
    db.flush()
    return note


@contextmanager
def one_database(server: Server, template: str, keys_folder: Path, folder: Path) -> Iterator[Database]:
    """A clone for a whole file of tests."""
    name = databases.clone(server, template)
    with pointed_at(server, name, keys_folder, folder) as environment:
        yield Database(server, name, environment)
    databases.drop(server, name)


def add_tables(database: Database) -> None:
    change(database, TABLES)


def change(database: Database, statement: str) -> None:
    """As the owner of everything."""
    with connect(database.url("app_owner")) as owner:
        owner.execute_simple(statement)


def stored(database: Database, what: str = "text from notes.notes order by created_at, text") -> list[Any]:
    """As the owner sees it, whoever wrote it: one column as a list, several as tuples."""
    with connect(database.url("app_owner")) as owner:
        rows = owner.execute_simple(f"select {what}").rows
    return [row[0] if len(row) == 1 else tuple(row) for row in rows]


def token(user_id: UUID = ADA, *, role: str = "user", session_id: UUID | None = None) -> str:
    return tokens.access_token(user_id=user_id, role=role, session_id=session_id or new_id(), now=clock.now())
