"""`astrolabe dlq`, as the command line calls it."""

import json
from uuid import uuid4

from typer.testing import CliRunner

from functions.platform import on_dead_letters
from functions.platform.cli import app
from tests.calls import Context
from tests.conftest import Database
from tests.functions.platform import make

CONSUMER = "garden-on-lamp-lit"


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["dlq", *words])
    return result.exit_code, result.output


def test_a_dead_letter_is_listed_shown_and_replayed(database: Database) -> None:
    assert run("list") == (0, "No dead letters.\n")
    message = {"id": str(uuid4()), "body": {"lamp": 1}}
    record = make.dead_record(CONSUMER, message=message, error="KeyError: wick")
    on_dead_letters.handler({"Records": [record]}, Context("platform-on-dead-letters"))
    code, output = run("list", "--json")
    (listed,) = json.loads(output)
    assert (code, listed["consumer"], listed["error"]) == (0, CONSUMER, "KeyError: wick")
    code, output = run("show", listed["id"], "--json")
    assert (code, json.loads(output)["payload"]) == (0, message)
    assert run("replay", listed["id"]) == (0, f"{CONSUMER} will get {message['id']} again.\n")
    code, output = run("replay", listed["id"], "--json")
    assert (code, json.loads(output)["replayed_at"] is None) == (0, False)
    assert [str(row["event_id"]) for row in make.outbox()] == [message["id"]]
    assert listed["id"] in run("list")[1]


def test_an_id_that_is_nobodys_is_wrong_use(database: Database) -> None:
    assert run("show", str(uuid4())) == (2, "There is no dead letter with this id.\n")
    assert run("replay", str(uuid4())) == (2, "There is no dead letter with this id.\n")
    assert run("replay", "seven")[0] == 2
