"""What the relay sends, as AWS's own rules and queues hand it on (by moto, over HTTP)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.platform import loop_relay
from shared.aws import client
from shared.settings import settings
from tests.conftest import Database
from tests.functions.platform import make
from tests.functions.platform.make import LampLit, TrimWick
from tests.shared.moto import Set

Queue = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def account(database: Database, aws: Set, moto: str) -> None:
    """A bus, and one consumer of LampLit behind a rule, as infrastructure makes them."""
    aws(EVENT_BUS="astrolabe", QUEUE_URL_PREFIX=f"{moto}/123456789012/")
    events = client("events")
    events.create_event_bus(Name="astrolabe")
    heard = {"source": ["platform"], "detail-type": ["LampLit"]}
    events.put_rule(Name="lit", EventBusName="astrolabe", EventPattern=json.dumps(heard))
    arn = queue("garden-on-lamp-lit")
    events.put_targets(Rule="lit", EventBusName="astrolabe", Targets=[{"Id": "1", "Arn": arn}])


def queue(name: str) -> str:
    url = client("sqs").create_queue(QueueName=name)["QueueUrl"]
    attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(attributes["Attributes"]["QueueArn"])


def messages(name: str) -> list[dict[str, Any]]:
    """All that wait."""
    url, found = f"{settings().queue_url_prefix}{name}", list[dict[str, Any]]()
    while got := client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in got]
    return found


def turn() -> bool:
    return loop_relay.handle(make.steps())


def waiting() -> list[int]:
    return [row["payload"]["lamp"] for row in make.outbox() if row["published_at"] is None]


def test_an_event_passes_its_rule_into_the_consumer_s_queue(account: None) -> None:
    make.published(*(LampLit(lamp=lamp, light="né 😀") for lamp in range(12)))
    turn()
    ids = {row["payload"]["lamp"]: str(row["event_id"]) for row in make.outbox()}
    arrived = messages("garden-on-lamp-lit")
    assert {(m["source"], m["detail-type"]) for m in arrived} == {("platform", "LampLit")}
    details = sorted((m["detail"] for m in arrived), key=lambda detail: int(detail["body"]["lamp"]))
    assert details == [{"id": ids[lamp], "body": {"lamp": lamp, "light": "né 😀"}} for lamp in range(12)]
    assert waiting() == []


def test_the_heaviest_events_that_may_travel_arrive(account: None) -> None:
    light = "字" * 60_000  # 180 kB
    make.published(LampLit(lamp=1, light=light), LampLit(lamp=2, light=light))
    turn()
    assert [m["detail"]["body"]["light"] == light for m in messages("garden-on-lamp-lit")] == [True, True]


def test_a_job_arrives_in_its_own_queue_and_in_no_other(account: None) -> None:
    queue("platform-job-trim-wick")
    make.enqueued(*(TrimWick(lamp=lamp) for lamp in range(12)))
    turn()
    ids = {row["payload"]["lamp"]: str(row["event_id"]) for row in make.outbox()}
    arrived = sorted(messages("platform-job-trim-wick"), key=lambda message: int(message["body"]["lamp"]))
    assert arrived == [{"id": ids[lamp], "body": {"lamp": lamp}} for lamp in range(12)]
    assert (messages("garden-on-lamp-lit"), waiting()) == ([], [])


def test_what_cannot_be_sent_yet_waits_and_holds_up_nothing_else(account: None) -> None:
    make.enqueued(TrimWick(lamp=1))
    make.published(LampLit(lamp=2))
    turn()
    assert waiting() == [1]
    assert [row["attempts"] for row in make.outbox()] == [0, 0]
    assert "NonExistentQueue" in make.outbox()[0]["error"]
    assert [m["detail"]["body"]["lamp"] for m in messages("garden-on-lamp-lit")] == [2]
