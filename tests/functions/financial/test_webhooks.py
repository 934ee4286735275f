"""What the processor tells: believed if it is signed, kept once, and only a hint to look for oneself."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from functions.financial import job_process_stripe_event
from functions.financial.jobs import ProcessStripeEvent
from functions.financial.operations import stripe_events
from functions.financial.tables import PaymentMethod, StripeEvent
from infra.local.stripe import Fault
from infra.local.stripe.webhooks import post, signature
from shared import clock
from shared.db import system, transaction
from tests.calls import Api
from tests.conftest import Database
from tests.functions.auth import stored
from tests.functions.financial.people import Person, refused
from tests.functions.financial.processor import WEBHOOK, Processor, deposit, money, processing, work
from tests.queues import deliver, waiting

EXAMPLES = Path(__file__).resolve().parents[4] / "shared/data/stripe"
MINUTES = 60  # seconds


@contextmanager
def door() -> Iterator[str]:
    """Another process, with our environment: the webhook's address there."""
    command = [sys.executable, "-m", "tests.functions.financial.door"]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=dict(os.environ)
    )
    assert process.stderr
    try:
        yield f"http://127.0.0.1:{int(process.stderr.readline())}/"
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


def test_an_event_is_kept_to_the_byte_and_worked_off_once(ada: Person, processor: Processor) -> None:
    deposit(ada)
    (event,) = processor.events("payment_intent.succeeded")
    payload = json.dumps(event, separators=(",", ":"))
    assert [processor.post(payload).json() for _ in range(3)] == [{"received": True}] * 3
    (kept,) = stored.rows(StripeEvent)
    assert (kept.id, kept.type, kept.payload) == (event["id"], "payment_intent.succeeded", payload)
    assert len(waiting(job_process_stripe_event.handler)) == 1
    work()
    work()
    (done,) = stored.rows(StripeEvent)
    assert (done.attempts, done.processed_at is not None, money(ada)) == (1, True, "25.00")


@pytest.mark.parametrize("ago", [-6 * MINUTES, 6 * MINUTES])
def test_what_was_signed_long_ago_or_in_the_future_is_refused(processor: Processor, ago: int) -> None:
    event = {"id": "evt_1", "object": "event", "type": "charge.updated", "data": {"object": {}}}
    at = clock.now().timestamp()
    assert refused(processor.post(event, signed_at=at - ago))[:2] == (422, "bad_signature")
    assert processor.post(event, signed_at=at - ago / 2).status == 200


@pytest.mark.parametrize(
    "header", ["", "t=1", "v1=ab", "t=x,v1=ab", "t=1,t=2,v1=", "garbage", "t=99999999999999999999,v1=0"]
)
def test_what_is_not_signed_is_refused(processor: Processor, header: str) -> None:
    answer = Api().send("POST", WEBHOOK, b'{"id": "evt_1", "type": "a"}', {"stripe-signature": header})
    assert refused(answer)[:2] == (422, "bad_signature")
    assert Api().send("POST", WEBHOOK, b"{}", {}).status == 422
    assert stored.rows(StripeEvent) == []


def test_what_another_has_signed_or_changed_is_refused(ada: Person, processor: Processor) -> None:
    deposit(ada)
    (event,) = processor.events("payment_intent.succeeded")
    assert processor.post(event, secret="whsec_of_somebody_else").status == 422
    payload, at = json.dumps(event), int(clock.now().timestamp())
    header = {"stripe-signature": signature(payload, processor.webhook_secret, now=at)}
    dearer = payload.replace('"amount_received": 2500', '"amount_received": 9900')
    assert dearer != payload
    assert Api().send("POST", WEBHOOK, dearer.encode(), header).status == 422
    assert Api().send("POST", WEBHOOK, payload.encode(), header).status == 200


@pytest.mark.parametrize("payload", ["", "[]", "{}", "no json", '{"id": 1}', "\udcff"])
def test_a_signed_body_that_is_no_event_is_refused(processor: Processor, payload: str) -> None:
    body, at = payload.encode(errors="surrogateescape"), int(clock.now().timestamp())
    header = {"stripe-signature": signature(payload.replace("\udcff", ""), processor.webhook_secret, now=at)}
    assert refused(Api().send("POST", WEBHOOK, body, header))[:2] == (422, "bad_signature")


def test_a_body_over_256_kb_is_refused(processor: Processor) -> None:
    event = {"id": "evt_1", "type": "charge.updated", "data": {"object": {}}, "pad": "x" * 256_000}
    assert refused(processor.post(event))[:2] == (422, "too_large")
    assert stored.rows(StripeEvent) == []


def test_without_a_secret_nobody_is_believed(api: Api) -> None:
    answer = api.send("POST", WEBHOOK, b"{}", {"stripe-signature": "t=1,v1=00"})
    assert refused(answer)[:2] == (503, "not_configured")


def test_the_secret_of_the_environment_comes_first(
    database: Database, keys_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "whsec_of_the_environment")
    event = {"id": "evt_1", "object": "event", "type": "charge.updated", "data": {"object": {}}}
    with processing(keys_folder, tmp_path) as processor:
        assert processor.post(event).status == 422
        assert processor.post(event, secret="whsec_of_the_environment").status == 200


def test_news_in_any_order_come_to_the_same(ada: Person, processor: Processor) -> None:
    deposit(ada)
    deposit(ada, card="visa_chargeDeclined")
    processor.tells(order=lambda events: events[::-1])
    deposits = ada.get("payments/deposits").json()["items"]
    assert [item["status"] for item in deposits] == ["failed", "succeeded"]
    assert money(ada) == "25.00"


def test_an_older_look_at_a_thing_changes_nothing_that_a_newer_one_has_told(
    ada: Person, processor: Processor
) -> None:
    """The event of a first try is loaded, and looks, before the card is accepted; and is stored after it."""
    made = deposit(ada, card="authenticationRequired").json()
    (waits,) = processor.events("payment_intent.requires_action")
    assert processor.post(waits).status == 200
    with transaction("fn_system", system()) as db:
        heard = stripe_events.load(ProcessStripeEvent(event_id=waits["id"]), db)
    assert heard
    seen = stripe_events.look(heard)
    intent_id = waits["data"]["object"]["id"]
    processor.sdk.payment_intents.cancel(intent_id)
    processor.tells("payment_intent.canceled")
    with transaction("fn_system", system()) as db:
        stripe_events.store(seen, db)
    assert ada.get(f"payments/deposits/{made['id']}").json()["status"] == "canceled"


def test_ten_at_once_from_two_processes_are_one_deposit(ada: Person, processor: Processor) -> None:
    for _ in range(3):
        deposit(ada)
    events = [event for event in processor.events() for _ in range(10)]

    def send(numbered: tuple[int, dict[str, Any]]) -> int | None:
        number, event = numbered
        payload = json.dumps(event, indent=2)
        signed = signature(payload, processor.webhook_secret, now=int(time.time()))
        return post(doors[number % 2], payload, {"Stripe-Signature": signed})

    with ExitStack() as stack:
        doors = [stack.enter_context(door()) for _ in range(2)]
        with ThreadPoolExecutor(10) as pool:
            statuses = list(pool.map(send, enumerate(events)))
    assert set(statuses) <= {200, 500}  # a job that met another on the same row comes again
    work()
    assert money(ada) == "75.00"
    assert {row.processed_at is None for row in stored.rows(StripeEvent)} == {False}
    assert len(stored.rows(StripeEvent)) == len(processor.events())


def test_an_event_that_cannot_be_worked_off_comes_again_and_then_is_done(
    ada: Person, processor: Processor
) -> None:
    deposit(ada)
    (event,) = processor.events("payment_intent.succeeded")
    assert processor.post(event).status == 200
    processor.server.faults.add(Fault("503", method="GET", path="/v1/payment_intents", times=3))
    assert len(deliver(job_process_stripe_event.handler)) == 1
    (tried,) = stored.rows(StripeEvent)
    assert (tried.attempts, tried.processed_at) == (1, None)
    assert tried.error == "Unavailable: The payment processor does not answer: try again."
    work()
    assert [(row.attempts, row.error) for row in stored.rows(StripeEvent)] == [(2, None)]
    assert money(ada) == "25.00"


def test_a_card_is_kept_and_forgotten_as_the_processor_says(ada: Person, processor: Processor) -> None:
    assert ada.post("payments/setup-intents", {"payment_method": "pm_card_visa"}).status == 201
    processor.tells()
    (kept,) = ada.get("payments/payment-methods").json()["items"]
    assert (kept["brand"], kept["last_four"], kept["type"]) == ("visa", "4242", "card")
    body = {"currency": "USD", "amount": "3.00", "payment_method": kept["payment_method"]}
    assert ada.post("payments/deposits", body).status == 201
    assert ada.delete(f"payments/payment-methods/{kept['id']}").status == 202
    assert ada.delete(f"payments/payment-methods/{kept['id']}").status == 202
    processor.tells(order=lambda events: events[::-1])
    assert ada.get("payments/payment-methods").json()["items"] == []
    assert [row.detached_at is None for row in stored.rows(PaymentMethod)] == [False]
    assert ada.delete(f"payments/payment-methods/{kept['id']}").status == 404


def test_a_card_that_is_declined_is_not_kept(ada: Person, processor: Processor) -> None:
    answer = ada.post("payments/setup-intents", {"payment_method": "pm_card_visa_chargeDeclined"})
    assert (answer.status, answer.json()["code"]) == (422, "card_declined")
    assert ada.post("payments/setup-intents", {}).json()["client_secret"].startswith("seti_")
    processor.tells()
    assert ada.get("payments/payment-methods").json()["items"] == []


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the examples are not here")
def test_stripe_s_own_examples_are_accepted_and_altered_ones_refused(
    database: Database, keys_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = json.loads((EXAMPLES / "signatures.json").read_text())
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", examples["secret"])
    (tmp_path / "clock").write_text("0")
    monkeypatch.setenv("CLOCK_FILE", str(tmp_path / "clock"))
    with processing(keys_folder, tmp_path):
        _told_by_stripe(examples["vectors"], tmp_path / "clock")
        work()
    assert {row.processed_at is None for row in stored.rows(StripeEvent)} == {False}


def _told_by_stripe(vectors: list[dict[str, Any]], clock_file: Path) -> None:
    for vector in vectors:
        body = (EXAMPLES / vector["file"]).read_bytes()
        header = {"stripe-signature": vector["stripe_signature"]}
        clock_file.write_text(str(vector["timestamp"] - time.time()))
        assert Api().send("POST", WEBHOOK, body, header).status == 200, vector["file"]
        for altered in (body + b" ", body.replace(b"false", b"true", 1)):
            assert Api().send("POST", WEBHOOK, altered, header).status == 422
    assert {row.id for row in stored.rows(StripeEvent)} == {vector["event_id"] for vector in vectors}
