"""A face whose routes are done once a key: one for each thing that may become of a request."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
from fastapi import Response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from infra.discover import Function
from shared import audit
from shared.db import system, work
from shared.errors import Conflict, Forbidden, Refused, TooMany, Unavailable
from shared.http import Body, CurrentUser, Db, Router, Transactions, http, requires
from shared.idempotency import Intent, idempotent
from shared.outbox import publish
from tests import calls
from tests.calls import Answer, Api
from tests.conftest import Database
from tests.shared import notes
from tests.shared.notes import Note, NoteWritten, stored
from tests.shared.notes_api import OFTEN, AlreadyThere, NoteOut, WrongOut

router = Router(prefix="/v1/once", tags=["once"])
mine = [requires("account:read", rate=OFTEN), idempotent()]


class NoteIn(Body):
    text: str


class Limit(Conflict):
    code = "limit"
    detail = "That is too much."


@router.post("/notes", status_code=201, response_model=NoteOut, dependencies=mine)
def write(body: NoteIn, user: CurrentUser, db: Db, response: Response) -> Note:
    note = notes.write(db, user_id=user.id, text=body.text)
    if body.text == "slowly":
        db.execute(text("select pg_sleep(0.3)"))
    publish(db, NoteWritten(user_id=user.id, text=body.text))
    audit.record(db, action="notes.written", resource=("note", note.id), actor=user.id, tenant=user.id)
    response.headers["Location"] = f"/v1/notes/{note.id}"
    response.headers["X-Of-This-Try"] = "1"
    return note


@router.post("/money", status_code=204, dependencies=[requires("money:move", rate=OFTEN), idempotent()])
def move(user: CurrentUser, db: Db) -> None:
    notes.write(db, user_id=user.id, text="moved")


@router.post("/nothing", dependencies=mine)
def touch_nothing() -> dict[str, str]:
    return {"id": str(uuid4())}


@router.post("/orphans", response_model=NoteOut, dependencies=mine)
def answer_nothing(user: CurrentUser, db: Db) -> Note:
    """Refused by the database at the commit."""
    return notes.write(db, user_id=user.id, text="orphan", answers=uuid4())


REFUSALS: dict[str, type[Refused]] = {
    "conflict": AlreadyThere,
    "forbidden": Forbidden,
    "too-many": TooMany,
    "unavailable": Unavailable,
}


@router.post("/raised/{what}", dependencies=mine)
def refuse(what: str, user: CurrentUser, db: Db) -> None:
    notes.write(db, user_id=user.id, text=what)
    publish(db, NoteWritten(user_id=user.id, text=what))
    db.add(Note(id=uuid4(), user_id=user.id, text="not flushed", created_at=work(db).now, answers=None))
    raise REFUSALS[what](number=str(uuid4())) if what in REFUSALS else RuntimeError(what)


@router.post("/returned/{what}", response_model=None, dependencies=mine)
def refuse_with_a_trace(what: str, user: CurrentUser, db: Db) -> Refused:
    notes.write(db, user_id=user.id, text=what)
    return REFUSALS[what](number=str(uuid4()))


@router.post("/caught/{where}", dependencies=mine)
def refuse_what_the_database_refused(where: Literal["statement", "flush"], user: CurrentUser, db: Db) -> None:
    notes.write(db, user_id=user.id, text=where)
    with suppress(DBAPIError):
        if where == "statement":
            db.execute(text("select 1 / 0"))
        else:
            db.add(Note(id=uuid4(), user_id=uuid4(), text="another's", created_at=work(db).now, answers=None))
            db.flush()
    raise AlreadyThere


class Outside:
    """What stands for the world: it sees who asks, and may do something about it."""

    def __init__(self) -> None:
        self.asked: list[UUID] = []
        self.happens: list[Callable[[], object]] = []

    def ask(self, intent: UUID) -> None:
        self.asked.append(intent)
        if self.happens:
            self.happens.pop(0)()


OUTSIDE = Outside()


def begin(db: Session, *, user_id: UUID, intent: UUID, text: str) -> Limit | None:
    """Written once for each intent, however often it is tried."""
    if text == "refused first":
        raise AlreadyThere
    if not db.get(Note, intent):
        db.add(Note(id=intent, user_id=user_id, text="begun", created_at=work(db).now, answers=None))
    return Limit() if text == "over the limit" else None


def end(db: Session, *, user_id: UUID, text: str) -> Note | Refused:
    note = notes.write(db, user_id=user_id, text=text, answers=uuid4() if text == "orphan" else None)
    publish(db, NoteWritten(user_id=user_id, text=text))
    if text == "refused last":
        raise AlreadyThere
    returned = {"declined": AlreadyThere(), "too often": TooMany()}
    return returned.get(text, note)


@router.post("/steps", status_code=202, response_model=NoteOut, dependencies=mine)
def pay(body: NoteIn, user: CurrentUser, steps: Transactions, intent: Intent) -> Note:
    steps(begin, user_id=user.id, intent=intent, text=body.text)
    OUTSIDE.ask(intent)
    return steps.last(end, user_id=user.id, text=body.text)


@router.post("/one-step", status_code=202, response_model=NoteOut, dependencies=mine)
def pay_at_once(body: NoteIn, user: CurrentUser, steps: Transactions) -> Note:
    return steps.last(end, user_id=user.id, text=body.text)


@router.post("/no-last-step", response_model=None, dependencies=mine)
def begin_alone(
    body: NoteIn, user: CurrentUser, steps: Transactions, intent: Intent
) -> dict[str, UUID] | Refused:
    steps(begin, user_id=user.id, intent=intent, text=body.text)
    return TooMany() if body.text == "too often" else {"id": intent}


@router.post("/staff", status_code=202, response_model=NoteOut, dependencies=mine)
def pay_as_the_system(body: NoteIn, user: CurrentUser, steps: Transactions, intent: Intent) -> Note:
    staff = steps.acting_as(system())
    staff(begin, user_id=user.id, intent=intent, text=body.text)
    return staff.last(end, user_id=user.id, text=body.text)


@router.post("/ill-answered", response_model=WrongOut, dependencies=mine)
def answer_wrongly(body: NoteIn, user: CurrentUser, steps: Transactions, intent: Intent) -> Note:
    steps(begin, user_id=user.id, intent=intent, text=body.text)
    return steps.last(end, user_id=user.id, text=body.text)


handler = http(router, login="fn_system")


def face(database: Database, monkeypatch: pytest.MonkeyPatch) -> Api:
    notes.add_tables(database)
    monkeypatch.setattr(calls, "faces", lambda: (Function("once-api", __name__, handler),))
    monkeypatch.setattr(f"{__name__}.OUTSIDE", Outside())
    return Api()


def post(api: Api, path: str, body: Any = None, *, key: str = "k1") -> Answer:
    return api.post(f"/v1/once/{path}", body, **{"idempotency-key": key})


def in_its_own_loop(call: Callable[[], Answer]) -> Answer:
    with asyncio.Runner() as runner:
        asyncio.set_event_loop(runner.get_loop())
        return call()


def at_once(posts: Sequence[Callable[[], Answer]]) -> list[Answer]:
    start = Barrier(len(posts))

    def call(ask: Callable[[], Answer]) -> Answer:
        start.wait(60)
        return ask()

    with ThreadPoolExecutor(len(posts)) as threads:
        return list(threads.map(in_its_own_loop, [partial(call, ask) for ask in posts]))


def keys(database: Database, columns: Iterable[str] = ("key", "status_code")) -> list[Any]:
    return stored(database, f"{', '.join(columns)} from platform.idempotency_keys order by created_at")


def told(answer: Answer) -> tuple[int, str, str]:
    """What an answer says, whichever try it answers."""
    return answer.status, answer.text, answer.headers.get("content-type", "")


def is_again(answer: Answer) -> bool:
    return answer.headers.get("idempotent-replayed") == "true"
