"""Cards that are kept: typed or by token, attached, set up with the bank's consent, charged later."""

from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from infra.local.stripe import Stripe
from tests.infra.stripe.conftest import WEB, Endpoint, Pay

GOOD = {"number": "4242 4242 4242 4242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}


def method(client: stripe.StripeClient, **card: object) -> stripe.PaymentMethod:
    return client.v1.payment_methods.create({"type": "card", "card": card})


def answer_bank(intent: stripe.PaymentIntent | stripe.SetupIntent, answer: str) -> httpx.Response:
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    assert intent.next_action.redirect_to_url.url is not None
    return WEB.post(intent.next_action.redirect_to_url.url, data={"answer": answer})


def test_nothing_is_kept_of_a_number_but_its_face(client: stripe.StripeClient, tmp_path: Path) -> None:
    made, other = method(client, **GOOD), method(client, token="tok_visa")
    assert made.card is not None
    assert other.card is not None
    face = (made.card.brand, made.card.last4, made.card.exp_month, made.card.exp_year)
    assert face == ("visa", "4242", 12, 2034)
    assert made.card.fingerprint == other.card.fingerprint
    wish: Any = {"amount": 500, "currency": "usd", "confirm": True}
    wish["payment_method_data"] = {"type": "card", "card": GOOD}
    assert client.v1.payment_intents.create(wish).status == "succeeded"
    kept = b"".join(file.read_bytes() for file in (tmp_path / "stripe").iterdir())
    assert b"fingerprint" in kept
    assert b"424242424242" not in kept


@pytest.mark.parametrize(
    ("change", "code", "decline_code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number", None),
        ({"number": "4111111111111111"}, "card_declined", "test_mode_live_card"),
        ({"exp_month": 13}, "invalid_expiry_month", None),
        ({"exp_year": 2020}, "invalid_expiry_year", None),
        ({"cvc": "12"}, "invalid_cvc", None),
    ],
)
def test_a_number_that_is_wrong_or_real_is_refused(
    change: dict[str, object], code: str, decline_code: str | None, client: stripe.StripeClient
) -> None:
    with pytest.raises(stripe.CardError) as refused:
        method(client, **GOOD | change)
    assert refused.value.error is not None
    assert (refused.value.code, refused.value.error.decline_code) == (code, decline_code)


def test_a_card_is_attached_listed_and_detached(client: stripe.StripeClient) -> None:
    ada, bob = (client.v1.customers.create({"name": name}).id for name in ("Ada", "Bob"))
    card = client.v1.payment_methods.attach("pm_card_mastercard", {"customer": ada})
    assert card.customer == ada
    listed = client.v1.payment_methods.list({"customer": ada, "type": "card"})
    assert [found.id for found in listed.data] == [card.id]
    assert [found.id for found in client.v1.customers.payment_methods.list(ada).data] == [card.id]
    assert client.v1.customers.payment_methods.list(bob).data == []
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        client.v1.payment_methods.attach(card.id, {"customer": bob})
    wish = {"amount": 500, "currency": "usd", "customer": bob, "payment_method": card.id, "confirm": True}
    with pytest.raises(stripe.InvalidRequestError, match="does not belong"):
        client.v1.payment_intents.create(wish)
    assert client.v1.payment_methods.detach(card.id).customer is None
    assert client.v1.payment_methods.list({"customer": ada}).data == []


def test_a_card_that_declines_cannot_be_attached_but_for_the_one_that_declines_later(
    client: stripe.StripeClient,
) -> None:
    ada = client.v1.customers.create({}).id
    with pytest.raises(stripe.CardError, match="Your card was declined"):
        client.v1.payment_methods.attach("pm_card_visa_chargeDeclined", {"customer": ada})
    kept = client.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": ada})
    wish = {"amount": 500, "currency": "usd", "customer": ada, "payment_method": kept.id, "confirm": True}
    with pytest.raises(stripe.CardError, match="Your card was declined"):
        client.v1.payment_intents.create(wish)


def test_setting_up_a_card_attaches_it(
    client: stripe.StripeClient, endpoint: Endpoint, server: Stripe
) -> None:
    ada = client.v1.customers.create({}).id
    waiting = client.v1.setup_intents.create({"customer": ada, "payment_method": "pm_card_visa"})
    assert (waiting.status, waiting.usage) == ("requires_confirmation", "off_session")
    done = client.v1.setup_intents.confirm(waiting.id)
    assert done.status == "succeeded"
    assert client.v1.payment_methods.retrieve(str(done.payment_method)).customer == ada
    assert client.v1.setup_intents.retrieve(done.id).status == "succeeded"
    server.wait_until_told()
    assert endpoint.types == [
        "customer.created",
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
    ]


def test_a_card_that_declines_cannot_be_set_up(client: stripe.StripeClient) -> None:
    ada = client.v1.customers.create({}).id
    wish = {"customer": ada, "payment_method": "pm_card_visa_chargeDeclined", "confirm": True}
    with pytest.raises(stripe.CardError) as declined:
        client.v1.setup_intents.create(wish)
    assert declined.value.error is not None
    assert declined.value.error.setup_intent is not None
    intent = client.v1.setup_intents.retrieve(declined.value.error.setup_intent.id)
    assert intent.status == "requires_payment_method"
    assert intent.last_setup_error is not None
    assert intent.last_setup_error.decline_code == "generic_decline"


@pytest.mark.parametrize("name", ["authenticationRequired", "authenticationRequiredOnSetup"])
def test_the_bank_is_asked_before_a_payment(
    name: str, client: stripe.StripeClient, pay: Pay, endpoint: Endpoint, server: Stripe
) -> None:
    intent = pay(name, return_url="https://shop.example/back?a=1")
    assert (intent.status, intent.amount_received) == ("requires_action", 0)
    answer = answer_bank(intent, "yes")
    assert (answer.status_code, answer.headers["Location"].partition("&redirect_status=")[2]) == (
        303,
        "succeeded",
    )
    assert answer.headers["Location"].startswith(f"https://shop.example/back?a=1&payment_intent={intent.id}&")
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    server.wait_until_told()
    assert endpoint.types == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]
    assert answer_bank(intent, "yes").status_code == 200
    assert len(client.v1.charges.list({"payment_intent": intent.id}).data) == 1


def test_a_no_to_the_bank_leaves_the_payment_open(client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay("authenticationRequired", return_url="https://shop.example/")
    assert answer_bank(intent, "no").headers["Location"].endswith("redirect_status=failed")
    found = client.v1.payment_intents.retrieve(intent.id)
    assert (found.status, found.latest_charge) == ("requires_payment_method", None)
    assert found.last_payment_error is not None
    assert found.last_payment_error.code == "payment_intent_authentication_failure"


def test_the_bank_is_not_there_when_the_customer_is_not(client: stripe.StripeClient) -> None:
    ada = client.v1.customers.create({}).id
    later = {"amount": 500, "currency": "usd", "customer": ada, "confirm": True, "off_session": True}
    for name, sets_up in (("authenticationRequired", False), ("authenticationRequiredOnSetup", True)):
        card = f"pm_card_{name}"
        with pytest.raises(stripe.CardError) as alone:
            client.v1.payment_intents.create(later | {"payment_method": card})
        assert alone.value.code == "authentication_required"
        setup = client.v1.setup_intents.create({"customer": ada, "payment_method": card, "confirm": True})
        assert setup.status == "requires_action"
        answer_bank(setup, "yes")
        done = client.v1.setup_intents.retrieve(setup.id)
        assert done.status == "succeeded"
        again = later | {"payment_method": done.payment_method}
        if sets_up:
            assert client.v1.payment_intents.create(again).status == "succeeded"
        else:
            with pytest.raises(stripe.CardError):
                client.v1.payment_intents.create(again)


def test_nobody_answers_the_bank_without_the_secret(pay: Pay, server: Stripe) -> None:
    intent = pay("authenticationRequired")
    for guess in (intent.id, f"{intent.id}_secret_", f"{intent.id}_secret_{'x' * 25}"):
        assert WEB.post(f"{server.url}/authenticate/{guess}", data={"answer": "yes"}).status_code == 404
