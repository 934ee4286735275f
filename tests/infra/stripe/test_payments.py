"""Customers, their cards and their payments, through the real SDK."""

from collections.abc import Callable

import pytest
import stripe

from infra.local.stripe import cards
from tests.infra.stripe.conftest import Pay

Happened = Callable[[], list[str]]
PAYS = ("visa", "visa_debit", "mastercard", "amex", "createDispute", "pendingRefund", "refundFail")
DECLINES = {
    "visa_chargeDeclined": ("card_declined", "generic_decline"),
    "visa_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "visa_chargeDeclinedLostCard": ("card_declined", "lost_card"),
    "visa_chargeDeclinedStolenCard": ("card_declined", "stolen_card"),
    "chargeDeclinedExpiredCard": ("expired_card", "expired_card"),
    "chargeDeclinedIncorrectCvc": ("incorrect_cvc", "incorrect_cvc"),
    "chargeDeclinedProcessingError": ("processing_error", "processing_error"),
    "chargeCustomerFail": ("card_declined", "generic_decline"),
}
ASKS = ("authenticationRequired", "authenticationRequiredOnSetup")


def test_every_card_is_one_that_pays_or_declines_or_asks() -> None:
    assert {card.name for card in cards.CARDS} == {*PAYS, *DECLINES, *ASKS}
    assert all(cards._has_check_digit(card.number) for card in cards.CARDS)
    assert len(cards.BY_FACE) == len(cards.CARDS)


def test_a_customer_is_found_again_by_id_and_by_email(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create(
        {"email": "ada@example.com", "name": "Ada Lovelace", "metadata": {"user_id": "7"}}
    )
    client.v1.customers.create({"email": "bob@example.com"})
    found = client.v1.customers.retrieve(made.id)
    assert (found.email, found.name, found.metadata and found.metadata.to_dict()) == (
        "ada@example.com",
        "Ada Lovelace",
        {"user_id": "7"},
    )
    assert found.id.startswith("cus_")
    by_email = client.v1.customers.list({"email": "ada@example.com"})
    assert [customer.id for customer in by_email.data] == [made.id]


def test_a_list_is_paged_to_its_end_newest_first(client: stripe.StripeClient) -> None:
    made = [client.v1.customers.create({"name": str(number)}).id for number in range(7)]
    first = client.v1.customers.list({"limit": 3})
    assert ([customer.id for customer in first.data], first.has_more) == (made[:3:-1], True)
    assert [customer.id for customer in first.auto_paging_iter()] == made[::-1]
    since = client.v1.customers.list({"created": {"gte": first.data[0].created + 1}})
    assert since.data == []


@pytest.mark.parametrize("name", PAYS)
def test_a_card_that_pays_is_charged_once(name: str, client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay(name, metadata={"deposit": "d1"}, expand=["latest_charge"])
    assert (intent.status, intent.amount_received, intent.metadata.to_dict()) == (
        "succeeded",
        2000,
        {"deposit": "d1"},
    )
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.status, charge.amount_captured, charge.payment_intent) == ("succeeded", 2000, intent.id)
    details = charge.payment_method_details
    assert details is not None
    assert details.card is not None
    card = cards.BY_TOKEN[f"pm_card_{name}"]
    assert (details.card.last4, details.card.brand) == (card.last4, card.brand)
    charges = client.v1.charges.list({"payment_intent": intent.id})
    assert [found.id for found in charges.data] == [charge.id]
    assert client.v1.charges.retrieve(charge.id).paid is True


@pytest.mark.parametrize("name", DECLINES)
def test_a_card_that_declines_says_why_and_leaves_the_payment_open(
    name: str, client: stripe.StripeClient, pay: Pay
) -> None:
    with pytest.raises(stripe.CardError) as declined:
        pay(name)
    error = declined.value.error
    assert error is not None
    assert (declined.value.http_status, error.type) == (402, "card_error")
    assert (error.code, error.decline_code) == DECLINES[name]
    assert error.payment_intent is not None
    intent = client.v1.payment_intents.retrieve(error.payment_intent.id)
    assert (intent.status, intent.amount_received, intent.payment_method) == (
        "requires_payment_method",
        0,
        None,
    )
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.decline_code == DECLINES[name][1]
    charge = client.v1.charges.retrieve(str(error.charge))
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, DECLINES[name][0])


def test_another_card_pays_what_the_first_declined(
    client: stripe.StripeClient, pay: Pay, happened: Happened
) -> None:
    with pytest.raises(stripe.CardError) as declined:
        pay("visa_chargeDeclined")
    assert declined.value.error is not None
    assert declined.value.error.payment_intent is not None
    intent_id = declined.value.error.payment_intent.id
    intent = client.v1.payment_intents.confirm(intent_id, {"payment_method": "pm_card_visa"})
    assert (intent.status, intent.last_payment_error) == ("succeeded", None)
    assert happened() == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]
    with pytest.raises(stripe.InvalidRequestError) as again:
        client.v1.payment_intents.confirm(intent_id)
    assert again.value.code == "payment_intent_unexpected_state"
    assert client.v1.balance.retrieve().available[0].amount == 2000


def test_a_payment_waits_to_be_confirmed_and_may_be_canceled(
    client: stripe.StripeClient, happened: Happened
) -> None:
    wish = {"amount": 2000, "currency": "eur"}
    bare = client.v1.payment_intents.create(wish)
    assert bare.status == "requires_payment_method"
    with pytest.raises(stripe.InvalidRequestError, match="missing a payment method"):
        client.v1.payment_intents.confirm(bare.id)
    ready = client.v1.payment_intents.create(wish | {"payment_method": "pm_card_visa"})
    assert ready.status == "requires_confirmation"
    assert client.v1.payment_intents.confirm(ready.id).status == "succeeded"
    canceled = client.v1.payment_intents.cancel(bare.id, {"cancellation_reason": "abandoned"})
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError, match="has a status of succeeded"):
        client.v1.payment_intents.cancel(ready.id)
    assert happened()[-1] == "payment_intent.canceled"


def test_the_payments_of_a_customer_are_hers_alone(client: stripe.StripeClient, pay: Pay) -> None:
    ada, bob = (client.v1.customers.create({"name": name}).id for name in ("Ada", "Bob"))
    hers = [pay(customer=ada).id for _ in range(2)]
    pay(customer=bob)
    pay()
    assert [found.id for found in client.v1.payment_intents.list({"customer": ada}).data] == hers[::-1]


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "usd", "amount_too_small"),
        (49, "jpy", "amount_too_small"),
        (29, "gbp", "amount_too_small"),
        (100_000_000, "usd", "amount_too_large"),
        (-5, "usd", "parameter_invalid_integer"),
        ("1.5", "usd", "parameter_invalid_integer"),
        (1005, "kwd", None),
        (500, "xxx", None),
    ],
)
def test_an_amount_is_whole_and_within_bounds(
    amount: object, currency: str, code: str | None, client: stripe.StripeClient
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create({"amount": amount, "currency": currency})
    assert (refused.value.code, refused.value.http_status) == (code, 400)
    assert client.v1.payment_intents.list().data == []


def test_fifty_yen_are_fifty_yen(client: stripe.StripeClient) -> None:
    wish = {"amount": 50, "currency": "jpy", "payment_method": "pm_card_visa", "confirm": True}
    assert client.v1.payment_intents.create(wish).amount_received == 50
    (balance,) = client.v1.balance.retrieve().available
    assert (balance.amount, balance.currency) == (50, "jpy")


def test_what_stripe_does_not_know_is_refused_by_name(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        client.v1.customers.create({"colour": "red"})
    assert (unknown.value.code, unknown.value.param) == ("parameter_unknown", "colour")
    with pytest.raises(stripe.InvalidRequestError) as absent:
        client.v1.payment_intents.create({"amount": 500})
    assert (absent.value.code, absent.value.param) == ("parameter_missing", "currency")
    with pytest.raises(stripe.InvalidRequestError) as nobody:
        client.v1.payment_intents.retrieve("pi_nobody")
    assert (nobody.value.code, nobody.value.http_status) == ("resource_missing", 404)
    with pytest.raises(stripe.InvalidRequestError) as stranger:
        client.v1.payment_intents.create({"amount": 500, "currency": "usd", "customer": "cus_x"})
    assert (stranger.value.param, stranger.value.http_status) == ("customer", 400)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.customers.retrieve(client.v1.customers.create({}).id, {"expand": ["tax_exempt"]})


def test_what_is_refused_at_its_end_had_no_effect(client: stripe.StripeClient, pay: Pay) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        pay(expand=["colour"])
    assert client.v1.charges.list().data == []
    assert client.v1.events.list().data == []
    assert client.v1.balance.retrieve().available == []


def test_a_list_carries_what_its_reader_wants_expanded(client: stripe.StripeClient, pay: Pay) -> None:
    pay()
    (intent,) = client.v1.payment_intents.list({"expand": ["data.latest_charge.balance_transaction"]}).data
    assert isinstance(intent.latest_charge, stripe.Charge)
    booked = intent.latest_charge.balance_transaction
    assert isinstance(booked, stripe.BalanceTransaction)
    assert (booked.amount, booked.fee, booked.net, booked.source) == (2000, 0, 2000, intent.latest_charge.id)
