"""From a consumer's DLQ to a row, and back to the consumer."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from functions.platform import loop_relay, on_dead_letters, operations
from functions.platform.errors import NoSuchDeadLetter, Unreadable
from functions.platform.rules import letter_of
from functions.platform.tables import DeadLetter, Delivery
from shared import clock
from shared.db import house, system, transaction
from tests.calls import Api, Context
from tests.conftest import Database
from tests.functions import staff
from tests.functions.platform import make

CONSUMER = "garden-on-lamp-lit"
MISSING = UUID("01900000-0000-7000-8000-000000000000")


def drain(*records: dict[str, Any]) -> list[str]:
    answer = on_dead_letters.handler({"Records": records}, Context("platform-on-dead-letters"))
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def letters() -> list[DeadLetter]:
    with transaction("fn_system", system()) as db:
        return list(db.scalars(select(DeadLetter).order_by(DeadLetter.failed_at, DeadLetter.consumer)))


def replay(letter_id: UUID) -> DeadLetter:
    return make.steps()(operations.replay, dead_letter_id=letter_id, actor=None, now=clock.now())


def test_a_dead_event_is_kept_with_its_message_and_last_error(database: Database) -> None:
    event_id = uuid4()
    message = {"id": "put-id", "source": "platform", "detail": {"id": str(event_id), "body": {"lamp": 1}}}
    assert drain(make.dead_record(CONSUMER, message=message, error="KeyError: wick")) == []
    (letter,) = letters()
    assert (letter.consumer, letter.event_id, letter.payload) == (CONSUMER, event_id, message)
    assert (letter.error, letter.attempts, letter.replayed_at) == ("KeyError: wick", 6, None)


def test_a_dead_job_is_kept_by_the_id_that_the_relay_gave_it(database: Database) -> None:
    message = {"id": str(uuid4()), "body": {"lamp": 1}}
    drain(make.dead_record(CONSUMER, message=message))
    (letter,) = letters()
    assert (str(letter.event_id), letter.payload, letter.error) == (message["id"], message, None)


def test_a_record_that_comes_twice_is_one_dead_letter(database: Database) -> None:
    record = make.dead_record()
    drain(record, record)
    drain(record)
    assert len(letters()) == 1


def test_one_poisonous_record_of_ten_is_given_back_alone(database: Database) -> None:
    records = [make.dead_record() for _ in range(10)]
    del records[4]["eventSourceARN"]
    assert drain(*records) == [records[4]["messageId"]]
    assert len(letters()) == 9


def test_what_a_deployment_puts_in_front_of_a_queue_s_name_is_no_part_of_its_consumer_s() -> None:
    record = make.dead_record("astrolabe-dev-garden-on-lamp-lit")
    assert letter_of(record, queue_prefix="astrolabe-dev-").consumer == CONSUMER


@pytest.mark.parametrize("body", ["not JSON", "[1, 2]", '{"id": "x", "body": 1}', '{"detail": null}', "null"])
def test_what_is_no_message_of_ours_is_kept_but_never_sent(database: Database, body: str) -> None:
    record = make.dead_record(message=body)
    assert drain(record) == []
    (letter,) = letters()
    assert letter.event_id == UUID(record["messageId"])
    assert letter.payload == (json.loads(body) if body != "not JSON" else body)
    with pytest.raises(Unreadable):
        replay(letter.id)
    assert make.outbox() == []


def test_a_replay_goes_to_the_consumer_alone_as_the_same_event_and_once(database: Database) -> None:
    event_id = uuid4()
    drain(make.dead_record(CONSUMER, message={"detail": {"id": str(event_id), "body": {"lamp": 1}}}))
    (letter,) = letters()
    assert [replay(letter.id).replayed_at for _ in range(2)] == [letters()[0].replayed_at] * 2
    (row,) = make.outbox()
    assert (row["topic"], row["event_id"], row["payload"]) == (f"queue:{CONSUMER}", event_id, {"lamp": 1})
    loop_relay.handle(make.steps())
    with transaction("fn_system", system()) as db:
        (delivery,) = db.scalars(select(Delivery))
    assert (delivery.consumer, delivery.message["id"]) == (CONSUMER, str(event_id))


def test_what_died_again_after_its_replay_can_be_replayed_again(database: Database) -> None:
    message = {"id": str(uuid4()), "body": {"lamp": 1}}
    first = make.dead_record(CONSUMER, message=message)
    drain(first)
    (letter,) = letters()
    replay(letter.id)
    drain(first)  # late, a second time: it tells nothing new
    assert letters()[0].replayed_at is not None
    drain(make.dead_record(CONSUMER, message=message, error="again"))
    (again,) = letters()
    assert (again.id, again.error, again.replayed_at) == (letter.id, "again", None)
    replay(letter.id)
    assert [row["event_id"] for row in make.outbox()] == [letter.event_id] * 2


def test_a_replay_of_nothing_is_refused(database: Database) -> None:
    with pytest.raises(NoSuchDeadLetter):
        replay(MISSING)


def test_staff_read_dead_letters_page_by_page_and_nobody_else(api: Api, database: Database) -> None:
    for lamp in range(3):
        drain(make.dead_record(message={"id": str(uuid4()), "body": {"lamp": lamp}}))
    support, user = (staff.signed_in(api, database, role) for role in ("support", "user"))
    path = "/v1/platform/dead-letters"
    assert [api.get(path).status, user.get(path).status] == [401, 403]
    first = support.get(f"{path}?limit=2").json()
    second = support.get(f"{path}?limit=2&cursor={first['next_cursor']}").json()
    found = [letter["id"] for page in (first, second) for letter in page["items"]]
    assert found == [str(letter.id) for letter in reversed(letters())]
    assert (second["next_cursor"], "payload" in first["items"][0]) == (None, False)
    whole = support.get(f"{path}/{found[0]}").json()
    assert (whole["payload"]["body"], whole["consumer"]) == ({"lamp": 2}, CONSUMER)
    assert support.get(f"{path}/{MISSING}").status == 404


def test_an_administrator_replays_and_is_named_in_the_audit_log(api: Api, database: Database) -> None:
    drain(make.dead_record())
    (letter,) = letters()
    support, admin = (staff.signed_in(api, database, role) for role in ("support", "admin"))
    path = f"/v1/platform/dead-letters/{letter.id}/replay"
    assert [api.post(path).status, support.post(path).status] == [401, 403]
    answers = [admin.post(path) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["replayed_at"] is not None
    assert admin.post(f"/v1/platform/dead-letters/{MISSING}/replay").status == 404
    me = admin.get("/v1/auth/me").json()["id"]
    with transaction("fn_system", system()) as db:
        logs = house.audit_logs.c
        rows = db.execute(
            select(logs.user_id, logs.resource_id, logs.tenant).where(logs.event_type == "platform")
        )
        assert [tuple(map(str, row)) for row in rows] == [(me, str(letter.id), "platform")]
