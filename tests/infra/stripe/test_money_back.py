"""Money that goes back or on: refunds, disputes, payouts, and the balance that they leave."""

from collections.abc import Callable

import pytest
import stripe

from infra.local.stripe import Stripe
from tests.infra.stripe.conftest import Pay

Happened = Callable[[], list[str]]


def said(made: stripe.Refund | stripe.Payout) -> dict[str, str]:
    assert made.metadata is not None
    return made.metadata.to_dict()


def balance(client: stripe.StripeClient) -> int:
    return client.v1.balance.retrieve().available[0].amount


def test_a_charge_is_refunded_in_parts_and_no_further(
    client: stripe.StripeClient, pay: Pay, happened: Happened
) -> None:
    intent = pay()
    first = client.v1.refunds.create(
        {
            "payment_intent": intent.id,
            "amount": 500,
            "reason": "requested_by_customer",
            "metadata": {"r": "1"},
        }
    )
    assert (first.status, first.amount, said(first)) == ("succeeded", 500, {"r": "1"})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as greedy:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 1501})
    assert greedy.value.param == "amount"
    rest = client.v1.refunds.create({"charge": str(intent.latest_charge)})
    assert rest.amount == 1500
    with pytest.raises(stripe.InvalidRequestError) as spent:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    assert spent.value.code == "charge_already_refunded"
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.amount_refunded, charge.refunded) == (2000, True)
    assert [r.id for r in client.v1.refunds.list({"payment_intent": intent.id}).data] == [rest.id, first.id]
    assert client.v1.refunds.retrieve(first.id).charge == intent.latest_charge
    assert balance(client) == 0
    assert happened()[3:] == ["refund.created", "charge.refunded"] * 2


def test_what_was_not_paid_is_not_refunded(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent.id})


def test_a_slow_refund_is_pending_until_the_bank_has_it(
    client: stripe.StripeClient, pay: Pay, server: Stripe, happened: Happened
) -> None:
    refund = client.v1.refunds.create({"payment_intent": pay("pendingRefund").id})
    assert refund.status == "pending"
    server.control(f"/refunds/{refund.id}", status="succeeded")
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert happened()[-1] == "refund.updated"
    assert balance(client) == 0


@pytest.mark.parametrize("card", ["refundFail", "pendingRefund"])
def test_a_refund_that_fails_gives_the_money_back_to_us(
    card: str, client: stripe.StripeClient, pay: Pay, server: Stripe, happened: Happened
) -> None:
    intent = pay(card)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 700})
    assert balance(client) == 1300
    for _ in range(2):  # the second changes nothing
        server.control(f"/refunds/{refund.id}", status="failed")
    found = client.v1.refunds.retrieve(refund.id)
    assert (found.status, found.failure_reason) == ("failed", "expired_or_canceled_card")
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.amount_refunded, charge.refunded, balance(client)) == (0, False, 2000)
    assert happened()[-3:] == ["charge.updated", "refund.updated", "refund.failed"]
    assert client.v1.refunds.create({"payment_intent": intent.id}).amount == 2000


def test_the_dashboard_refunds_without_a_word_of_ours(
    client: stripe.StripeClient, pay: Pay, server: Stripe
) -> None:
    intent = pay(metadata={"deposit": "d1"})
    server.control(f"/charges/{intent.latest_charge}/refund", amount=300)
    (refund,) = client.v1.refunds.list({"payment_intent": intent.id}).data
    assert (refund.amount, said(refund), refund.status) == (300, {}, "succeeded")


@pytest.mark.parametrize(("outcome", "left"), [("won", 2000), ("lost", 0)])
def test_a_dispute_takes_the_money_until_it_is_closed(
    outcome: str, left: int, client: stripe.StripeClient, pay: Pay, server: Stripe, happened: Happened
) -> None:
    intent = pay("createDispute")
    (dispute,) = client.v1.disputes.list({"payment_intent": intent.id}).data
    assert (dispute.status, dispute.amount, dispute.reason) == ("needs_response", 2000, "fraudulent")
    assert dispute.charge == intent.latest_charge
    assert client.v1.charges.retrieve(str(intent.latest_charge)).disputed is True
    assert balance(client) == 0
    with pytest.raises(stripe.InvalidRequestError) as disputed:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert disputed.value.code == "charge_disputed"
    server.control(f"/disputes/{dispute.id}", status=outcome)
    found = client.v1.disputes.retrieve(dispute.id)
    moved = [transaction.amount for transaction in found.balance_transactions]
    assert (found.status, balance(client), sum(moved)) == (outcome, left, left - 2000)
    with pytest.raises(ValueError, match="already closed"):
        server.control(f"/disputes/{dispute.id}", status="won")
    assert happened()[3:] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
        *(["charge.dispute.funds_reinstated"] if outcome == "won" else []),
    ]


@pytest.mark.parametrize(("text", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_evidence_decides_a_dispute(
    text: str, status: str, client: stripe.StripeClient, pay: Pay, happened: Happened
) -> None:
    pay("createDispute")
    (dispute,) = client.v1.disputes.list().data
    client.v1.disputes.update(dispute.id, {"evidence": {"product_description": "A deposit"}, "submit": False})
    assert client.v1.disputes.retrieve(dispute.id).status == "needs_response"
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": text}})
    found = client.v1.disputes.retrieve(dispute.id)
    assert (found.status, found.evidence.product_description) == (status, "A deposit")
    assert "charge.dispute.updated" in happened()
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        client.v1.disputes.close(dispute.id)


def test_a_payout_leaves_the_balance_and_arrives(
    client: stripe.StripeClient, pay: Pay, server: Stripe, happened: Happened
) -> None:
    pay()
    payout = client.v1.payouts.create(
        {"amount": 1500, "currency": "usd", "destination": "ba_ada", "metadata": {"withdrawal": "w1"}}
    )
    assert (payout.status, payout.destination, balance(client)) == ("pending", "ba_ada", 500)
    server.control(f"/payouts/{payout.id}", status="in_transit")
    server.control(f"/payouts/{payout.id}", status="paid")
    server.control(f"/payouts/{payout.id}", status="in_transit")  # never backwards
    found = client.v1.payouts.retrieve(payout.id)
    assert (found.status, said(found), balance(client)) == ("paid", {"withdrawal": "w1"}, 500)
    assert happened()[3:] == ["payout.created", "payout.updated", "payout.paid"]
    assert [listed.id for listed in client.v1.payouts.list({"status": "paid"}).data] == [payout.id]
    server.control(f"/payouts/{payout.id}", status="failed")  # as a bank may find out days later
    failed = client.v1.payouts.retrieve(payout.id)
    assert (failed.status, failed.failure_code, balance(client)) == ("failed", "account_closed", 2000)


def test_nobody_pays_out_what_is_not_there(client: stripe.StripeClient, server: Stripe) -> None:
    with pytest.raises(stripe.InvalidRequestError) as poor:
        client.v1.payouts.create({"amount": 1, "currency": "usd"})
    assert poor.value.code == "balance_insufficient"
    server.control("/balance", amount=100, currency="usd")
    assert client.v1.payouts.create({"amount": 100, "currency": "usd"}).status == "pending"


def test_the_balance_is_the_sum_of_its_transactions(
    client: stripe.StripeClient, pay: Pay, server: Stripe
) -> None:
    for card in ("visa", "createDispute", "refundFail"):
        intent = pay(card)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 1234})
    server.control(f"/refunds/{refund.id}", status="failed")
    client.v1.payouts.create({"amount": 999, "currency": "usd"})
    booked = client.v1.balance_transactions.list({"limit": 100}).data
    assert [transaction.amount for transaction in booked] == [-999, 1234, -1234, 2000, -2000, 2000, 2000]
    assert balance(client) == sum(transaction.net for transaction in booked) == 3001
