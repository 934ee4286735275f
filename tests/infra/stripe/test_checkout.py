"""The page on which a person pays, and the bank's page behind it, as a browser without scripts sees them."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import stripe

from infra.local.stripe import Stripe
from infra.local.stripe.pages.words import WORDS
from tests.infra.stripe.conftest import WEB, Endpoint

ITEM = {
    "quantity": 2,
    "price_data": {"currency": "eur", "unit_amount": 2450, "product_data": {"name": "Gold & <b>"}},
}
WISH: dict[str, Any] = {
    "mode": "payment",
    "line_items": [ITEM],
    "success_url": "http://127.0.0.1:8000/done?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "http://127.0.0.1:8000/left",
    "client_reference_id": "deposit-1",
    "metadata": {"deposit": "d1"},
    "payment_intent_data": {"metadata": {"deposit": "d1"}},
}
Open = Callable[..., stripe.checkout.Session]


@pytest.fixture
def session(client: stripe.StripeClient) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(WISH)


def pay(session: stripe.checkout.Session, **form: str) -> httpx.Response:
    assert session.url is not None
    return WEB.post(session.url, data=form)


def done(session: stripe.checkout.Session) -> str:
    return f"http://127.0.0.1:8000/done?session={session.id}"


def test_the_page_says_what_is_paid_for_and_with_what(session: stripe.checkout.Session) -> None:
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 4900)
    assert session.payment_intent is None
    answer = WEB.get(str(session.url))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = answer.text
    assert "Gold &amp; &lt;b&gt; × 2" in page
    assert "Pay 49.00\N{NARROW NO-BREAK SPACE}EUR" in page
    assert 'value="4242424242424242" checked' in page
    assert 'href="http://127.0.0.1:8000/left"' in page
    assert not re.search(r"<script|javascript:|(src|href)=\"(?!http://127|/icon)", page)


def test_the_page_lets_nothing_else_in(session: stripe.checkout.Session) -> None:
    headers = WEB.get(str(session.url)).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self' http://127.0.0.1:8000;" in policy
    assert (headers["X-Frame-Options"], headers["Referrer-Policy"]) == ("DENY", "no-referrer")


def test_a_spaniard_reads_spanish(session: stripe.checkout.Session) -> None:
    page = WEB.get(str(session.url), headers={"Accept-Language": "es-ES,es;q=0.9"}).text
    assert '<html lang="es">' in page
    assert "Tarjeta de prueba" in page
    assert WORDS["en"].keys() == WORDS["es"].keys()


@pytest.mark.parametrize(
    "form",
    [
        {"card": "4242424242424242"},
        {"card": "pm_card_mastercard"},
        {"card": "4000000000000002", "number": "4242 4242 4242 4242", "expiry": "1 / 35", "cvc": "123"},
    ],
)
def test_a_person_pays_and_is_sent_on(
    form: dict[str, str],
    session: stripe.checkout.Session,
    client: stripe.StripeClient,
    server: Stripe,
    endpoint: Endpoint,
) -> None:
    answer = pay(session, **form)
    assert answer.headers["Location"] == done(session)
    found = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (found.status, found.payment_status, found.client_reference_id) == (
        "complete",
        "paid",
        "deposit-1",
    )
    intent = found.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received, intent.metadata.to_dict()) == (
        "succeeded",
        4900,
        {"deposit": "d1"},
    )
    assert pay(session, **form).headers["Location"] == done(session)
    assert WEB.get(f"{server.url}/pay/{session.id}").headers["Location"] == done(session)
    assert len(client.v1.charges.list().data) == 1
    server.wait_until_told()
    assert endpoint.types[-2:] == ["payment_intent.succeeded", "checkout.session.completed"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"card": "4000000000000002"}, "generic_decline"),
        ({"card": "4000000000009995"}, "insufficient_funds"),
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"number": "4111111111111111"}, "test_mode_live_card"),
        ({"number": "4242424242424242", "expiry": "13/34"}, "invalid_expiry_month"),
        ({"number": "4242424242424242", "expiry": "soon"}, "other"),
        ({"number": "4242424242424242", "cvc": "1"}, "invalid_cvc"),
        ({}, "other"),
    ],
)
def test_a_card_that_does_not_pay_is_told_and_another_may_follow(
    form: dict[str, str], said: str, session: stripe.checkout.Session, client: stripe.StripeClient
) -> None:
    answer = pay(session, **form)
    assert answer.status_code == 402
    assert f'role="alert">{WORDS["en"][said]}<' in answer.text
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert pay(session, card="4242424242424242").status_code == 303
    assert len(client.v1.payment_intents.list().data) == 1


def test_the_bank_is_asked_in_between(session: stripe.checkout.Session, client: stripe.StripeClient) -> None:
    bank = pay(session, card="pm_card_authenticationRequired").headers["Location"]
    question = WEB.get(bank, headers={"Accept-Language": "es"})
    assert "49.00\N{NARROW NO-BREAK SPACE}EUR con la tarjeta terminada en 3184" in question.text
    assert "form-action 'self' http://127.0.0.1:" in question.headers["Content-Security-Policy"]
    back = WEB.post(bank, data={"answer": "no"}).headers["Location"]
    assert WORDS["en"]["payment_intent_authentication_failure"] in WEB.get(back).text
    bank = pay(session, card="pm_card_authenticationRequired").headers["Location"]
    back = WEB.post(bank, data={"answer": "yes"}).headers["Location"]
    assert WEB.get(back).headers["Location"] == done(session)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_what_the_page_pays_the_page_alone_moves(
    session: stripe.checkout.Session, client: stripe.StripeClient
) -> None:
    pay(session, card="pm_card_authenticationRequired")
    intent = str(client.v1.checkout.sessions.retrieve(session.id).payment_intent)
    with pytest.raises(stripe.InvalidRequestError, match="belongs to a Checkout Session"):
        client.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
    with pytest.raises(stripe.InvalidRequestError, match="belongs to a Checkout Session"):
        client.v1.payment_intents.cancel(intent)
    assert client.v1.payment_intents.retrieve(intent).status == "requires_action"


def test_an_expired_session_takes_no_money(
    session: stripe.checkout.Session, client: stripe.StripeClient, server: Stripe
) -> None:
    bank = pay(session, card="pm_card_authenticationRequired").headers["Location"]
    expired = client.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    assert pay(session, card="4242424242424242").status_code == 410
    assert WEB.post(bank, data={"answer": "yes"}).status_code == 200
    assert client.v1.charges.list().data == []
    events = client.v1.events.list({"limit": 2}).data
    assert [event.type for event in events] == ["checkout.session.expired", "payment_intent.canceled"]
    with pytest.raises(stripe.InvalidRequestError, match="not open"):
        client.v1.checkout.sessions.expire(session.id)


def test_a_session_is_listed_with_what_it_sells(client: stripe.StripeClient) -> None:
    ada = client.v1.customers.create({"email": "ada@example.com"}).id
    made = client.v1.checkout.sessions.create(WISH | {"customer": ada})
    client.v1.checkout.sessions.create(WISH)
    assert [found.id for found in client.v1.checkout.sessions.list({"customer": ada}).data] == [made.id]
    (item,) = client.v1.checkout.sessions.line_items.list(made.id).data
    assert (item.description, item.quantity, item.amount_total) == ("Gold & <b>", 2, 4900)
    pay(made, card="4242424242424242")
    found = client.v1.checkout.sessions.retrieve(made.id)
    assert found.customer_details is not None
    assert (found.customer, found.customer_details.email) == (ada, "ada@example.com")
    assert [
        s.id for s in client.v1.checkout.sessions.list({"payment_intent": str(found.payment_intent)}).data
    ] == [made.id]


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"success_url": "javascript:alert(1)"}, "success_url"),
        ({"cancel_url": "http://x;script-src *"}, "cancel_url"),
        ({"mode": "subscription"}, "mode"),
        ({"line_items": []}, "line_items"),
        ({"expires_at": 5}, "expires_at"),
        ({"line_items": [ITEM | {"color": "red"}]}, "line_items[0][color]"),
    ],
)
def test_a_session_that_makes_no_sense_is_refused(
    change: dict[str, Any], param: str, client: stripe.StripeClient
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(WISH | change)
    assert refused.value.param == param


def test_nobody_opens_a_page_by_guessing(server: Stripe) -> None:
    for path in ("/pay/cs_test_x", "/pay/", "/pay", "/authenticate/", "/icon"):
        answer = WEB.get(server.url + path)
        assert (answer.status_code, "There is nothing" in answer.text) == (404, True)
    assert WEB.get(f"{server.url}/icon.svg").headers["Content-Type"] == "image/svg+xml"
