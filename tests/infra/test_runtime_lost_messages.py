"""No message is lost: whatever fails, it comes again, and after its last try it is a dead letter."""

import json
import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text

from shared import clock
from tests.conftest import Database
from tests.infra.deliveries import CONSUMER, done, messages, row, send
from tests.infra.runtime import eventually


def test_a_message_that_always_fails_is_a_dead_letter_with_its_reason(queues: Any, heard: Any) -> None:
    (id,) = send({"n": 1, "do": "raise"})
    with queues():
        eventually(lambda: done(id))
    *tries, last = heard()
    assert messages(tries) == [[1]] * 3
    (record,) = last["dead"]
    assert record["attributes"]["ApproximateReceiveCount"] == "3"
    assert record["attributes"]["DeadLetterQueueSourceArn"] == "arn:aws:sqs:local:000000000000:tests-moved"
    assert record["messageAttributes"] == {
        "error": {"stringValue": "ValueError: poison", "dataType": "String"}
    }
    assert json.loads(record["body"]) == {"n": 1, "do": "raise"}
    assert (row(id).attempts, row(id).error) == (3, "ValueError: poison")


def test_a_dead_letter_is_kept_until_it_is_taken(queues: Any, heard: Any, tmp_path: Path) -> None:
    broken = tmp_path / "seen.broken"
    broken.touch()
    (id,) = send({"n": 1, "do": "raise"})
    with queues() as platform:
        eventually(lambda: platform.platform.jobs.calls["tests-on-dead-letter"] > 1)
        assert not done(id)
        broken.unlink()
        eventually(lambda: done(id))
    assert [call["dead"][0]["messageId"] for call in heard() if "dead" in call] == [str(id)]
    assert row(id).error == "ValueError: poison"


def test_a_message_whose_worker_is_killed_comes_again(queues: Any, heard: Any) -> None:
    (id,) = send({"n": 1, "sleep": 0.5})
    with queues() as platform:
        (pid,) = eventually(lambda: heard() and list(platform.platform.running))
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: done(id))
    assert messages(heard()) == [[1], [1]]
    assert "died" in row(id).error


def test_what_the_last_run_held_comes_again_at_the_start(queues: Any, heard: Any) -> None:
    (id,) = send({"n": 1, "sleep": 60})
    with queues():
        eventually(heard)
    assert (row(id).attempts, row(id).error) == (1, None)
    assert row(id).visible_at > clock.now() + timedelta(minutes=2)
    with queues():
        eventually(lambda: messages(heard()) == [[1], [1]])


def test_a_message_that_nobody_answers_for_is_dead_without_another_try(queues: Any, heard: Any) -> None:
    (id,) = send({"n": 1}, attempts=3)
    with queues():
        eventually(lambda: done(id))
    assert [list(call) for call in heard()] == [["dead"]]
    error = heard()[0]["dead"][0]["messageAttributes"]["error"]["stringValue"]
    assert error == "no word came back from its function"


def test_more_than_a_queue_carries_is_a_dead_letter_at_once(queues: Any, heard: Any) -> None:
    heavy, light = send({"n": 1, "x": "x" * 256 * 1024}, {"n": 2, "x": "x" * 255 * 1024})
    with queues():
        eventually(lambda: done(heavy, light))
    (dead,) = [call["dead"] for call in heard() if "dead" in call]
    assert [record["messageId"] for record in dead] == [str(heavy)]
    assert dead[0]["messageAttributes"]["error"]["stringValue"] == "it weighs more than 256 kB"


def test_visibility_ends_a_delivery_that_brings_no_word(queues: Any, heard: Any) -> None:
    """Two calls at a time, and the second one gets it."""
    (id,) = send({"n": 1, "sleep": 1})
    with queues(visibility=0.2):
        eventually(lambda: len(heard()) == 2)
        eventually(lambda: done(id))


def test_lost_connections_lose_no_message(queues: Any, database: Database) -> None:
    admin = create_engine(database.server.url("postgres", database.name), poolclass=NullPool)
    ids = []
    with queues():
        for n in range(5):
            ids += send({"n": n, "sleep": 0.05})
            with admin.connect() as connection:
                connection.execute(
                    text("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'fn_system'")
                )
        eventually(lambda: done(*ids))


def test_queues_without_anyone_for_dead_letters_are_no_platform(queues: Any) -> None:
    with pytest.raises(ValueError, match="dead letters"), queues({"tests/on_moved.py": CONSUMER}):
        pass
