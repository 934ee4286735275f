"""Charges: each attempt to take money from a card, and what came of it."""

from infra.local.stripe import balance, cards, ids
from infra.local.stripe.call import Call, get
from infra.local.stripe.errors import Object
from infra.local.stripe.listing import PAGING, listed

OF_THE_INTENT = ("amount", "currency", "customer", "description", "metadata", "receipt_email")
ALWAYS: Object = {
    "object": "charge",
    "amount_refunded": 0,
    "calculated_statement_descriptor": "ASTROLABE",
    "disputed": False,
    "fraud_details": {},
    "livemode": False,
    "refunded": False,
    **dict.fromkeys(
        (
            *("application", "application_fee", "application_fee_amount", "failure_balance_transaction"),
            *("on_behalf_of", "receipt_number", "receipt_url", "review", "shipping", "source"),
            *("source_transfer", "statement_descriptor", "statement_descriptor_suffix", "transfer_data"),
            "transfer_group",
        )
    ),
}


def made(call: Call, intent: Object, method: Object, decline: cards.Decline | None) -> Object:
    charge_id = ids.new_id("ch")
    charge = {
        "id": charge_id,
        **ALWAYS,
        **{name: intent[name] for name in OF_THE_INTENT},
        "amount_captured": 0 if decline else intent["amount"],
        "balance_transaction": None if decline else _booked(call, intent, charge_id),
        "billing_details": method["billing_details"],
        "captured": not decline,
        "created": call.now,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "outcome": _outcome(decline),
        "paid": not decline,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"type": "card", "card": _card(method, intent["amount"])},
        "status": "failed" if decline else "succeeded",
    }
    call.records.add(charge)
    call.announce("charge.failed" if decline else "charge.succeeded", charge)
    return charge


def _booked(call: Call, intent: Object, charge_id: str) -> str:
    return balance.book(call, "charge", intent["amount"], intent["currency"], source=charge_id)


def _outcome(decline: cards.Decline | None) -> Object:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": decline.decline_code if decline else None,
        "risk_level": "normal",
        "risk_score": 17,
        "seller_message": "The bank declined the payment." if decline else "Payment complete.",
        "type": "issuer_declined" if decline else "authorized",
    }


def _card(method: Object, amount: int) -> Object:
    shown = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    face = {name: method["card"][name] for name in shown}
    absent = dict.fromkeys(("authorization_code", "installments", "mandate", "three_d_secure", "wallet"))
    return face | absent | {"amount_authorized": amount, "network": method["card"]["brand"]}


def retrieve(call: Call, charge_id: str) -> Object:
    return call.find("charge", charge_id)


def list_all(call: Call) -> Object:
    return listed(call, "charge", url="/v1/charges", by=("customer", "payment_intent"))


ROUTES = (
    get("/v1/charges", list_all, PAGING | {"customer", "payment_intent"}),
    get("/v1/charges/{}", retrieve),
)
