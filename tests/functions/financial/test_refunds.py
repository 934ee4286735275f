"""Refunds: out of the wallet at once, to the card once, and back where the card takes nothing."""

from datetime import timedelta
from typing import Any

import pytest

from functions.financial import job_send_refund
from functions.financial.events import RefundFailed, RefundSucceeded
from functions.financial.facts import Refunding
from functions.financial.operations import refunds
from functions.financial.tables import Payment, Refund
from infra.local.stripe import Fault
from shared.db import system, transaction
from shared.ids import new_id
from tests.calls import Answer, Api
from tests.functions.auth import stored
from tests.functions.auth.conftest import Clock, clock
from tests.functions.financial import people
from tests.functions.financial.people import Person, refused
from tests.functions.financial.processor import Processor, deposit, house, money, settle, wallet, work
from tests.queues import deliver

__all__ = ["clock"]

ATTEMPTS = 3  # of the SDK


@pytest.fixture
def paid(ada: Person, processor: Processor) -> str:
    return booked(ada)


def booked(who: Person, amount: str = "25.00", *, card: str = "visa") -> str:
    """The id of a deposit that is in the wallet."""
    made = deposit(who, amount, card=card)
    work()
    return str(made.json()["id"])


def refund(who: Person, deposit_id: str, amount: str | None = None, *, key: str = "") -> Answer:
    body = {} if amount is None else {"amount": amount}
    return who.post(f"payments/deposits/{deposit_id}/refunds", body, key=key)


def statuses() -> list[str]:
    return [row.status for row in stored.rows(Refund)]


def test_a_refund_leaves_the_wallet_at_once_and_the_processor_later(
    ada: Person, processor: Processor, paid: str
) -> None:
    made = refund(ada, paid, "10.00")
    assert (made.status, made.json()["status"], made.json()["amount"]) == (201, "pending", "10.00")
    assert (money(ada), house("clearing"), house("cash")) == ("15.00", "10.00", "25.00")
    work()
    assert (money(ada), house("clearing"), house("cash")) == ("15.00", "0.00", "15.00")
    processor.tells()
    (item,) = ada.get(f"payments/deposits/{paid}/refunds").json()["items"]
    assert (item["status"], item["currency"], item["deposit_id"]) == ("succeeded", "USD", paid)
    assert ada.get(f"payments/deposits/{paid}").json()["refunded"] == "10.00"
    told = {"user_id": str(ada.id), "refund_id": item["id"], "payment_id": paid}
    assert stored.sent(RefundSucceeded) == [told | {"currency": "USD", "amount": "10.00"}]


def test_unless_told_otherwise_all_that_is_left_goes_back(
    ada: Person, processor: Processor, paid: str
) -> None:
    refund(ada, paid, "10.00")
    assert refund(ada, paid).json()["amount"] == "15.00"
    work()
    assert (money(ada), house("cash"), processor.count("refunds")) == ("0.00", "0.00", 2)
    for amount in (None, "0.01"):
        assert refused(refund(ada, paid, amount))[:2] == (409, "not_refundable")


def test_what_was_spent_or_never_paid_is_not_refunded(ada: Person, api: Api, processor: Processor) -> None:
    people.signed_in(api, "bob")
    paid, pending = booked(ada), deposit(ada, card="authenticationRequired").json()["id"]
    wallet_id = str(wallet(ada).id)
    assert ada.post("transfers", {"wallet_id": wallet_id, "to": "bob", "amount": "20.00"}).status == 201
    assert refused(refund(ada, paid))[:2] == (409, "insufficient_funds")
    assert refused(refund(ada, paid, "0.001"))[:2] == (422, "invalid")
    assert refused(refund(ada, pending, "1.00"))[:2] == (409, "not_refundable")
    assert refund(ada, paid, "5.00").status == 201


def test_what_the_processor_cannot_take_back_never_leaves_the_wallet(
    ada: Person, processor: Processor
) -> None:
    """Of three decimals it takes two: the dinar's last one would wait in `clearing` for good."""
    paid = deposit(ada, "10.000", currency="KWD").json()["id"]
    work()
    assert refused(refund(ada, paid, "1.235")) == (422, "invalid", ["amount"])
    assert (statuses(), money(ada, "KWD"), house("clearing", "KWD")) == ([], "10.000", "0.000")
    assert refund(ada, paid, "1.230").status == 201
    work()
    assert (statuses(), house("clearing", "KWD")) == (["succeeded"], "0.000")


def test_a_refund_of_no_intent_is_not_of_a_payment_that_has_none_yet(
    ada: Person, processor: Processor, paid: str
) -> None:
    deposit(ada, "40.00", card=None)
    foreign = {"id": "re_1", "status": "succeeded", "amount": 2000, "currency": "usd", "payment_intent": None}
    with transaction("fn_system", system()) as db:
        refunds.apply(db, Refunding.of(foreign), fetch=1)
    assert (statuses(), money(ada)) == ([], "25.00")


def test_nobody_refunds_another_s_deposit(ada: Person, api: Api, paid: str) -> None:
    bob = people.signed_in(api, "bob")
    assert refund(bob, paid).status == 404
    assert bob.get(f"payments/deposits/{paid}/refunds").status == 404


def test_the_same_key_refunds_once(ada: Person, processor: Processor, paid: str) -> None:
    key = "one-refund"
    first, again = refund(ada, paid, "10.00", key=key), refund(ada, paid, "10.00", key=key)
    assert again.text == first.text
    work()
    assert (money(ada), processor.count("refunds")) == ("15.00", 1)


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "500_after"])
def test_a_lost_answer_is_no_second_refund(ada: Person, processor: Processor, paid: str, fault: str) -> None:
    refund(ada, paid, "10.00")
    processor.server.faults.add(Fault(fault, path="/v1/refunds", times=ATTEMPTS))
    assert len(deliver(job_send_refund.handler)) == 1
    processor.server.faults.clear()
    assert statuses() == ["pending"]
    work()
    processor.tells()
    assert (statuses(), processor.count("refunds"), money(ada)) == (["succeeded"], 1, "15.00")


def test_a_refund_that_fails_days_later_is_in_the_wallet_again(ada: Person, processor: Processor) -> None:
    paid = booked(ada, card="refundFail")
    refund(ada, paid)
    work()
    assert (money(ada), house("cash")) == ("0.00", "0.00")
    (there,) = processor.sdk.refunds.list().data
    if there.status != "failed":
        processor.server.control(f"/refunds/{there.id}", status="failed")
    processor.tells()
    assert (statuses(), money(ada), house("cash"), house("clearing")) == (
        ["failed"],
        "25.00",
        "25.00",
        "0.00",
    )
    assert [told["amount"] for told in stored.sent(RefundFailed)] == ["25.00"]
    assert ada.get(f"payments/deposits/{paid}").json()["refunded"] == "0.00"


def test_a_slow_refund_is_waited_for(ada: Person, processor: Processor, clock: Clock) -> None:
    paid = booked(ada, card="pendingRefund")
    refund(ada, paid)
    work()
    assert (statuses(), house("clearing")) == (["pending"], "25.00")
    (there,) = processor.sdk.refunds.list().data
    processor.server.control(f"/refunds/{there.id}", status="succeeded")
    clock.forward(timedelta(minutes=16))
    settle()  # without any news
    assert (statuses(), house("clearing"), house("cash")) == (["succeeded"], "0.00", "0.00")


def test_a_refund_that_the_processor_refuses_is_in_the_wallet_again(
    ada: Person, processor: Processor
) -> None:
    """Somebody was quicker in its dashboard."""
    paid = booked(ada)
    refund(ada, paid)
    (intent,) = processor.sdk.payment_intents.list().data
    processor.server.control(f"/charges/{intent.latest_charge}/refund", amount=2500)
    work()
    assert (statuses(), money(ada), house("clearing")) == (["failed"], "25.00", "0.00")
    processor.tells()
    assert (sorted(statuses()), money(ada), house("cash")) == (["failed", "succeeded"], "0.00", "0.00")


def dashboard_refund(processor: Processor, amount: int) -> Any:
    (intent,) = processor.sdk.payment_intents.list().data
    return processor.server.control(f"/charges/{intent.latest_charge}/refund", amount=amount)


def test_a_refund_of_the_dashboard_takes_what_is_free_and_the_rest_is_a_loss(
    ada: Person, processor: Processor, paid: str
) -> None:
    wallet_id = wallet(ada).id
    hold = {"wallet_id": str(wallet_id), "amount": "18.00"}
    assert ada.post("holds", hold).status == 201
    dashboard_refund(processor, 2000)
    processor.tells(order=lambda events: events[::-1])
    assert (money(ada), house("loss"), house("cash"), house("clearing")) == ("18.00", "13.00", "5.00", "0.00")
    (payment,) = stored.rows(Payment)
    assert (payment.refunded, statuses()) == (20, ["succeeded"])
    (there,) = processor.sdk.refunds.list().data
    processor.server.control(f"/refunds/{there.id}", status="failed")
    processor.tells()
    assert (money(ada), house("loss"), house("cash")) == ("25.00", "0.00", "25.00")


def test_a_refund_that_is_told_before_its_charge_brings_the_charge_along(
    ada: Person, processor: Processor
) -> None:
    deposit(ada)
    dashboard_refund(processor, 1000)
    processor.tells("refund.created", "charge.refunded")
    assert (money(ada), house("cash")) == ("15.00", "15.00")
    processor.tells()
    work()
    assert (money(ada), statuses()) == ("15.00", ["succeeded"])


def test_a_refund_that_nobody_knows_is_nobody_s(ada: Person, processor: Processor, paid: str) -> None:
    wish = {"amount": 700, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    other = processor.sdk.payment_intents.create(wish)
    processor.sdk.refunds.create({"payment_intent": other.id, "metadata": {"refund_id": str(new_id())}})
    processor.tells()
    assert (statuses(), money(ada)) == ([], "25.00")
    with transaction("fn_system", system()) as db:
        assert job_send_refund.handler.trigger.system
        assert db.get(Refund, new_id()) is None
