"""A face over the notes: a route for each thing that the edge of HTTP has to do."""

import os
import threading
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID, uuid4

import pytest
from fastapi.responses import PlainTextResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from infra.discover import Function
from infra.local.postgres import Server
from shared import audit
from shared.db import system, work
from shared.errors import Conflict, NotFound
from shared.http import Body, CurrentUser, Db, Router, Text, Transactions, http, public, requires
from shared.limits import Rate
from shared.outbox import publish
from shared.pagination import Cursor, Limit, Page, PageOut, page
from tests import calls
from tests.calls import Api
from tests.shared import notes
from tests.shared.notes import Note, NoteWritten

router = Router(prefix="/v1/notes", tags=["notes"])
# So slow that a test on a busy machine is over before a bucket has leaked.
OFTEN, SELDOM = Rate("often", 10_000, 10_000_000), Rate("seldom", 2, 60_000)


class TagIn(Body):
    word: str


class NoteIn(Body):
    text: Annotated[str, Field(max_length=5_000)]
    remind_at: AwareDatetime | None = None
    tags: tuple[TagIn, ...] = ()
    lines: tuple[Text, ...] = ()


class NoteOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    text: str
    created_at: datetime


class WrongOut(NoteOut):
    colour: str  # that no note has


class AlreadyThere(Conflict):
    code = "already_there"
    detail = "There is such a note already."


mine = requires("account:read", rate=OFTEN)


@router.post("", status_code=201, response_model=NoteOut, dependencies=[mine])
def write(body: NoteIn, user: CurrentUser, db: Db) -> Note:
    note = notes.write(db, user_id=user.id, text=body.text)
    publish(db, NoteWritten(user_id=user.id, text=body.text))
    audit.record(db, action="notes.written", resource=("note", note.id), actor=user.id, tenant=user.id)
    return note


@router.get("", response_model=PageOut[NoteOut], dependencies=[mine])
def listed(db: Db, limit: Limit = 20, cursor: Cursor = None) -> Page[Note]:
    return page(db, select(Note), by=Note.created_at, id=Note.id, limit=limit, cursor=cursor)


@router.get("/{note_id}", response_model=NoteOut, dependencies=[mine])
def read(note_id: UUID, db: Db) -> Note:
    note = db.get(Note, note_id)
    if note is None:
        raise NotFound
    return note


@router.post("/orphans", response_model=NoteOut, dependencies=[mine])
def answer_nothing(user: CurrentUser, db: Db) -> Note:
    """Found out by the database at the commit, when the answer is made already."""
    publish(db, NoteWritten(user_id=user.id, text="orphan"))
    return notes.write(db, user_id=user.id, text="orphan", answers=uuid4())


@router.post("/wrong", response_model=WrongOut, dependencies=[mine])
def answer_wrongly(user: CurrentUser, db: Db) -> Note:
    return notes.write(db, user_id=user.id, text="wrong")


@router.post("/broken", dependencies=[mine])
def break_down(user: CurrentUser, db: Db) -> None:
    notes.write(db, user_id=user.id, text="broken")
    raise RuntimeError("a secret of ours")


@router.post("/refused/{how}", response_model=NoteOut, dependencies=[mine])
def refuse(how: Literal["raised", "returned"], user: CurrentUser, db: Db) -> AlreadyThere:
    notes.write(db, user_id=user.id, text=how)
    if how == "raised":
        raise AlreadyThere
    return AlreadyThere(note=how)


def try_to(db: Session, *, user_id: UUID, how: str) -> Note | AlreadyThere:
    note = notes.write(db, user_id=user_id, text=how)
    if how == "raised":
        raise AlreadyThere
    return AlreadyThere() if how == "returned" else note


@router.post("/steps/{how}", response_model=NoteOut, status_code=202, dependencies=[mine])
def step(how: Literal["raised", "returned", "done"], user: CurrentUser, steps: Transactions) -> Note:
    steps(notes.write, user_id=user.id, text="first")
    return steps.last(try_to, user_id=user.id, how=how)


@router.get("/staff/count", dependencies=[requires("operations:read")])
def count(db: Db) -> dict[str, int]:
    return {"notes": len(db.scalars(select(Note.id)).all())}


@router.get("/public/thread", dependencies=[public()])
def thread() -> dict[str, int]:
    return {"thread": threading.get_ident()}


@router.get("/public/length/{size}", dependencies=[public()])
def of_length(size: int, db: Db) -> dict[str, str]:
    """An answer of so many bytes."""
    return {"text": "x" * (size - len('{"text":""}'))}


@router.get("/public/noise/{size}", dependencies=[public()])
def of_noise(size: int, status: int = 200) -> PlainTextResponse:
    """That hardly packs, in so many bytes."""
    noise = b64encode(os.urandom(size * 3 // 4)).decode()
    return PlainTextResponse(noise, status, {"X-Own": "kept", "ETag": '"of the noise"'})


@router.get("/public/seldom", dependencies=[public(rate=SELDOM)])
def seldom(db: Db) -> dict[str, str]:
    return {"at": work(db).now.isoformat()}


handler = http(router, login="fn_auth")


def of_everybody(db: Session) -> Sequence[str]:
    return db.scalars(select(Note.text).order_by(Note.created_at)).all()


staff = Router(prefix="/v1/all-notes", tags=["notes"])


@staff.get("/live", dependencies=[requires("operations:repair")])
def read_all_if_still_signed_in(steps: Transactions) -> dict[str, Sequence[str]]:
    return {"texts": steps.acting_as(system()).last(of_everybody)}


@staff.get("", dependencies=[requires("operations:read")])
def read_all(steps: Transactions) -> dict[str, Sequence[str]]:
    return {"texts": steps.acting_as(system()).last(of_everybody)}


staff_handler = http(staff, login="fn_system")


def faces(monkeypatch: pytest.MonkeyPatch) -> Api:
    """Called through their Lambda handlers, as the platform's own are."""
    found = (Function("notes-api", __name__, handler), Function("notes-staff-api", __name__, staff_handler))
    monkeypatch.setattr(calls, "faces", lambda: found)
    return Api()


@contextmanager
def standing(server: Server, template: str, keys_folder: Path, folder: Path) -> Iterator[Api]:
    """For a whole file of tests that do not look at what is stored."""
    with notes.one_database(server, template, keys_folder, folder) as database:
        notes.add_tables(database)
        with pytest.MonkeyPatch.context() as patch:
            yield faces(patch)
