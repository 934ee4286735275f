"""The relay with real rows: on one machine into the queues' table, in AWS over a socket."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from functions.platform import loop_relay, operations
from functions.platform.rules import CLAIM
from functions.platform.tables import Delivery
from shared import clock
from shared.db import system, transaction
from shared.db.house import system_events
from tests.functions.platform import make
from tests.functions.platform.conftest import Later, Routes
from tests.functions.platform.make import LampLit, TrimWick

TOPIC = "platform.LampLit"
HEARD = {TOPIC: ["garden-on-lamp-lit", "street-on-lamp-lit"]}


def turn() -> bool:
    return loop_relay.handle(make.steps())


def deliveries() -> list[Delivery]:
    with transaction("fn_system", system()) as db:
        return list(db.scalars(select(Delivery).order_by(Delivery.consumer, Delivery.created_at)))


def alarms() -> list[tuple[str, str, Any]]:
    with transaction("fn_system", system()) as db:
        rows = db.execute(select(system_events.c["source", "severity", "details"]))
        return [tuple(row) for row in rows]


def test_an_event_reaches_each_consumer_as_the_bus_would_send_it(routes: Routes) -> None:
    routes(HEARD)
    make.published(LampLit(lamp=1))
    assert turn() is True
    (row,) = make.outbox()
    assert [delivery.consumer for delivery in deliveries()] == HEARD[TOPIC]
    (message, _) = (delivery.message for delivery in deliveries())
    assert message == {
        "version": "0",
        "id": str(row["id"]),
        "detail-type": "LampLit",
        "source": "platform",
        "account": "000000000000",
        "time": f"{row['published_at']:%Y-%m-%dT%H:%M:%SZ}",
        "region": "local",
        "resources": [],
        "detail": {"id": str(row["event_id"]), "body": {"lamp": 1, "light": ""}},
    }


def test_a_job_goes_to_its_own_queue_alone(routes: Routes) -> None:
    routes(HEARD)
    make.enqueued(TrimWick(lamp=2))
    turn()
    (row,), (delivery,) = make.outbox(), deliveries()
    assert delivery.consumer == "platform-job-trim-wick"
    assert delivery.message == {"id": str(row["id"]), "body": {"lamp": 2}}


def test_an_event_that_nobody_hears_leaves_all_the_same(routes: Routes) -> None:
    make.published(LampLit(lamp=1))
    assert (turn(), turn()) == (True, False)
    assert (deliveries(), make.outbox()[0]["published_at"] is None) == ([], False)


def test_what_a_dead_relay_held_is_sent_when_its_claim_ends(routes: Routes, later: Later) -> None:
    routes(HEARD)
    make.published(LampLit(lamp=1))
    make.steps()(operations.claim, now=clock.now())
    assert turn() is False
    later(CLAIM + timedelta(seconds=1))
    assert turn() is True
    assert [delivery.consumer for delivery in deliveries()] == HEARD[TOPIC]


def test_rows_sent_twice_fill_the_queues_once(routes: Routes) -> None:
    make.published(LampLit(lamp=1))
    rows = make.steps()(operations.claim, now=clock.now())
    for _ in range(2):
        make.steps()(operations.deliver, rows, routes=HEARD, now=clock.now())
    assert len(deliveries()) == 2


def test_two_relays_at_once_take_different_rows_the_oldest_first(
    routes: Routes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "BATCH", 2)
    make.published(*(LampLit(lamp=lamp) for lamp in range(5)))
    with transaction("fn_system", system()) as one, transaction("fn_system", system()) as other:
        taken = [operations.claim(db, now=clock.now()) for db in (one, other)]
    assert [[row.payload["lamp"] for row in rows] for rows in taken] == [[0, 1], [2, 3]]


def test_the_bus_gets_ten_entries_a_call_and_no_more_than_it_carries(bus: make.Aws) -> None:
    make.published(*(LampLit(lamp=lamp) for lamp in range(12)))
    make.published(*(LampLit(lamp=lamp, light="é" * 50_000) for lamp in (12, 13, 14)))
    turn()
    entries = [given["Entries"] for given in bus.inputs("PutEvents")]
    assert [len(batch) for batch in entries] == [10, 4, 1]
    first, row = entries[0][0], make.outbox()[0]
    assert first == {
        "EventBusName": "astrolabe",
        "Source": "platform",
        "DetailType": "LampLit",
        "Detail": f'{{"id":"{row["event_id"]}","body":{{"lamp":0,"light":""}}}}',
    }
    assert all(row["published_at"] for row in make.outbox())


def test_jobs_go_to_their_queue_as_id_and_body(bus: make.Aws) -> None:
    make.enqueued(TrimWick(lamp=1), TrimWick(lamp=2))
    turn()
    (given,), rows = bus.inputs("SendMessageBatch"), make.outbox()
    assert given["QueueUrl"].endswith("/000000000000/platform-job-trim-wick")
    assert [entry["MessageBody"] for entry in given["Entries"]] == [
        f'{{"id":"{row["id"]}","body":{{"lamp":{lamp}}}}}' for lamp, row in enumerate(rows, start=1)
    ]


def test_what_the_bus_refuses_of_a_call_comes_again_alone(bus: make.Aws, later: Later) -> None:
    bus.answers["PutEvents"] = partial(make.put_events, refuse='"lamp":1,', code="MalformedDetail")
    make.published(*(LampLit(lamp=lamp) for lamp in range(3)))
    turn()
    assert [row["published_at"] is None for row in make.outbox()] == [False, True, False]
    refused = make.outbox()[1]
    assert (refused["attempts"], refused["error"]) == (1, "MalformedDetail: no")
    assert turn() is False
    bus.answers["PutEvents"] = make.put_events
    later(timedelta(seconds=3))
    assert turn() is True
    assert [len(given["Entries"]) for given in bus.inputs("PutEvents")] == [3, 1]
    assert (make.outbox()[1]["published_at"] is None, make.outbox()[1]["error"]) == (False, None)


def test_what_a_queue_refuses_of_a_batch_comes_again_alone(bus: make.Aws, later: Later) -> None:
    bus.answers["SendMessageBatch"] = partial(make.send_message_batch, refuse='"lamp":2')
    make.enqueued(*(TrimWick(lamp=lamp) for lamp in range(4)))
    turn()
    assert [row["published_at"] is None for row in make.outbox()] == [False, False, True, False]
    assert make.outbox()[2]["error"] == "InvalidMessageContents: no"
    bus.answers["SendMessageBatch"] = make.send_message_batch
    later(timedelta(seconds=3))
    turn()
    assert [row["published_at"] is None for row in make.outbox()] == [False] * 4


def test_a_row_refused_ten_times_is_parked_with_an_alarm(bus: make.Aws, later: Later) -> None:
    bus.answers["PutEvents"] = partial(make.put_events, refuse="lamp", code="MalformedDetail")
    make.published(LampLit(lamp=1))
    for _ in range(9):
        turn()
        later(timedelta(minutes=6))
    (row,) = make.outbox()
    assert (row["attempts"], row["parked_at"], alarms()) == (9, None, [])
    turn()
    (row,) = make.outbox()
    assert (row["attempts"], row["parked_at"] is None) == (10, False)
    details = {"outbox_id": str(row["id"]), "topic": TOPIC, "error": "MalformedDetail: no"}
    assert alarms() == [("platform.loop_relay", "critical", details)]
    later(timedelta(days=1))
    assert turn() is False


@pytest.mark.parametrize(
    ("action", "answer"),
    [
        ("PutEvents", partial(make.put_events, refuse="lamp", code="ThrottlingException")),
        ("SendMessageBatch", partial(make.send_message_batch, refuse="lamp", code="Throttled", fault=False)),
        ("PutEvents", lambda _: 400),
        ("SendMessageBatch", lambda _: 400),
    ],
)
def test_a_service_that_asks_for_patience_brings_no_row_nearer_to_parking(
    bus: make.Aws, later: Later, action: str, answer: make.Answer
) -> None:
    taken, bus.answers[action] = bus.answers[action], answer
    make.published(LampLit(lamp=1))
    make.enqueued(TrimWick(lamp=1))
    turn()
    waiting = [row for row in make.outbox() if row["published_at"] is None]
    assert len(waiting) == 1  # the other service was asked all the same
    assert (waiting[0]["attempts"], waiting[0]["error"] is None) == (0, False)
    bus.answers[action] = taken
    later(CLAIM + timedelta(seconds=1))
    turn()
    assert [row["published_at"] is None for row in make.outbox()] == [False, False]
