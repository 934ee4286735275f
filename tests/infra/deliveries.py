"""Small consumers for the tests of the queues, and the rows that are their messages."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared import clock
from shared.db import system, transaction
from shared.ids import new_id

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
