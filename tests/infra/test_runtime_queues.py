"""Queues with SQS's promises: a message is delivered until it is done, alone if need be, or is dead."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from infra.local.queues import Batch, Dispatcher, routes
from shared import clock
from shared.db import system, transaction
from shared.ids import new_id
from tests.conftest import Database
from tests.infra.runtime import Running, config, eventually, running

NOTING = """
import json

def note(event):
    with open(os.environ["SEEN"], "a") as file:
        file.write(json.dumps(event) + "\\n")
"""
CONSUMER = (
    NOTING
    + """
def hear(event, context):
    note(event)
    bodies = {record["messageId"]: json.loads(record["body"]) for record in event["Records"]}
    for body in bodies.values():
        if body.get("do") == "raise":
            raise ValueError("poison\\0")
        if "answer" in body:
            return body["answer"]
        time.sleep(body.get("sleep", 0))
    failed = [message for message, body in bodies.items() if body.get("do") == "fail"]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}

trigger = Trigger(kind="event", topic="tests.Moved", consumer="tests-moved", batch=3, attempts=3)
handler = Handler(trigger, hear)
"""
)
DEAD = (
    NOTING
    + """
def bury(event, context):
    if os.path.exists(os.environ["SEEN"] + ".broken"):
        raise ValueError("no room")
    note({"dead": event["Records"]})

handler = Handler(Trigger(kind="dead_letters", consumer="tests-dead-letters"), bury)
"""
)
JOB = """
def work(event, context):
    time.sleep(60)

handler = Handler(Trigger(kind="job", consumer="tests-work", batch=1), work)
"""
FILES = {"tests/on_moved.py": CONSUMER, "tests/on_dead_letter.py": DEAD, "tests/job_work.py": JOB}


@pytest.fixture
def start(tmp_path: Path, database: Database) -> Callable[..., Any]:
    """A platform over a database of its own; failed messages come again almost at once."""

    @contextmanager
    def started(
        files: dict[str, str] = FILES, made: type[Dispatcher] = Dispatcher, **options: float
    ) -> Iterator[Running]:
        options = {"pause": 0.02, **options}
        given = config(
            tmp_path,
            files,
            environment={"SEEN": str(tmp_path / "seen")},
            transaction=lambda: transaction("fn_system", system()),
            dispatcher=partial(made, **options),
        )
        with running(given) as platform:
            yield platform

    return started


@pytest.fixture
def seen(tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    """The calls the functions have had, in order."""

    def look() -> list[dict[str, Any]]:
        file = tmp_path / "seen"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    return look


def send(
    *bodies: Any, consumer: str = "tests-moved", at: datetime | None = None, attempts: int = 0
) -> list[UUID]:
    ids = [new_id() for _ in bodies]
    now = clock.now()
    insert = text(
        "insert into platform.deliveries (id, outbox_id, consumer, message, created_at, visible_at, attempts)"
        " values (:id, :id, :consumer, cast(:body as jsonb), :now, :at, :attempts)"
    )
    with transaction("fn_system", system()) as db:
        for place, (id, body) in enumerate(zip(ids, bodies, strict=True)):
            visible = (at or now) + timedelta(microseconds=place)
            row = {"id": id, "consumer": consumer, "body": json.dumps(body), "now": now, "at": visible}
            db.execute(insert, row | {"attempts": attempts})
    return ids


def row(id: UUID) -> Any:
    with transaction("fn_system", system()) as db:
        return db.execute(text("select * from platform.deliveries where id = :id"), {"id": id}).one()


def done(*ids: UUID) -> bool:
    return all(row(id).done_at for id in ids)


def messages(calls: list[dict[str, Any]]) -> list[list[Any]]:
    return [[json.loads(record["body"])["n"] for record in call.get("Records", ())] for call in calls]


def test_a_message_comes_as_the_very_sqs_event(start: Any, seen: Any) -> None:
    (id,) = send({"n": 1, "text": "è\n"})
    sent = row(id)
    with start():
        eventually(lambda: done(id))
    ((record,),) = [call["Records"] for call in seen()]
    assert json.loads(record.pop("body")) == {"n": 1, "text": "è\n"}
    assert record.pop("receiptHandle")
    assert record == {
        "messageId": str(id),
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": str(int(sent.created_at.timestamp() * 1000)),
        },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:local:000000000000:tests-moved",
        "awsRegion": "local",
    }
    assert (row(id).attempts, row(id).error) == (1, None)


def test_messages_come_in_batches_the_longest_waiting_first(start: Any, seen: Any) -> None:
    now = clock.now()
    ids = [send({"n": n}, at=now - timedelta(seconds=n))[0] for n in range(1, 8)]
    (later,) = send({"n": 8}, at=now + timedelta(hours=1))
    with start():
        eventually(lambda: done(*ids))
    assert sorted(messages(seen()), reverse=True) == [[7, 6, 5], [4, 3, 2], [1]]
    assert row(later).attempts == 0


def test_only_the_failed_message_of_a_batch_comes_again(start: Any, seen: Any) -> None:
    good, bad = send({"n": 1}, {"n": 2, "do": "fail"})
    with start(pause=0.2):
        eventually(lambda: messages(seen()) == [[1, 2], [2]])
        assert done(good)
        assert not done(bad)
    records = [record for call in seen() for record in call["Records"] if record["messageId"] == str(bad)]
    assert [record["attributes"]["ApproximateReceiveCount"] for record in records] == ["1", "2"]
    assert len({record["receiptHandle"] for record in records}) == 2


@pytest.mark.parametrize(
    ("answer", "is_done"),
    [
        (None, True),
        ({}, True),
        ({"batchItemFailures": None}, True),
        ({"batchItemFailures": []}, True),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, False),
        ({"batchItemFailures": [{"itemIdentifier": "01a20ff2-51f3-75f6-89ab-91c36644dedf"}]}, False),
        ({"batchItemFailures": [{"id": "1"}]}, False),
        ("done", False),
    ],
)
def test_an_answer_is_read_as_lambda_reads_it(start: Any, answer: Any, is_done: bool) -> None:
    (id,) = send({"answer": answer})
    with start(pause=60):
        eventually(lambda: row(id).done_at or row(id).error)
    assert (row(id).done_at is not None, row(id).error) == (
        is_done,
        None if is_done else "given back by tests-on-moved",
    )


def test_a_pause_doubles_with_every_failure_and_differs(start: Any) -> None:
    ids = send(*[{"n": n, "do": "raise"} for n in range(3)], attempts=1)
    began = clock.now()
    with start(pause=10, longest_pause=60):
        eventually(lambda: all(row(id).error for id in ids))
    pauses = [(row(id).visible_at - began).total_seconds() for id in ids]
    assert all(10 <= pause < 22 for pause in pauses)
    assert len(set(pauses)) == 3
    assert {row(id).error for id in ids} == {"ValueError: poison"}


def test_a_message_that_always_fails_is_a_dead_letter_with_its_reason(start: Any, seen: Any) -> None:
    (id,) = send({"n": 1, "do": "raise"})
    with start():
        eventually(lambda: done(id))
    *tries, last = seen()
    assert messages(tries) == [[1]] * 3
    (record,) = last["dead"]
    assert record["attributes"]["ApproximateReceiveCount"] == "3"
    assert record["attributes"]["DeadLetterQueueSourceArn"] == "arn:aws:sqs:local:000000000000:tests-moved"
    assert record["messageAttributes"] == {
        "error": {"stringValue": "ValueError: poison", "dataType": "String"}
    }
    assert json.loads(record["body"]) == {"n": 1, "do": "raise"}
    assert (row(id).attempts, row(id).error) == (3, "ValueError: poison")


def test_a_dead_letter_is_kept_until_it_is_taken(start: Any, seen: Any, tmp_path: Path) -> None:
    broken = tmp_path / "seen.broken"
    broken.touch()
    (id,) = send({"n": 1, "do": "raise"})
    with start() as platform:
        eventually(lambda: platform.platform.jobs.calls["tests-on-dead-letter"] > 1)
        assert not done(id)
        broken.unlink()
        eventually(lambda: done(id))
    assert [call["dead"][0]["messageId"] for call in seen() if "dead" in call] == [str(id)]
    assert row(id).error == "ValueError: poison"


def test_a_message_whose_worker_is_killed_comes_again(start: Any, seen: Any) -> None:
    (id,) = send({"n": 1, "sleep": 0.5})
    with start() as platform:
        (pid,) = eventually(lambda: seen() and list(platform.platform.running))
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: done(id))
    assert messages(seen()) == [[1], [1]]
    assert "died" in row(id).error


def test_what_the_last_run_held_comes_again_at_the_start(start: Any, seen: Any) -> None:
    (id,) = send({"n": 1, "sleep": 60})
    with start():
        eventually(seen)
    assert (row(id).attempts, row(id).error) == (1, None)
    assert row(id).visible_at > clock.now() + timedelta(minutes=2)
    with start():
        eventually(lambda: messages(seen()) == [[1], [1]])


def test_a_message_that_nobody_answers_for_is_dead_without_another_try(start: Any, seen: Any) -> None:
    (id,) = send({"n": 1}, attempts=3)
    with start():
        eventually(lambda: done(id))
    assert [list(call) for call in seen()] == [["dead"]]
    error = seen()[0]["dead"][0]["messageAttributes"]["error"]["stringValue"]
    assert error == "no word came back from its function"


def test_more_than_a_queue_carries_is_a_dead_letter_at_once(start: Any, seen: Any) -> None:
    heavy, light = send({"n": 1, "x": "x" * 256 * 1024}, {"n": 2, "x": "x" * 255 * 1024})
    with start():
        eventually(lambda: done(heavy, light))
    (dead,) = [call["dead"] for call in seen() if "dead" in call]
    assert [record["messageId"] for record in dead] == [str(heavy)]
    assert dead[0]["messageAttributes"]["error"]["stringValue"] == "it weighs more than 256 kB"


def test_visibility_ends_a_delivery_that_brings_no_word(start: Any, seen: Any) -> None:
    """Two calls at a time, and the second one gets it."""
    (id,) = send({"n": 1, "sleep": 1})
    with start(visibility=0.2):
        eventually(lambda: len(seen()) == 2)
        eventually(lambda: done(id))


def test_no_more_calls_of_a_consumer_at_a_time_than_it_says(start: Any, seen: Any) -> None:
    alone = CONSUMER.replace("batch=3", "batch=1, concurrency=1")
    ids = send(*[{"n": n, "sleep": 0.1} for n in range(5)])
    most = 0
    with start({**FILES, "tests/on_moved.py": alone}) as platform:
        while not done(*ids):
            most = max(most, len(platform.platform.running))
    assert most == 1
    assert len(seen()) == 5


def test_a_message_is_received_only_when_a_worker_is_free_for_it(start: Any) -> None:
    single = CONSUMER.replace("batch=3", "batch=1")
    first, second, third = send(*[{"n": n, "sleep": 2} for n in range(3)])
    with start({**FILES, "tests/on_moved.py": single}) as platform:
        eventually(lambda: len(platform.platform.running) == 2)
        time.sleep(0.3)
        assert [row(id).attempts for id in (first, second, third)] == [1, 1, 0]
        eventually(lambda: done(third))


def test_a_message_that_somebody_holds_stops_no_other(start: Any) -> None:
    held, other = send({"n": 1}, {"n": 2})
    with transaction("fn_system", system()) as db:
        db.execute(text("select from platform.deliveries where id = :id for update"), {"id": held})
        with start():
            eventually(lambda: done(other))
            assert row(held).attempts == 0
            db.commit()
            eventually(lambda: done(held))


def test_jobs_leave_a_worker_to_the_others(start: Any) -> None:
    send(*[{}] * 4, consumer="tests-work")
    send(*[{}] * 4, consumer="tests-more-work")
    with start({**FILES, "tests/job_more_work.py": JOB.replace("tests-work", "tests-more-work")}) as platform:
        eventually(lambda: platform.platform.running)
        (id,) = send({"n": 1})
        eventually(lambda: done(id))
        assert [call.function[:10] for call in platform.platform.running.values()] == ["tests-job-"]


def test_lost_connections_lose_no_message(start: Any, database: Database) -> None:
    from sqlalchemy import NullPool, create_engine

    admin = create_engine(database.server.url("postgres", database.name), poolclass=NullPool)
    ids = []
    with start():
        for n in range(5):
            ids += send({"n": n, "sleep": 0.05})
            with admin.connect() as connection:
                connection.execute(
                    text("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'fn_system'")
                )
        eventually(lambda: done(*ids))


def test_a_storm_may_deliver_twice_and_late(start: Any, seen: Any) -> None:
    class Twice(Dispatcher):
        async def deliver(self, batch: Batch) -> None:
            await super().deliver(batch)
            await super().deliver(Batch(batch.consumer, batch.function, batch.messages[::-1]))

    ids = send({"n": 1}, {"n": 2})
    with start(made=Twice):
        eventually(lambda: done(*ids) and len(seen()) == 2)
    assert messages(seen()) == [[1, 2], [2, 1]]


def test_a_consumer_is_heard_of_by_its_file_alone(tmp_path: Path) -> None:
    other = CONSUMER.replace("tests-moved", "tests-other")
    functions = config(tmp_path, {**FILES, "other/on_moved.py": other}).functions
    assert routes(functions) == {"tests.Moved": ["tests-other", "tests-moved"]}


def test_queues_without_anyone_for_dead_letters_are_no_platform(start: Any) -> None:
    with pytest.raises(ValueError, match="dead letters"), start({"tests/on_moved.py": CONSUMER}):
        pass
