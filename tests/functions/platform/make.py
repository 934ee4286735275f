"""Builders of this domain: what others publish, what a queue gives up on, and an AWS that may refuse."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping, select

from shared.db import house, system, transaction
from shared.events import Event, Job
from shared.outbox import enqueue, publish
from shared.steps import Steps


class LampLit(Event):
    lamp: int
    light: str = ""


class TrimWick(Job):
    lamp: int


def steps() -> Steps:
    return Steps(lambda: transaction("fn_system", system()))


def published(*events: Event) -> None:
    for event in events:
        steps()(publish, event)


def enqueued(*jobs: Job) -> None:
    for job in jobs:
        steps()(enqueue, job)


def outbox() -> list[RowMapping]:
    with transaction("fn_system", system()) as db:
        return list(db.execute(select(house.outbox).order_by(house.outbox.c.created_at)).mappings())


def dead_record(
    consumer: str = "garden-on-lamp-lit", *, message: Any = None, message_id: object = None, error: str = ""
) -> dict[str, Any]:
    """A record of a DLQ, as SQS hands it over."""
    message = message or {"id": str(uuid4()), "body": {"lamp": 7}}
    arn = "arn:aws:sqs:eu-west-1:000000000000:"
    return {
        "messageId": str(message_id or uuid4()),
        "body": message if isinstance(message, str) else json.dumps(message),
        "attributes": {"ApproximateReceiveCount": "6", "DeadLetterQueueSourceArn": arn + consumer},
        "messageAttributes": {"error": {"stringValue": error, "dataType": "String"}} if error else {},
        "eventSourceARN": f"{arn}{consumer}-dlq",
    }


Answer = Callable[[dict[str, Any]], dict[str, Any] | int]  # a call's input → its output, or an HTTP status


class Aws:
    """AWS at the socket: it takes everything, unless `answers` says otherwise of an action."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Answer] = {"PutEvents": put_events, "SendMessageBatch": send_message_batch}

    def inputs(self, action: str) -> list[dict[str, Any]]:
        return [given for called, given in self.calls if called == action]


def put_events(given: dict[str, Any], *, refuse: str = "", code: str = "") -> dict[str, Any]:
    """What EventBridge answers, refusing the entries whose detail contains a text."""
    refused = [bool(refuse) and refuse in entry["Detail"] for entry in given["Entries"]]
    entries = [
        {"ErrorCode": code, "ErrorMessage": "no"} if no else {"EventId": str(uuid4())} for no in refused
    ]
    return {"FailedEntryCount": sum(refused), "Entries": entries}


def send_message_batch(
    given: dict[str, Any], *, refuse: str = "", code: str = "InvalidMessageContents", fault: bool = True
) -> dict[str, Any]:
    refused = [e["Id"] for e in given["Entries"] if refuse and refuse in e["MessageBody"]]
    taken = [e["Id"] for e in given["Entries"] if e["Id"] not in refused]
    return {
        "Successful": [{"Id": id, "MessageId": str(uuid4()), "MD5OfMessageBody": ""} for id in taken],
        "Failed": [{"Id": id, "Code": code, "Message": "no", "SenderFault": fault} for id in refused],
    }


@contextmanager
def aws() -> Iterator[tuple[Aws, str]]:
    """Its address as well."""
    fake = Aws()

    class Face(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            action = self.headers["X-Amz-Target"].split(".")[-1]
            fake.calls.append((action, given))
            answer = fake.answers[action](given)
            status, output = (answer, {}) if isinstance(answer, int) else (200, answer)
            body = json.dumps(output).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Face)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
