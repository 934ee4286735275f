"""The bank's question: a card's owner says yes or no, and the intent goes on from there."""

import hmac

from infra.local.stripe import checkout, intents, payment_intents, setup_intents
from infra.local.stripe.call import Call
from infra.local.stripe.errors import Object


def asked(call: Call, client_secret: str) -> Object | None:
    """The intent whose secret this is."""
    intent = call.records.find(client_secret.partition("_secret_")[0])
    known = intent.get("client_secret", "") if intent else ""
    return intent if hmac.compare_digest(known.encode(), client_secret.encode()) else None


def answer(call: Call, intent: Object, *, consents: bool) -> Object:
    """A second answer changes nothing."""
    if intent["status"] != "requires_action":
        return intent
    method = call.find("payment_method", intent["payment_method"])
    error = intents.FAILED | {"payment_method": method}
    if intent["object"] == "setup_intent":
        error |= {"code": "setup_intent_authentication_failure"}
        go_on, give_up = setup_intents.set_up, setup_intents.leave_open
    else:
        go_on, give_up = payment_intents.charge, payment_intents.leave_open
    changed = go_on(call, intent, method) if consents else give_up(call, intent, error)
    checkout.follow(call, changed)
    return changed
