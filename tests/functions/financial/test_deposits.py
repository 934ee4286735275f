"""Deposits: charged once, and in the wallet once the processor has the money, whatever gets lost."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from functions.financial import ledger
from functions.financial.events import DepositFailed, DepositSucceeded
from functions.financial.operations import settling
from functions.financial.tables import Customer, Payment
from infra.local.stripe import Fault
from tests.calls import Answer, Api
from tests.functions.auth import stored
from tests.functions.auth.conftest import Clock, clock
from tests.functions.financial import people
from tests.functions.financial.people import Person, refused
from tests.functions.financial.processor import Processor, deposit, money, settle, work

__all__ = ["clock"]

ATTEMPTS = 3  # of the SDK, for one question


def typed(number: str) -> dict[str, str]:
    return {"number": number, "expiry": "12/34", "cvc": "123"}


def shown(who: Person, made: Answer) -> dict[str, Any]:
    found: dict[str, Any] = who.get(f"payments/deposits/{made.json()['id']}").json()
    return found


def test_a_deposit_by_card_is_in_the_wallet_once_it_is_booked(ada: Person, processor: Processor) -> None:
    made = deposit(ada)
    assert (made.status, made.json()["status"], made.json()["amount"]) == (201, "processing", "25.00")
    assert money(ada) == "0.00"
    work()
    assert (shown(ada, made)["status"], money(ada)) == ("succeeded", "25.00")
    processor.tells()
    assert money(ada) == "25.00"
    wallet_id = str(ledger.wallet_id(ada.id, "USD"))
    told = {"user_id": str(ada.id), "payment_id": made.json()["id"], "wallet_id": wallet_id}
    assert stored.sent(DepositSucceeded) == [told | {"currency": "USD", "amount": "25.00"}]
    (item,) = ada.get("payments/deposits").json()["items"]
    assert (item["id"], item["refunded"], item["next_url"]) == (made.json()["id"], "0.00", None)


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "1200"), ("KWD", "1.500"), ("EUR", "0.99")])
def test_a_currency_keeps_its_decimals_there_and_back(
    ada: Person, processor: Processor, currency: str, amount: str
) -> None:
    deposit(ada, amount, currency=currency)
    work()
    assert money(ada, currency) == amount


def test_what_no_card_can_pay_is_refused_before_anything_is_kept(ada: Person) -> None:
    assert refused(deposit(ada, "0.1", currency="BTC")) == (422, "invalid", ["amount"])
    assert refused(deposit(ada, "1.234")) == (422, "invalid", ["amount"])
    assert refused(deposit(ada, "1", currency="ZZZ")) == (422, "invalid", ["currency"])
    assert stored.rows(Payment) == []


def test_a_declined_card_is_told_with_its_reason_and_told_again(ada: Person, processor: Processor) -> None:
    key = str(uuid4())
    first = deposit(ada, card="visa_chargeDeclinedInsufficientFunds", key=key)
    again = deposit(ada, card="visa_chargeDeclinedInsufficientFunds", key=key)
    assert (first.status, first.json()["code"]) == (422, "card_declined")
    assert first.json()["decline_code"] == "insufficient_funds"
    assert (again.text, again.headers["idempotent-replayed"]) == (first.text, "true")
    work()
    processor.tells()
    (item,) = ada.get("payments/deposits").json()["items"]
    assert (item["status"], item["failure_code"], money(ada)) == ("failed", "insufficient_funds", "0.00")
    told = {"user_id": str(ada.id), "payment_id": item["id"], "reason": "insufficient_funds"}
    assert stored.sent(DepositFailed) == [told]


def test_somebody_who_has_paid_before_may_be_declined_too(ada: Person, processor: Processor) -> None:
    assert deposit(ada).status == 201
    declined = deposit(ada, card="visa_chargeDeclined")
    assert (declined.status, declined.json()["code"]) == (422, "card_declined")


def test_a_card_that_is_not_there_is_a_fault_of_the_request(ada: Person, processor: Processor) -> None:
    assert refused(deposit(ada, card="nobodys")) == (422, "invalid", ["payment_method"])
    assert processor.count("payment_intents") == 0


@pytest.mark.parametrize("card", ["visa", None], ids=["card", "page"])
@pytest.mark.parametrize(
    ("amount", "currency", "field"),
    [("1000000.00", "USD", "amount"), ("0.49", "USD", "amount"), ("100", "BTN", "currency")],
)
def test_what_cannot_be_charged_is_a_fault_of_the_request(
    ada: Person, processor: Processor, card: str | None, amount: str, currency: str, field: str
) -> None:
    assert refused(deposit(ada, amount, card=card, currency=currency)) == (422, "invalid", [field])
    assert (processor.count("payment_intents"), processor.sdk.checkout.sessions.list().data) == (0, [])


def test_a_key_that_comes_twice_charges_once(ada: Person, processor: Processor) -> None:
    key = str(uuid4())
    first, again = deposit(ada, key=key), deposit(ada, key=key)
    assert (again.status, again.text) == (201, first.text)
    work()
    assert (processor.count("payment_intents"), money(ada)) == (1, "25.00")


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "500", "500_after"])
@pytest.mark.parametrize("path", ["/v1/customers", "/v1/payment_intents"])
def test_a_lost_answer_is_no_second_charge(ada: Person, processor: Processor, fault: str, path: str) -> None:
    """Where the processor keeps a 500 of nothing done, the key is of no more use, and another one is."""
    key = str(uuid4())
    processor.server.faults.add(Fault(fault, path=path, times=ATTEMPTS))
    assert refused(deposit(ada, key=key))[:2] == (503, "unavailable")
    processor.server.faults.clear()
    again = deposit(ada, key=key)
    if again.status == 503:
        assert (fault, path) == ("500", "/v1/payment_intents")
        again = deposit(ada)
    assert again.status == 201
    work()
    processor.tells()
    assert (processor.count("payment_intents"), money(ada)) == (1, "25.00")


def test_what_a_broken_try_has_charged_is_booked_without_it(ada: Person, processor: Processor) -> None:
    """By the news of it alone: nobody asks again."""
    processor.server.faults.add(Fault("timeout_after", path="/v1/payment_intents", times=ATTEMPTS))
    assert deposit(ada).status == 503
    processor.tells()
    assert money(ada) == "25.00"


def test_what_nobody_has_told_is_asked_about(ada: Person, processor: Processor, clock: Clock) -> None:
    processor.server.faults.add(Fault("timeout_after", path="/v1/payment_intents", times=ATTEMPTS))
    assert deposit(ada).status == 503
    settle()
    assert money(ada) == "0.00"
    clock.forward(timedelta(minutes=16))
    settle()
    assert money(ada) == "25.00"


def test_who_waits_for_long_does_not_keep_others_from_being_asked_about(
    ada: Person, processor: Processor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page stays open for a day, and as many as fit in a run may be older than what was paid."""
    monkeypatch.setattr(settling, "BATCH", 1)
    deposit(ada, "40.00", card=None)
    work()
    processor.server.faults.add(Fault("timeout_after", path="/v1/payment_intents", times=ATTEMPTS))
    assert deposit(ada).status == 503
    clock.forward(timedelta(minutes=16))
    settle()
    settle()
    assert money(ada) == "25.00"


def test_what_the_processor_never_heard_of_is_given_up(
    ada: Person, processor: Processor, clock: Clock
) -> None:
    processor.server.faults.add(Fault("timeout_before", path="/v1/payment_intents", times=ATTEMPTS))
    assert deposit(ada).status == 503
    clock.forward(timedelta(minutes=30))
    settle()
    (waiting,) = stored.rows(Payment)
    clock.forward(timedelta(minutes=31))
    settle()
    (given_up,) = stored.rows(Payment)
    assert (waiting.status, given_up.status) == ("pending", "canceled")


def test_a_bank_that_wants_to_see_its_customer_is_waited_for(ada: Person, processor: Processor) -> None:
    made = deposit(ada, card="authenticationRequired")
    assert (made.status, made.json()["status"]) == (201, "requires_action")
    work()
    assert (shown(ada, made)["status"], money(ada)) == ("requires_action", "0.00")
    httpx.post(made.json()["next_url"], data={"answer": "yes"})
    processor.tells()
    assert (shown(ada, made)["status"], money(ada)) == ("succeeded", "25.00")


def test_a_page_of_the_processor_leads_to_the_same(ada: Person, processor: Processor) -> None:
    made = deposit(ada, card=None)
    assert (made.status, made.json()["status"]) == (201, "pending")
    work()
    page = made.json()["next_url"]
    httpx.post(page, data=typed("4000000000000002"))
    processor.tells()
    assert shown(ada, made)["status"] == "pending"
    paid = httpx.post(page, data=typed("4242424242424242"))
    assert paid.headers["location"].endswith(f"/?deposit={made.json()['id']}")
    processor.tells()
    assert (shown(ada, made)["status"], money(ada)) == ("succeeded", "25.00")


def test_a_page_that_nobody_paid_on_in_time_is_no_deposit(ada: Person, processor: Processor) -> None:
    made = deposit(ada, card=None)
    work()
    (session,) = processor.sdk.checkout.sessions.list().data
    processor.sdk.checkout.sessions.expire(session.id)
    processor.tells()
    assert (shown(ada, made)["status"], money(ada)) == ("canceled", "0.00")


def test_a_lost_page_is_found_again(ada: Person, processor: Processor) -> None:
    key = str(uuid4())
    processor.server.faults.add(Fault("500_after", path="/v1/checkout/sessions", times=ATTEMPTS))
    assert deposit(ada, card=None, key=key).status == 503
    processor.server.faults.clear()
    assert deposit(ada, card=None, key=key).json()["next_url"].startswith(processor.server.url)
    assert len(processor.sdk.checkout.sessions.list().data) == 1


def test_a_person_is_one_customer_there(ada: Person, processor: Processor) -> None:
    deposit(ada)
    deposit(ada, currency="EUR")
    assert [row.user_id for row in stored.rows(Customer)] == [ada.id]
    assert processor.count("customers") == 1


def test_a_charge_that_names_another_s_payment_is_nobody_s(
    api: Api, ada: Person, processor: Processor
) -> None:
    bob = people.signed_in(api, "bob")
    made = deposit(ada, card="authenticationRequired")
    metadata = {"payment_id": made.json()["id"], "user_id": str(bob.id)}
    wish = {"amount": 9_900, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    processor.sdk.payment_intents.create(wish | {"metadata": metadata})
    processor.tells()
    assert (shown(ada, made)["status"], money(ada)) == ("requires_action", "0.00")


def test_another_person_sees_neither_a_deposit_nor_that_there_is_one(
    api: Api, ada: Person, processor: Processor
) -> None:
    made = deposit(ada)
    bob = people.signed_in(api, "bob")
    assert bob.get(f"payments/deposits/{made.json()['id']}").status == 404
    assert bob.get("payments/deposits").json()["items"] == []
    assert UUID(made.json()["id"]) in {row.id for row in stored.rows(Payment)}


def test_without_a_processor_there_are_no_deposits(api: Api) -> None:
    ada = people.signed_in(api)
    assert refused(deposit(ada))[:2] == (503, "not_configured")


def test_what_was_received_counts_and_not_what_was_asked_for(ada: Person, processor: Processor) -> None:
    made = deposit(ada, card="authenticationRequired")
    stored.change(Payment, amount=Decimal("9999"))
    httpx.post(made.json()["next_url"], data={"answer": "yes"})
    processor.tells()
    assert (shown(ada, made)["amount"], money(ada)) == ("25.00", "25.00")
