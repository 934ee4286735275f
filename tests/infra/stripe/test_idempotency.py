"""A key has one effect and one answer; and what goes wrong on the way to it and back."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import stripe

from infra.local.stripe import Fault, Stripe, stripe_server
from tests.infra.stripe.conftest import KEY, WEB, Pay, sdk

WISH = {"amount": "2000", "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true"}
PATH = "/v1/payment_intents"


def post(server: Stripe, key: str = "k1", path: str = PATH, **changes: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": key}
    return WEB.post(server.url + path, data=WISH | changes, headers=headers)


def charges(server: Stripe) -> int:
    return len(sdk(server.url).v1.charges.list({"limit": 100}).data)


def test_the_same_wish_is_answered_again_to_the_byte(server: Stripe) -> None:
    first, second = post(server), post(server)
    assert (first.status_code, second.content) == (200, first.content)
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.headers["Request-Id"] != second.headers["Request-Id"]
    assert post(server, "k2").json()["id"] != first.json()["id"]
    assert charges(server) == 2


def test_another_wish_under_the_same_key_is_refused(client: stripe.StripeClient) -> None:
    client.v1.customers.create({"name": "Ada"}, {"idempotency_key": "k1"})
    with pytest.raises(stripe.IdempotencyError) as misused:
        client.v1.customers.create({"name": "Bob"}, {"idempotency_key": "k1"})
    assert misused.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError):
        client.v1.payment_methods.create({"type": "card"}, {"idempotency_key": "k1"})
    assert len(client.v1.customers.list().data) == 1


def test_a_decline_is_kept_and_a_wrong_form_is_not(server: Stripe) -> None:
    declined = post(server, payment_method="pm_card_visa_chargeDeclined")
    again = post(server, payment_method="pm_card_visa_chargeDeclined")
    assert (declined.status_code, again.content) == (402, declined.content)
    assert charges(server) == 1
    assert post(server, "k2", amount="1").json()["error"]["code"] == "amount_too_small"
    assert post(server, "k2").status_code == 200


def test_what_the_state_forbids_is_kept_under_its_key(
    client: stripe.StripeClient, pay: Pay, server: Stripe
) -> None:
    intent = pay("createDispute")
    wish = {"payment_intent": intent.id}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create(wish, {"idempotency_key": "k1"})
    assert refused.value.headers is not None
    assert refused.value.headers["idempotent-replayed"] == "true"


def test_twenty_at_once_have_one_effect(server: Stripe) -> None:
    with ThreadPoolExecutor(20) as racers:
        answers = list(racers.map(lambda _: post(server), range(20)))
    told = Counter(answer.status_code for answer in answers)
    assert set(told) <= {200, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 200}) == 1
    assert charges(server) == 1


def test_a_key_in_use_says_so(server: Stripe) -> None:
    server.faults.add(Fault("slow", path=PATH, seconds=0.3))
    with ThreadPoolExecutor(1) as other:
        first = other.submit(post, server)
        while not server._api._keys_in_use:
            time.sleep(0.01)
        second = post(server)
        assert first.result().status_code == 200
    assert second.status_code == 409
    assert (second.json()["error"]["type"], second.json()["error"]["code"]) == (
        "idempotency_error",
        "idempotency_key_in_use",
    )
    assert charges(server) == 1


def test_answers_outlive_the_process(tmp_path: Path) -> None:
    with stripe_server(tmp_path, key=KEY) as server:
        first = post(server)
    with stripe_server(tmp_path, key=KEY) as server:
        assert post(server).content == first.content
        assert charges(server) == 1


# Faults


def test_a_request_that_was_lost_had_no_effect_and_the_sdk_tries_again(server: Stripe, pay: Pay) -> None:
    server.faults.add(Fault("timeout_before", path=PATH))
    assert pay().status == "succeeded"
    assert charges(server) == 1


def test_an_answer_that_was_lost_is_given_again_and_the_card_charged_once(server: Stripe, pay: Pay) -> None:
    server.faults.add(Fault("timeout_after", path=PATH))
    assert pay().status == "succeeded"
    assert charges(server) == 1


def test_nobody_hears_whether_it_had_its_effect(server: Stripe) -> None:
    client = sdk(server.url, max_network_retries=0)
    for kind, count in (("timeout_before", 0), ("timeout_after", 1)):
        server.faults.add(Fault(kind, path=PATH))
        with pytest.raises(stripe.APIConnectionError):
            client.v1.payment_intents.create(WISH)
        assert charges(server) == count


def test_too_many_requests_are_turned_away_and_nothing_is_kept(server: Stripe) -> None:
    server.faults.add(Fault("429", path=PATH))
    client = sdk(server.url)
    with pytest.raises(stripe.RateLimitError):
        client.v1.payment_intents.create(WISH, {"idempotency_key": "k1"})
    assert post(server).status_code == 200


@pytest.mark.parametrize(("kind", "count"), [("500", 0), ("500_after", 1)])
def test_a_500_is_kept_whatever_its_effect(kind: str, count: int, server: Stripe) -> None:
    server.faults.add(Fault(kind, path=PATH))
    first, second = post(server), post(server)
    assert (first.status_code, second.content) == (500, first.content)
    assert first.json()["error"]["type"] == "api_error"
    assert (second.status_code, second.headers["Stripe-Should-Retry"]) == (500, "false")
    assert charges(server) == count


def test_a_503_came_before_anything_began_and_the_sdk_tries_again(server: Stripe, pay: Pay) -> None:
    server.faults.add(Fault("503", path=PATH))
    assert pay().status == "succeeded"
    assert charges(server) == 1


def test_a_fault_hits_what_it_names_as_often_as_it_says(server: Stripe) -> None:
    client = sdk(server.url)
    server.faults.add(Fault("429", path="/v1/refunds", times=2))
    server.faults.add(Fault("429", method="GET", path="/v1/balance"))
    client.v1.customers.create({})
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            client.v1.refunds.create({"charge": "ch_x"})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"charge": "ch_x"})
    server.faults.clear()
    assert client.v1.balance.retrieve().available == []


def test_a_fault_is_asked_for_by_http_with_the_key_alone(server: Stripe) -> None:
    wish = {"kind": "429", "method": "GET", "path": "/v1/events"}
    assert WEB.post(f"{server.url}/_control/faults", data=wish).status_code == 401
    owner = httpx.Client(base_url=server.url, auth=(KEY, ""))
    with owner:
        assert owner.post("/_control/faults", data=wish).json() == {
            "object": "fault",
            "kind": "429",
            "times": 1,
        }
        assert [owner.get("/v1/events").status_code for _ in range(2)] == [429, 200]
        assert owner.post("/_control/faults", data={"kind": "fire"}).status_code == 400
        owner.post("/_control/faults", data=wish)
        owner.post("/_control/faults/clear")
        assert owner.get("/v1/events").status_code == 200
