"""What hears events: each message once, for the user it names, and a bad one hinders no other."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.db import identity
from shared.handler import Handler
from shared.outbox import publish
from shared.queue import on, works_for
from tests.calls import Context
from tests.conftest import Database
from tests.queues import deliver
from tests.shared import notes
from tests.shared.notes import ADA, BOB, Note, NotesCounted, NoteWritten, change, stored


@pytest.fixture(autouse=True)
def _with_notes(database: Database) -> None:
    notes.add_tables(database)


def copy(event: NoteWritten, db: Session) -> None:
    """A poisoned message breaks down after it has written."""
    notes.write(db, user_id=event.user_id, text=event.text)
    publish(db, NotesCounted(number=db.scalar(select(func.count()).select_from(Note)) or 0))
    if event.text == "poison":
        raise RuntimeError("poisoned")


COPY = on(NoteWritten, copy, consumer="notes-on-note-written")


def message(text: str, *, user_id: UUID = ADA) -> dict[str, Any]:
    return {"id": str(uuid4()), "body": {"user_id": str(user_id), "text": text}}


CLAIMED = "consumer, event_id::text from platform.inbox"


def test_a_message_is_worked_off_once_however_often_it_comes(database: Database) -> None:
    hello = message("hello")
    assert deliver(COPY, hello, hello) == []
    assert deliver(COPY, hello) == []
    assert stored(database) == ["hello"]
    assert stored(database, "payload ->> 'number' from platform.outbox") == ["1"]
    assert stored(database, CLAIMED) == [("notes-on-note-written", hello["id"])]


def test_of_ten_messages_the_poisoned_one_alone_comes_again(database: Database) -> None:
    messages = [message("poison" if number == 4 else f"note {number}") for number in range(10)]
    assert deliver(COPY, *messages) == [messages[4]["id"]]
    assert stored(database) == [f"note {number}" for number in range(10) if number != 4]
    assert len(stored(database, CLAIMED)) == 9


def test_a_batch_that_comes_again_as_a_whole_adds_nothing(database: Database) -> None:
    """As after a timeout in the middle of it."""
    messages = [message(f"note {number}") for number in range(3)]
    assert deliver(COPY, *messages[:2]) == []
    assert deliver(COPY, *messages) == []
    assert stored(database) == ["note 0", "note 1", "note 2"]


def test_two_consumers_each_take_the_same_message(database: Database) -> None:
    other = on(NoteWritten, copy, consumer="another")
    hello = message("hello")
    assert deliver(COPY, hello) + deliver(other, hello) == []
    assert stored(database) == ["hello", "hello"]


def test_a_consumer_sees_nobody_s_rows_but_its_user_s(database: Database) -> None:
    deliver(COPY, message("hers"), message("also hers"), message("his", user_id=BOB))
    assert stored(database, "payload ->> 'number' from platform.outbox order by created_at") == [
        "1",
        "2",
        "1",
    ]


def test_a_consumer_can_write_for_nobody_but_its_user(database: Database) -> None:
    def misplace(event: NoteWritten, db: Session) -> None:
        notes.write(db, user_id=BOB, text=event.text)

    hello = message("hello")
    assert deliver(on(NoteWritten, misplace, consumer="misplacer"), hello) == [hello["id"]]
    assert stored(database) == []


def count(event: NotesCounted, db: Session) -> None:
    for owner in (ADA, BOB):
        notes.write(db, user_id=owner, text=str(event.number))


def test_a_message_that_names_no_user_needs_a_consumer_that_says_so(database: Database) -> None:
    counted = {"id": str(uuid4()), "body": {"number": 3}}
    assert deliver(on(NotesCounted, count, consumer="counter"), counted) == [counted["id"]]
    assert stored(database) == []
    with pytest.raises(LookupError, match="NotesCounted names no user: its consumer must say system=True"):
        works_for(NotesCounted(number=3), system=False)
    assert deliver(on(NotesCounted, count, consumer="counter", system=True), counted) == []
    assert stored(database) == ["3", "3"]
    assert works_for(NoteWritten(user_id=ADA, text="a"), system=False) == identity.user(ADA)


BROKEN = ["", "no json", "null", "[]", "{}", '{"detail": {}}', '{"id": "1", "body": {}}']
BROKEN += [json.dumps({"detail": {"id": str(uuid4()), "body": {"user_id": "ada"}}})]


def test_what_is_no_message_fails_and_hinders_no_other(database: Database) -> None:
    bad = [{"messageId": body, "body": body} for body in BROKEN]
    good = {"messageId": "good", "body": json.dumps({"detail": message("good")})}
    answer = COPY({"Records": [*bad, good]}, Context("notes"))
    assert answer == {"batchItemFailures": [{"itemIdentifier": body} for body in BROKEN]}
    assert stored(database) == ["good"]


def test_a_message_straight_from_the_relay_has_no_envelope_of_the_bus(database: Database) -> None:
    record = {"messageId": "1", "body": json.dumps(message("replayed"))}
    assert COPY({"Records": [record]}, Context("notes")) == {"batchItemFailures": []}
    assert stored(database) == ["replayed"]


def test_fields_that_a_consumer_does_not_know_yet_are_no_fault(database: Database) -> None:
    newer = message("hello")
    newer["body"] |= {"colour": "red"}
    assert deliver(COPY, newer) == []
    assert stored(database) == ["hello"]


def test_a_commit_that_the_database_refuses_leaves_the_message_to_come_again(database: Database) -> None:
    def answer_nothing(event: NoteWritten, db: Session) -> None:
        notes.write(db, user_id=event.user_id, text=event.text, answers=uuid4())

    hello = message("hello")
    assert deliver(on(NoteWritten, answer_nothing, consumer="orphans"), hello) == [hello["id"]]
    assert stored(database, CLAIMED) == []


def test_the_trigger_says_what_infrastructure_must_know() -> None:
    handler: Handler = on(NoteWritten, copy, consumer="notes-on-note-written", timeout=60, concurrency=2)
    trigger = handler.trigger
    assert (trigger.kind, trigger.topic, trigger.consumer) == (
        "event",
        "shared.NoteWritten",
        "notes-on-note-written",
    )
    assert (trigger.system, trigger.timeout, trigger.concurrency, trigger.login) == (
        False,
        60,
        2,
        "fn_system",
    )


def test_a_message_is_not_taken_for_a_user_who_has_lost_a_right(database: Database) -> None:
    """It comes again, and is worked off when things are mended."""
    change(database, "revoke insert on notes.notes from app_user")
    hello = message("hello")
    assert deliver(COPY, hello) == [hello["id"]]
    change(database, "grant insert on notes.notes to app_user")
    assert deliver(COPY, hello) == []
    assert stored(database) == ["hello"]
