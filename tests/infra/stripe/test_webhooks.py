"""Webhooks: signed as Stripe signs, sent until they are taken, and every trouble that can be asked for."""

import time
from pathlib import Path

import pytest
import stripe

from infra.local.stripe import Fault, Stripe, stripe_server
from infra.local.stripe.webhooks import signature
from tests.infra.stripe.conftest import KEY, SECRET, Endpoint, Pay, sdk

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def verified(body: bytes, signed: str) -> stripe.Event:
    return stripe.Webhook.construct_event(body, signed, SECRET)


def test_the_sdk_takes_every_webhook_and_finds_the_event_again(
    client: stripe.StripeClient, pay: Pay, server: Stripe, endpoint: Endpoint
) -> None:
    intent = pay(metadata={"deposit": "d1"})
    server.wait_until_told()
    events = [verified(*webhook) for webhook in endpoint.heard]
    assert [event.type for event in events] == PAID
    assert events[2].data.object["metadata"]["deposit"] == "d1"
    assert (events[0].data.object["status"], events[2].data.object["status"]) == (
        "requires_payment_method",
        "succeeded",
    )
    found = client.v1.events.retrieve(events[2].id)
    assert (found.data.object["id"], found.pending_webhooks) == (intent.id, 0)
    listed = client.v1.events.list({"type": "charge.succeeded"}).data
    assert [event.id for event in listed] == [events[1].id]


def test_a_request_is_named_in_its_events(client: stripe.StripeClient) -> None:
    client.v1.customers.create({}, {"idempotency_key": "key-1"})
    (event,) = client.v1.events.list().data
    assert event.request is not None
    assert event.request.idempotency_key == "key-1"
    assert str(event.request.id).startswith("req_")


def test_the_signature_is_stripes() -> None:
    """The vector of its own documentation's making: the same bytes, secret and time."""
    theirs = stripe.WebhookSignature.generate_signature_header('{"id": "evt_ñ"}', SECRET, 1751882401)
    assert signature('{"id": "evt_ñ"}', SECRET, now=1751882401) == theirs


def test_a_webhook_comes_again_until_it_is_taken(pay: Pay, server: Stripe, endpoint: Endpoint) -> None:
    endpoint.statuses = [200, 500, 302]
    pay()
    server.wait_until_told()
    assert endpoint.types == [*PAID, PAID[1], PAID[2]]
    assert endpoint.events[1]["id"] == endpoint.events[3]["id"]


def test_what_was_not_told_before_the_end_is_told_after_it(tmp_path: Path, endpoint: Endpoint) -> None:
    dead = "http://127.0.0.1:9/webhook"
    with stripe_server(tmp_path, key=KEY, webhooks=[(dead, SECRET), (endpoint.url, SECRET)]) as first:
        first.faults.add(Fault("delay", times=2, seconds=0.5))
        sdk(first.url).v1.customers.create({})
    assert endpoint.types == []
    with stripe_server(tmp_path, key=KEY, webhooks=[(endpoint.url, SECRET)]) as second:
        second.wait_until_told()
    assert endpoint.types == ["customer.created"]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("duplicate", [PAID[0], *PAID]),
        ("reorder", [PAID[1], PAID[0], PAID[2]]),
        ("delay", [*PAID[1:], PAID[0]]),
        ("drop", PAID[1:]),
    ],
)
def test_trouble_with_webhooks(
    kind: str, told: list[str], pay: Pay, server: Stripe, endpoint: Endpoint
) -> None:
    server.faults.add(Fault(kind, seconds=0.1))
    pay()
    server.wait_until_told()
    assert endpoint.types == told


@pytest.mark.parametrize("how", ["signature", "body", "stale"])
def test_a_forged_webhook_is_refused_by_the_sdk(
    how: str, client: stripe.StripeClient, server: Stripe, endpoint: Endpoint
) -> None:
    client.v1.customers.create({})
    (event,) = client.v1.events.list().data
    server.wait_until_told()
    server.control(f"/events/{event.id}/forge", how=how)
    server.wait_until_told()
    honest, forged = endpoint.heard
    assert verified(*honest).id == event.id
    with pytest.raises(stripe.SignatureVerificationError):
        verified(*forged)


def test_an_endpoint_may_ask_back_while_it_is_told(tmp_path: Path, endpoint: Endpoint) -> None:
    """It would hang, were a transaction open meanwhile."""
    with stripe_server(tmp_path, key=KEY, webhooks=[(endpoint.url, SECRET)]) as server:
        client = sdk(server.url)
        started = time.monotonic()
        client.v1.customers.create({})
        endpoint.wait_for(1)
        client.v1.events.retrieve(endpoint.events[0]["id"])
        assert time.monotonic() - started < 2


def test_banks_answer_by_themselves_where_they_are_let(tmp_path: Path, endpoint: Endpoint) -> None:
    webhooks = [(endpoint.url, SECRET)]
    with stripe_server(tmp_path, key=KEY, webhooks=webhooks, settle_after=0) as server:
        client = sdk(server.url)
        server.control("/balance", amount=5000, currency="usd")
        for destination in ("ba_ada", "ba_fail"):
            client.v1.payouts.create({"amount": 1000, "currency": "usd", "destination": destination})
        endpoint.wait_for(4)
        server.wait_until_told()
        assert sorted(endpoint.types) == ["payout.created", "payout.created", "payout.failed", "payout.paid"]
        assert client.v1.balance.retrieve().available[0].amount == 4000


def test_what_was_not_taken_can_be_asked_for(
    client: stripe.StripeClient, pay: Pay, server: Stripe, endpoint: Endpoint
) -> None:
    server.faults.add(Fault("drop"))
    pay()
    server.wait_until_told()

    def types(success: str) -> list[str]:
        return [event.type for event in client.v1.events.list({"delivery_success": success}).data]

    assert types("false") == PAID[:1]
    assert types("true") == PAID[:0:-1]
