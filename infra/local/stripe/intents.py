"""What intents to pay and to keep a card have in common: their states, and the bank's question."""

from infra.local.stripe import cards, ids
from infra.local.stripe.call import Answer, Call
from infra.local.stripe.errors import Object, Refused
from infra.local.stripe.form import Given

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
KINDS = {"payment_intent": "PaymentIntent", "setup_intent": "SetupIntent"}
FAILED = {
    "code": "payment_intent_authentication_failure",
    "message": (
        "We are unable to authenticate your payment method."
        " Please choose a different payment method and try again."
    ),
    "type": "card_error",
}


def identity(prefix: str) -> Object:
    """The secret is what a browser gets: whoever has it may answer the bank."""
    intent_id = ids.new_id(prefix)
    return {"id": intent_id, "client_secret": f"{intent_id}_secret_{ids.letters(25)}"}


def automatic_methods(given: Given) -> Object | None:
    """Whatever is switched on at Stripe, which is cards."""
    part = given.inside("automatic_payment_methods", ("enabled", "allow_redirects"))
    return {"enabled": True} if part.flag("enabled") else None


def check_open(intent: Object, *, to: str) -> None:
    if intent["status"] not in OPEN:
        raise _unexpected(intent, f"You cannot {to} this {{}} because it has a status of {intent['status']}.")


def check_has_method(intent: Object, method: Object | None) -> Object:
    if method is None:
        raise _unexpected(intent, "You cannot confirm this {} because it's missing a payment method.")
    return method


def _unexpected(intent: Object, sentence: str) -> Refused:
    kind = intent["object"]
    more: Object = {"code": f"{kind}_unexpected_state", kind: intent}
    return Refused(400, sentence.format(KINDS[kind]), **more)


def needs_the_bank(call: Call, method: Object, *, off_session: bool) -> bool:
    authentication = cards.of(method).authentication
    if authentication == "unless_set_up":
        return not (off_session and _is_set_up(call, method["id"]))
    return authentication == "always"


def _is_set_up(call: Call, method_id: str) -> bool:
    done = {"payment_method": method_id, "status": "succeeded"}
    if call.records.newest("setup_intent", **done):
        return True
    payments = call.records.listed("payment_intent", done, limit=100)
    return any(payment["setup_future_usage"] == "off_session" for payment in payments)


def ask_the_bank(call: Call, intent: Object, method: Object, *, return_url: str | None) -> Object:
    page = f"{call.house.url}/authenticate/{intent['client_secret']}"
    changes = {
        "status": "requires_action",
        "payment_method": method["id"],
        "next_action": {
            "type": "redirect_to_url",
            "redirect_to_url": {"url": page, "return_url": return_url},
        },
    }
    changed = call.records.save(intent | changes)
    call.announce(f"{intent['object']}.requires_action", changed)
    return changed


def refusal(intent: Object, error: Object) -> Answer:
    """The intent's error as an answer: committed, because the attempt was made."""
    return Answer(402, {"error": error | {intent["object"]: intent}})
