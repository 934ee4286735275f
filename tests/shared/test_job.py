"""Long work: read, worked with no transaction open, and stored once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db.driver import connect
from shared.handler import Handler
from shared.job import job
from shared.outbox import enqueue, publish
from tests.conftest import Database
from tests.queues import deliver
from tests.shared import notes
from tests.shared.notes import ADA, BOB, Note, NoteWritten, WriteNote, change, stored


@pytest.fixture(autouse=True)
def _with_notes(database: Database) -> None:
    notes.add_tables(database)


def load(command: WriteNote, db: Session) -> WriteNote | None:
    found = db.scalar(select(Note.id).where(Note.text == command.text))
    return None if found else command


def store(command: WriteNote, db: Session) -> None:
    notes.write(db, user_id=command.user_id, text=f"{command.text}, worked")
    publish(db, NoteWritten(user_id=command.user_id, text=command.text))


def writer(work: Callable[[WriteNote], WriteNote]) -> Handler:
    return job(WriteNote, load=load, work=work, store=store)


def command(text: str = "report") -> dict[str, Any]:
    return {"id": str(uuid4()), "body": {"user_id": str(ADA), "text": text}}


def test_what_was_stored_is_not_worked_off_again(database: Database) -> None:
    worked: list[WriteNote] = []
    report = command()
    assert deliver(writer(noting(worked)), report, report) == []
    assert len(worked) == 1
    assert stored(database) == ["report, worked"]
    assert len(stored(database, "1 from platform.outbox")) == 1
    assert stored(database, "consumer, event_id::text from platform.inbox") == [
        ("shared-job-write-note", report["id"])
    ]


def noting(worked: list[WriteNote]) -> Callable[[WriteNote], WriteNote]:
    def work(asked: WriteNote) -> WriteNote:
        worked.append(asked)
        return asked

    return work


def test_two_who_work_on_the_same_message_at_once_store_it_once(database: Database) -> None:
    both_work = Barrier(2, timeout=10)

    def work(asked: WriteNote) -> WriteNote:
        both_work.wait()
        return asked

    report, handler = command(), writer(work)
    with ThreadPoolExecutor(2) as two:
        assert list(two.map(lambda _: deliver(handler, report), range(2))) == [[], []]
    assert stored(database) == ["report, worked"]
    assert len(stored(database, "1 from platform.outbox")) == 1


ACTIVITY = "select state from pg_stat_activity where usename = 'fn_system' and datname = current_database()"


def test_no_transaction_is_open_while_it_works(database: Database) -> None:
    open_then: list[list[str]] = []

    def work(asked: WriteNote) -> WriteNote:
        with connect(database.url("postgres")) as admin:
            open_then.append([state for (state,) in admin.open([(ACTIVITY, ())])[0]])
        return asked

    assert deliver(writer(work), command()) == []
    assert open_then == [["idle"]]


def test_where_there_is_nothing_to_do_nothing_is_worked_or_stored(database: Database) -> None:
    values = f"gen_random_uuid(), '{ADA}', 'report', now()"
    change(database, f"insert into notes.notes (id, user_id, text, created_at) values ({values})")
    worked: list[WriteNote] = []
    assert deliver(writer(noting(worked)), command()) == []
    assert worked == []
    assert stored(database) == ["report"]


def test_work_that_fails_stores_nothing_and_comes_again(database: Database) -> None:
    tries: list[str] = []

    def work(asked: WriteNote) -> WriteNote:
        tries.append(asked.text)
        if len(tries) == 1:
            raise ConnectionError("the other side is away")
        return asked

    report = command()
    assert deliver(writer(work), report) == [report["id"]]
    assert stored(database) == []
    assert deliver(writer(work), report) == []
    assert stored(database) == ["report, worked"]


def test_whoever_asks_is_told_why_a_try_came_to_no_end(database: Database) -> None:
    def work(asked: WriteNote) -> WriteNote:
        raise ConnectionError("the other side is away")

    def failed(asked: WriteNote, error: Exception, db: Session) -> None:
        notes.write(db, user_id=asked.user_id, text=f"{asked.text}: {error}")

    report, handler = command(), job(WriteNote, load=load, work=work, store=store, failed=failed)
    assert deliver(handler, report) == [report["id"]]
    assert stored(database) == ["report: the other side is away"]


def test_a_job_works_as_the_user_that_it_names(database: Database) -> None:
    def misplace(asked: WriteNote, db: Session) -> None:
        notes.write(db, user_id=BOB, text=asked.text)

    report = command()
    handler = job(WriteNote, load=load, work=lambda asked: asked, store=misplace)
    assert deliver(handler, report) == [report["id"]]
    handler = job(WriteNote, load=load, work=lambda asked: asked, store=misplace, system=True)
    assert deliver(handler, report) == []
    assert stored(database, "user_id from notes.notes") == [BOB]


def test_what_was_enqueued_is_what_the_job_s_queue_gets(db: Session) -> None:
    enqueue(db, WriteNote(user_id=ADA, text="later"))
    handler = writer(lambda asked: asked)
    assert (handler.trigger.kind, handler.trigger.consumer) == ("job", "shared-job-write-note")
    assert WriteNote.topic == "queue:shared-job-write-note"
