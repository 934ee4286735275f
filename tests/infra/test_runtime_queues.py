"""Queues with SQS's promises: who is called when, with what, and how the answer is read."""

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from infra.local.queues import Batch, Dispatcher, routes
from shared import clock
from shared.db import system, transaction
from tests.infra.deliveries import CONSUMER, FILES, JOB, done, messages, row, send
from tests.infra.runtime import config, eventually


def test_a_message_comes_as_the_very_sqs_event(queues: Any, heard: Any) -> None:
    (id,) = send({"n": 1, "text": "è\n"})
    sent = row(id)
    with queues():
        eventually(lambda: done(id))
    ((record,),) = [call["Records"] for call in heard()]
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


def test_messages_come_in_batches_the_longest_waiting_first(queues: Any, heard: Any) -> None:
    now = clock.now()
    ids = [send({"n": n}, at=now - timedelta(seconds=n))[0] for n in range(1, 8)]
    (later,) = send({"n": 8}, at=now + timedelta(hours=1))
    with queues():
        eventually(lambda: done(*ids))
    assert sorted(messages(heard()), reverse=True) == [[7, 6, 5], [4, 3, 2], [1]]
    assert row(later).attempts == 0


def test_only_the_failed_message_of_a_batch_comes_again(queues: Any, heard: Any) -> None:
    good, bad = send({"n": 1}, {"n": 2, "do": "fail"})
    with queues(pause=0.2):
        eventually(lambda: messages(heard()) == [[1, 2], [2]])
        assert done(good)
        assert not done(bad)
    records = [record for call in heard() for record in call["Records"] if record["messageId"] == str(bad)]
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
def test_an_answer_is_read_as_lambda_reads_it(queues: Any, answer: Any, is_done: bool) -> None:
    (id,) = send({"answer": answer})
    with queues(pause=60):
        eventually(lambda: row(id).done_at or row(id).error)
    assert (row(id).done_at is not None, row(id).error) == (
        is_done,
        None if is_done else "given back by tests-on-moved",
    )


def test_a_pause_doubles_with_every_failure_and_differs(queues: Any) -> None:
    ids = send(*[{"n": n, "do": "raise"} for n in range(3)], attempts=1)
    began = clock.now()
    with queues(pause=10, longest_pause=60):
        eventually(lambda: all(row(id).error for id in ids))
    pauses = [(row(id).visible_at - began).total_seconds() for id in ids]
    assert all(10 <= pause < 22 for pause in pauses)
    assert len(set(pauses)) == 3
    assert {row(id).error for id in ids} == {"ValueError: poison"}


def test_no_more_calls_of_a_consumer_at_a_time_than_it_says(queues: Any, heard: Any) -> None:
    alone = CONSUMER.replace("batch=3", "batch=1, concurrency=1")
    ids = send(*[{"n": n, "sleep": 0.1} for n in range(5)])
    most = 0
    with queues({**FILES, "tests/on_moved.py": alone}) as platform:
        while not done(*ids):
            most = max(most, len(platform.platform.running))
    assert most == 1
    assert len(heard()) == 5


def test_a_message_is_received_only_when_a_worker_is_free_for_it(queues: Any) -> None:
    single = CONSUMER.replace("batch=3", "batch=1")
    first, second, third = send(*[{"n": n, "sleep": 2} for n in range(3)])
    with queues({**FILES, "tests/on_moved.py": single}) as platform:
        eventually(lambda: len(platform.platform.running) == 2)
        time.sleep(0.3)
        assert [row(id).attempts for id in (first, second, third)] == [1, 1, 0]
        eventually(lambda: done(third))


def test_a_message_that_somebody_holds_stops_no_other(queues: Any) -> None:
    held, other = send({"n": 1}, {"n": 2})
    with transaction("fn_system", system()) as db:
        db.execute(text("select from platform.deliveries where id = :id for update"), {"id": held})
        with queues():
            eventually(lambda: done(other))
            assert row(held).attempts == 0
            db.commit()
            eventually(lambda: done(held))


def test_jobs_leave_a_worker_to_the_others(queues: Any) -> None:
    send(*[{}] * 4, consumer="tests-work")
    send(*[{}] * 4, consumer="tests-more-work")
    with queues(
        {**FILES, "tests/job_more_work.py": JOB.replace("tests-work", "tests-more-work")}
    ) as platform:
        eventually(lambda: platform.platform.running)
        (id,) = send({"n": 1})
        eventually(lambda: done(id))
        assert [call.function[:10] for call in platform.platform.running.values()] == ["tests-job-"]


def test_a_storm_may_deliver_twice_and_late(queues: Any, heard: Any) -> None:
    class Twice(Dispatcher):
        async def deliver(self, batch: Batch) -> None:
            await super().deliver(batch)
            await super().deliver(Batch(batch.consumer, batch.function, batch.messages[::-1]))

    ids = send({"n": 1}, {"n": 2})
    with queues(made=Twice):
        eventually(lambda: done(*ids) and len(heard()) == 2)
    assert messages(heard()) == [[1, 2], [2, 1]]


def test_a_consumer_is_heard_of_by_its_file_alone(tmp_path: Path) -> None:
    other = CONSUMER.replace("tests-moved", "tests-other")
    functions = config(tmp_path, {**FILES, "other/on_moved.py": other}).functions
    assert routes(functions) == {"tests.Moved": ["tests-other", "tests-moved"]}
