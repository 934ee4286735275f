"""Disputes: the bank has the whole at once; what is free in the wallet waits until somebody has won."""

from decimal import Decimal

import pytest

from functions.financial.events import DisputeClosed, DisputeOpened
from functions.financial.facts import Disputing
from functions.financial.operations import disputes
from functions.financial.tables import Dispute, Hold
from shared.db import system, transaction
from tests.calls import Api
from tests.functions.auth import stored
from tests.functions.financial import people
from tests.functions.financial.people import Person, refused
from tests.functions.financial.processor import Processor, deposit, free, house, money, wallet


@pytest.fixture
def bob(api: Api, ada: Person) -> Person:
    return people.signed_in(api, "bob")


def disputed(who: Person, processor: Processor, amount: str = "40.00") -> str:
    """The processor's name for it."""
    deposit(who, amount, card="createDispute")
    processor.tells()
    (dispute,) = processor.sdk.disputes.list().data
    return str(dispute.id)


def books() -> dict[str, str]:
    return {kind: house(kind) for kind in ("cash", "disputed", "loss")}


def test_what_is_disputed_is_set_aside_and_nothing_else_moves(ada: Person, processor: Processor) -> None:
    disputed(ada, processor)
    assert (money(ada), free(ada)) == ("40.00", "0.00")
    assert books() == {"cash": "0.00", "disputed": "40.00", "loss": "0.00"}
    (row,) = stored.rows(Dispute)
    told = {"user_id": str(ada.id), "dispute_id": str(row.id), "payment_id": str(row.payment_id)}
    assert stored.sent(DisputeOpened) == [told | {"currency": "USD", "amount": "40.00"}]
    refund = ada.post(f"payments/deposits/{row.payment_id}/refunds", {})
    assert refused(refund)[:2] == (409, "not_refundable")


def test_a_dispute_of_no_intent_is_not_of_a_payment_that_has_none_yet(
    ada: Person, processor: Processor
) -> None:
    ada.wallet(balance=30)
    deposit(ada, "40.00", card=None)
    foreign = {"id": "du_1", "status": "lost", "amount": 2000, "currency": "usd", "payment_intent": None}
    with transaction("fn_system", system()) as db:
        disputes.apply(db, Disputing.of(foreign), fetch=1)
    assert (stored.rows(Dispute), money(ada), free(ada)) == ([], "30.00", "30.00")


def test_no_more_is_set_aside_than_is_disputed(ada: Person, processor: Processor) -> None:
    deposit(ada, "60.00")
    dispute = disputed(ada, processor)
    assert (money(ada), free(ada)) == ("100.00", "60.00")
    processor.server.control(f"/disputes/{dispute}", status="lost")
    processor.tells()
    assert (money(ada), books()) == ("60.00", {"cash": "60.00", "disputed": "0.00", "loss": "0.00"})


def test_won_it_is_all_as_before(ada: Person, processor: Processor) -> None:
    dispute = disputed(ada, processor)
    processor.server.control(f"/disputes/{dispute}", status="won")
    processor.tells()
    assert (money(ada), free(ada)) == ("40.00", "40.00")
    assert books() == {"cash": "40.00", "disputed": "0.00", "loss": "0.00"}
    assert [told["outcome"] for told in stored.sent(DisputeClosed)] == ["won"]
    assert [row.status for row in stored.rows(Hold)] == ["released"]


def test_lost_the_wallet_pays(ada: Person, processor: Processor) -> None:
    dispute = disputed(ada, processor)
    processor.server.control(f"/disputes/{dispute}", status="lost")
    processor.tells()
    assert (money(ada), free(ada)) == ("0.00", "0.00")
    assert books() == {"cash": "0.00", "disputed": "0.00", "loss": "0.00"}
    assert [row.status for row in stored.rows(Hold)] == ["captured"]


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_what_was_spent_before_is_the_house_s_to_lose(
    ada: Person, bob: Person, processor: Processor, outcome: str
) -> None:
    deposit(ada, "40.00", card="createDispute")
    processor.tells("payment_intent.succeeded")
    sent = {"wallet_id": str(wallet(ada).id), "to": "bob", "amount": "30.00"}
    assert ada.post("transfers", sent).status == 201
    processor.tells()
    assert (money(ada), free(ada), money(bob)) == ("10.00", "0.00", "30.00")
    (dispute,) = processor.sdk.disputes.list().data
    processor.server.control(f"/disputes/{dispute.id}", status=outcome)
    processor.tells()
    if outcome == "won":
        assert (free(ada), books()) == ("10.00", {"cash": "40.00", "disputed": "0.00", "loss": "0.00"})
    else:
        assert (money(ada), books()) == ("0.00", {"cash": "0.00", "disputed": "0.00", "loss": "30.00"})


def test_where_nothing_is_left_nothing_is_set_aside(ada: Person, bob: Person, processor: Processor) -> None:
    deposit(ada, "40.00", card="createDispute")
    processor.tells("payment_intent.succeeded")
    sent = {"wallet_id": str(wallet(ada).id), "to": "bob", "amount": "40.00"}
    assert ada.post("transfers", sent).status == 201
    processor.tells()
    assert [row.hold_id for row in stored.rows(Dispute)] == [None]
    (dispute,) = processor.sdk.disputes.list().data
    processor.server.control(f"/disputes/{dispute.id}", status="lost")
    processor.tells()
    assert books() == {"cash": "0.00", "disputed": "0.00", "loss": "40.00"}


def test_a_hold_of_one_s_own_shelters_nothing(ada: Person, processor: Processor) -> None:
    deposit(ada, "40.00", card="createDispute")
    processor.tells("payment_intent.succeeded")
    mine = {"wallet_id": str(wallet(ada).id), "amount": "35.00", "note": "mine"}
    hold = ada.post("holds", mine).json()
    processor.tells()
    assert [row.amount for row in stored.rows(Hold, Hold.reason == "dispute")] == [Decimal("5.00")]
    assert ada.delete(f"holds/{hold['id']}").status == 204
    (dispute,) = processor.sdk.disputes.list().data
    processor.server.control(f"/disputes/{dispute.id}", status="lost")
    processor.tells()
    assert (money(ada), free(ada)) == ("0.00", "0.00")
    assert books() == {"cash": "0.00", "disputed": "0.00", "loss": "0.00"}


def test_what_came_in_later_pays_what_was_not_set_aside(
    ada: Person, bob: Person, processor: Processor
) -> None:
    deposit(ada, "40.00", card="createDispute")
    processor.tells("payment_intent.succeeded")
    sent = {"wallet_id": str(wallet(ada).id), "to": "bob", "amount": "30.00"}
    assert ada.post("transfers", sent).status == 201
    processor.tells()
    back = {"wallet_id": str(wallet(bob).id), "to": "ada", "amount": "12.00"}
    assert bob.post("transfers", back).status == 201
    (dispute,) = processor.sdk.disputes.list().data
    processor.server.control(f"/disputes/{dispute.id}", status="lost")
    processor.tells()
    assert (money(ada), free(ada), money(bob)) == ("0.00", "0.00", "18.00")
    assert books() == {"cash": "0.00", "disputed": "0.00", "loss": "18.00"}


def test_the_news_in_any_order_and_twice_come_to_the_same(ada: Person, processor: Processor) -> None:
    """All of it told at the end only: the deposit, the dispute, and its end, the last thing first."""
    deposit(ada, "40.00", card="createDispute")
    (dispute,) = processor.sdk.disputes.list().data
    processor.server.control(f"/disputes/{dispute.id}", status="lost")
    processor.tells(order=lambda events: events[::-1])
    processor.tells(order=lambda events: [*events, *events])
    assert (money(ada), [row.status for row in stored.rows(Dispute)]) == ("0.00", ["lost"])
    assert books() == {"cash": "0.00", "disputed": "0.00", "loss": "0.00"}
    assert len(stored.sent(DisputeOpened)) == len(stored.sent(DisputeClosed)) == 1
