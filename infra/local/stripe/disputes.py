"""Disputes: a card's owner wants the money back, and it is gone until that is settled."""

from infra.local.stripe import balance, ids
from infra.local.stripe.call import Call, get, post
from infra.local.stripe.errors import Object, Refused
from infra.local.stripe.listing import PAGING, listed

WEEK = 604_800  # seconds in which evidence may come
OVER = ("won", "lost")
DECISIVE = {"winning_evidence": "won", "losing_evidence": "lost"}  # as Stripe's test mode reads it
NETWORK_REASONS = {"fraudulent": "10.4"}
EVIDENCE = (
    *("access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure"),
    *("cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name"),
    *("customer_purchase_ip", "customer_signature", "duplicate_charge_documentation"),
    *(
        "duplicate_charge_explanation",
        "duplicate_charge_id",
        "product_description",
        "receipt",
        "refund_policy",
    ),
    *("refund_policy_disclosure", "refund_refusal_explanation", "service_date", "service_documentation"),
    *("shipping_address", "shipping_carrier", "shipping_date", "shipping_documentation"),
    *("shipping_tracking_number", "uncategorized_file", "uncategorized_text"),
)


ALWAYS: Object = {
    "object": "dispute",
    "balance_transactions": [],
    "enhanced_eligibility_types": [],
    "evidence": dict.fromkeys(EVIDENCE) | {"enhanced_evidence": {}},
    "is_charge_refundable": False,
    "livemode": False,
    "metadata": {},
    "status": "needs_response",
}
NO_EVIDENCE: Object = {
    "enhanced_eligibility": {},
    "has_evidence": False,
    "past_due": False,
    "submission_count": 0,
}


def open_one(call: Call, charge: Object, *, reason: str) -> Object:
    brand = charge["payment_method_details"]["card"]["brand"]
    card = {"brand": brand, "case_type": "chargeback", "network_reason_code": NETWORK_REASONS[reason]}
    dispute = call.records.add(
        {
            "id": ids.new_id("du"),
            **ALWAYS,
            **{name: charge[name] for name in ("amount", "currency", "payment_intent")},
            "charge": charge["id"],
            "created": call.now,
            "evidence_details": NO_EVIDENCE | {"due_by": call.now + WEEK},
            "payment_method_details": {"type": "card", "card": card},
            "reason": reason,
        }
    )
    call.records.save(charge | {"disputed": True})
    call.announce("charge.dispute.created", dispute)
    return _move(call, dispute, -charge["amount"], "charge.dispute.funds_withdrawn")


def _move(call: Call, dispute: Object, amount: int, news: str) -> Object:
    transaction = balance.book(call, "adjustment", amount, dispute["currency"], source=dispute["id"])
    moved = [*dispute["balance_transactions"], call.find("balance_transaction", transaction)]
    changed = call.records.save(dispute | {"balance_transactions": moved})
    call.announce(news, changed)
    return changed


def update(call: Call, dispute_id: str) -> Object:
    """Evidence: two words of it decide a dispute, as in Stripe's test mode."""
    dispute = call.find("dispute", dispute_id)
    _check_open(dispute)
    given = call.given.inside("evidence", EVIDENCE)
    evidence = {name: given.text(name) for name in EVIDENCE if name in given}
    details = dispute["evidence_details"]
    submitted = call.given.text("submit") != "false"
    changes = {
        "evidence": dispute["evidence"] | evidence,
        "evidence_details": details
        | {"has_evidence": True, "submission_count": details["submission_count"] + submitted},
        "metadata": dispute["metadata"] | call.given.metadata(),
        "status": "under_review" if submitted else dispute["status"],
    }
    changed = call.records.save(dispute | changes)
    call.announce("charge.dispute.updated", changed, {"status": dispute["status"]})
    outcome = DECISIVE.get(evidence.get("uncategorized_text") or "")
    return settle(call, dispute_id, outcome) if submitted and outcome else changed


def give_in(call: Call, dispute_id: str) -> Object:
    return settle(call, dispute_id, "lost")


def settle(call: Call, dispute_id: str, outcome: str) -> Object:
    dispute = call.find("dispute", dispute_id)
    _check_open(dispute)
    changed = call.records.save(dispute | {"status": outcome})
    call.announce("charge.dispute.closed", changed, {"status": dispute["status"]})
    if outcome == "won":
        return _move(call, changed, dispute["amount"], "charge.dispute.funds_reinstated")
    return changed


def _check_open(dispute: Object) -> None:
    if dispute["status"] in OVER:
        raise Refused(400, "This dispute is already closed")


def retrieve(call: Call, dispute_id: str) -> Object:
    return call.find("dispute", dispute_id)


def list_all(call: Call) -> Object:
    return listed(call, "dispute", url="/v1/disputes", by=("charge", "payment_intent"))


ROUTES = (
    get("/v1/disputes", list_all, PAGING | {"charge", "payment_intent"}),
    get("/v1/disputes/{}", retrieve),
    post("/v1/disputes/{}", update, ("evidence", "metadata", "submit")),
    post("/v1/disputes/{}/close", give_in),
)
