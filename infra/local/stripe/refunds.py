"""Refunds: all of a charge or parts of it, at once, later, or failing after all."""

from infra.local.stripe import balance, cards, ids
from infra.local.stripe.call import Call, get, post
from infra.local.stripe.currencies import amount_of, shown
from infra.local.stripe.errors import Object, Refused, invalid
from infra.local.stripe.listing import PAGING, listed

STATUSES = ("pending", "succeeded", "failed")  # onwards only
REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(call: Call) -> Object:
    charge = _charge(call)
    given = call.given
    amount = amount_of(given, charge["currency"]) if "amount" in given else None
    return made(call, charge, amount, reason=given.one_of("reason", REASONS), metadata=given.metadata())


def _charge(call: Call) -> Object:
    if charge := call.named("charge", "charge"):
        return charge
    intent = call.named("payment_intent", "payment_intent")
    if intent is None:
        raise invalid("One of the following params should be provided: payment_intent or charge.")
    if intent["status"] != "succeeded":
        sentence = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        raise Refused(400, sentence, param="payment_intent")
    return call.find("charge", intent["latest_charge"])


ALWAYS: Object = {
    "object": "refund",
    "destination_details": {"card": {"type": "refund"}, "type": "card"},
    **dict.fromkeys(("receipt_number", "source_transfer_reversal", "transfer_reversal")),
}


def made(
    call: Call, charge: Object, amount: int | None, *, reason: str | None, metadata: dict[str, str]
) -> Object:
    left = charge["amount_captured"] - charge["amount_refunded"]
    wanted = left if amount is None else amount
    _check(charge, wanted, left)
    behaviour, refund_id = _behaviour(call, charge), ids.new_id("re")
    refund = call.records.add(
        {
            "id": refund_id,
            **ALWAYS,
            **{name: charge[name] for name in ("currency", "payment_intent")},
            "amount": wanted,
            "balance_transaction": balance.book(
                call, "refund", -wanted, charge["currency"], source=refund_id
            ),
            "charge": charge["id"],
            "created": call.now,
            "metadata": metadata,
            "reason": reason,
            "status": "pending" if behaviour == "late" else "succeeded",
        }
    )
    call.announce("refund.created", refund)
    _count(call, charge, wanted)
    if behaviour:
        call.settle_later("refund", refund_id)
    return refund


def _check(charge: Object, wanted: int, left: int) -> None:
    if charge["disputed"]:
        sentence = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise Refused(400, sentence, code="charge_disputed")
    if left == 0:
        sentence = f"Charge {charge['id']} has already been refunded."
        raise Refused(400, sentence, code="charge_already_refunded")
    if wanted > left:
        most, asked = shown(left, charge["currency"]), shown(wanted, charge["currency"])
        sentence = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({most})"
        raise Refused(400, sentence, param="amount")


def _behaviour(call: Call, charge: Object) -> str | None:
    return cards.of(call.find("payment_method", charge["payment_method"])).refund


def _count(call: Call, charge: Object, amount: int) -> None:
    before = {name: charge[name] for name in ("amount_refunded", "refunded")}
    refunded = charge["amount_refunded"] + amount
    changes = {"amount_refunded": refunded, "refunded": refunded == charge["amount_captured"]}
    changed = call.records.save(charge | changes)
    call.announce("charge.refunded" if amount > 0 else "charge.updated", changed, before)


def settle(call: Call, refund_id: str, status: str | None = None) -> Object:
    """The bank's late word: what its card is for, unless another is told."""
    refund = call.find("refund", refund_id)
    charge = call.find("charge", refund["charge"])
    outcome = status or ("failed" if _behaviour(call, charge) == "failing" else "succeeded")
    if STATUSES.index(outcome) <= STATUSES.index(refund["status"]):
        return refund
    changes: Object = {"status": outcome}
    if outcome == "failed":
        changes["failure_reason"] = "expired_or_canceled_card"
        changes["failure_balance_transaction"] = balance.book(
            call, "refund_failure", refund["amount"], refund["currency"], source=refund_id
        )
        _count(call, charge, -refund["amount"])
    changed = call.records.save(refund | changes)
    call.announce("refund.updated", changed, {"status": refund["status"]})
    if outcome == "failed":
        call.announce("refund.failed", changed)
    return changed


def retrieve(call: Call, refund_id: str) -> Object:
    return call.find("refund", refund_id)


def list_all(call: Call) -> Object:
    return listed(call, "refund", url="/v1/refunds", by=("charge", "payment_intent"))


def of_the_dashboard(call: Call, charge_id: str) -> Object:
    """As a person at Stripe's own pages makes one: with nothing on it that we know it by."""
    charge = call.find("charge", charge_id)
    amount = amount_of(call.given, charge["currency"]) if "amount" in call.given else None
    return made(call, charge, amount, reason=None, metadata={})


ROUTES = (
    post("/v1/refunds", create, ("amount", "charge", "payment_intent", "reason", "metadata")),
    get("/v1/refunds", list_all, PAGING | {"charge", "payment_intent"}),
    get("/v1/refunds/{}", retrieve),
)
