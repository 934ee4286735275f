"""What leaves: with the change that made it, not too heavy, and known by one id for life."""

import json
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from shared.db import house, identity, system, transaction, work
from shared.ids import new_id
from shared.outbox import MAX_PAYLOAD, enqueue, first_time, publish
from tests.conftest import NOON, Database
from tests.shared.notes import ADA, NotesCounted, NoteWritten, WriteNote, stored


def test_an_event_and_a_job_wait_in_the_outbox_as_they_will_travel(database: Database) -> None:
    with transaction("fn_http", identity.user(ADA)) as db:
        publish(db, NoteWritten(user_id=ADA, text="né 😀"))
        publish(db, NotesCounted(number=3))
        enqueue(db, WriteNote(user_id=ADA, text="later"))
        now = work(db).now
    assert stored(database, "topic, key, payload, created_at from platform.outbox order by topic") == [
        ("queue:shared-job-write-note", str(ADA), {"user_id": str(ADA), "text": "later"}, now),
        ("shared.NoteWritten", str(ADA), {"user_id": str(ADA), "text": "né 😀"}, now),
        ("shared.NotesCounted", None, {"number": 3}, now),
    ]
    assert stored(database, "distinct id = event_id from platform.outbox") == [True]


def of_weight(weight: int, letter: str) -> NoteWritten:
    """An event of so many bytes."""
    empty = len(NoteWritten(user_id=ADA, text="").model_dump_json())
    return NoteWritten(user_id=ADA, text=letter * ((weight - empty) // len(letter.encode())))


@pytest.mark.parametrize("letter", ["a", "é", "字", "😀"])
def test_what_is_too_heavy_for_the_bus_is_refused_by_its_bytes(letter: str, db: Session) -> None:
    publish(db, of_weight(MAX_PAYLOAD, letter))
    size = len(letter.encode())
    with pytest.raises(ValueError, match=r"shared.NoteWritten weighs \d+ bytes; 200000 may travel"):
        publish(db, of_weight(MAX_PAYLOAD + 2 * size, letter))
    assert len(work(db).closing[house.outbox]) == 1


def test_the_heaviest_fits_into_an_entry_of_the_bus() -> None:
    """256 kB, of which EventBridge counts source, detail-type and time as well."""
    body = of_weight(MAX_PAYLOAD, "字").model_dump_json()
    envelope = json.dumps({"id": str(new_id()), "body": json.loads(body)}, ensure_ascii=False)
    assert len(envelope.encode()) + 1_000 < 256 * 1_024


def test_a_message_is_claimed_once_by_each_consumer(database: Database) -> None:
    event_id = UUID(int=7)

    def claimed(consumer: str, event: UUID = event_id) -> bool:
        with transaction("fn_system", identity.user(ADA)) as db:
            return first_time(db, consumer=consumer, event_id=event, now=NOON)

    assert [claimed("one"), claimed("one"), claimed("two"), claimed("one", UUID(int=8))] == [
        True,
        False,
        True,
        True,
    ]
    assert stored(database, "count(*) from platform.inbox") == [3]


def test_a_claim_goes_with_the_effect_that_it_stands_for(database: Database) -> None:
    with pytest.raises(RuntimeError), transaction("fn_system", system()) as db:
        claim_and_fail(db)
    with transaction("fn_system", system()) as db:
        assert first_time(db, consumer="one", event_id=UUID(int=7), now=NOON)


def claim_and_fail(db: Session) -> None:
    assert first_time(db, consumer="one", event_id=UUID(int=7), now=NOON)
    raise RuntimeError
