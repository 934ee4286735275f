"""Payouts: money that leaves for a bank account, and comes back where that account does not take it."""

from infra.local.stripe import balance, ids
from infra.local.stripe.call import Call, get, post
from infra.local.stripe.currencies import amount_of, currency_of
from infra.local.stripe.errors import Object, Refused
from infra.local.stripe.listing import PAGING, listed

STATUSES = ("pending", "in_transit", "paid", "failed")  # onwards only; one that was paid may fail yet
DAY = 86_400


ALWAYS: Object = {
    "object": "payout",
    "automatic": False,
    "livemode": False,
    "reconciliation_status": "not_applicable",
    "source_type": "card",
    "status": "pending",
    "type": "bank_account",
    **dict.fromkeys(
        (
            *("application_fee", "application_fee_amount", "failure_balance_transaction", "failure_code"),
            *("failure_message", "original_payout", "payout_method", "reversed_by", "trace_id"),
        )
    ),
}


def create(call: Call) -> Object:
    given = call.given
    currency = currency_of(given)
    amount = amount_of(given, currency)
    if amount > call.records.balances().get(currency, 0):
        sentence = "You have insufficient funds in your Stripe account for this transfer."
        raise Refused(400, sentence, code="balance_insufficient", param="amount")
    payout_id = ids.new_id("po")
    payout = call.records.add(
        {
            "id": payout_id,
            **ALWAYS,
            "amount": amount,
            "arrival_date": call.now + DAY,
            "balance_transaction": balance.book(call, "payout", -amount, currency, source=payout_id),
            "created": call.now,
            "currency": currency,
            "destination": given.text("destination") or ids.new_id("ba"),
            "metadata": given.metadata(),
            "method": given.one_of("method", ("standard", "instant")) or "standard",
            **{name: given.text(name) for name in ("description", "statement_descriptor")},
        }
    )
    call.announce("payout.created", payout)
    call.settle_later("payout", payout_id)
    return payout


def settle(call: Call, payout_id: str, status: str | None = None) -> Object:
    """A bank account with "fail" in its name takes nothing; any other does, unless another end is told."""
    payout = call.find("payout", payout_id)
    outcome = status or ("failed" if "fail" in payout["destination"] else "paid")
    if STATUSES.index(outcome) <= STATUSES.index(payout["status"]):
        return payout
    changes: Object = {"status": outcome}
    if outcome == "failed":
        changes["failure_code"] = "account_closed"
        changes["failure_message"] = "The bank account has been closed."
        changes["failure_balance_transaction"] = balance.book(
            call, "payout_failure", payout["amount"], payout["currency"], source=payout_id
        )
    changed = call.records.save(payout | changes)
    call.announce("payout.updated" if outcome == "in_transit" else f"payout.{outcome}", changed)
    return changed


def retrieve(call: Call, payout_id: str) -> Object:
    return call.find("payout", payout_id)


def list_all(call: Call) -> Object:
    return listed(call, "payout", url="/v1/payouts", by=("status",))


MAKING = ("amount", "currency", "description", "destination", "metadata", "method", "statement_descriptor")
ROUTES = (
    post("/v1/payouts", create, MAKING),
    get("/v1/payouts", list_all, PAGING | {"status"}),
    get("/v1/payouts/{}", retrieve),
)
