"""Setup intents: keeping a card for later, with the bank's consent where it wants to be asked."""

from infra.local.stripe import cards, intents, payment_methods
from infra.local.stripe.call import Answer, Call, get, post
from infra.local.stripe.errors import Object
from infra.local.stripe.intents import refusal
from infra.local.stripe.listing import PAGING, listed

CONFIRMING = frozenset(("payment_method", "payment_method_data", "return_url"))
MAKING = CONFIRMING | {
    *("customer", "description", "metadata", "confirm", "usage"),
    *("payment_method_types", "automatic_payment_methods"),
}


def create(call: Call) -> Object | Answer:
    intent = _made(call, call.named_id("customer", "customer"))
    if call.given.flag("confirm"):
        return _confirmed(call, intent)
    method = payment_methods.chosen(call)
    if method is None:
        return intent
    payment_methods.check_owner(method, intent["customer"])
    return call.records.save(intent | {"payment_method": method["id"], "status": "requires_confirmation"})


ALWAYS: Object = {
    "object": "setup_intent",
    "attach_to_self": False,
    "livemode": False,
    "payment_method_options": {},
    "payment_method_types": ["card"],
    "status": "requires_payment_method",
    **dict.fromkeys(
        (
            *("application", "cancellation_reason", "flow_directions", "last_setup_error"),
            *("latest_attempt", "mandate", "next_action", "on_behalf_of", "payment_method"),
            *("payment_method_configuration_details", "single_use_mandate"),
        )
    ),
}


def _made(call: Call, customer: str | None) -> Object:
    given = call.given
    intent = call.records.add(
        {
            **intents.identity("seti"),
            **ALWAYS,
            "automatic_payment_methods": intents.automatic_methods(given),
            "created": call.now,
            "customer": customer,
            "description": given.text("description"),
            "metadata": given.metadata(),
            "usage": given.one_of("usage", ("on_session", "off_session")) or "off_session",
        }
    )
    call.announce("setup_intent.created", intent)
    return intent


def confirm(call: Call, intent_id: str) -> Object | Answer:
    return _confirmed(call, call.find("setup_intent", intent_id))


def _confirmed(call: Call, intent: Object) -> Object | Answer:
    intents.check_open(intent, to="confirm")
    kept = call.records.find(intent["payment_method"] or "", "payment_method")
    method = intents.check_has_method(intent, payment_methods.chosen(call) or kept)
    payment_methods.check_owner(method, intent["customer"])
    if intents.needs_the_bank(call, method, off_session=False):
        return intents.ask_the_bank(call, intent, method, return_url=call.given.url("return_url"))
    changed = set_up(call, intent, method)
    failed = changed["status"] == "requires_payment_method"
    return refusal(changed, changed["last_setup_error"]) if failed else changed


def set_up(call: Call, intent: Object, method: Object) -> Object:
    card = cards.of(method)
    if card.decline and not card.attaches:
        return leave_open(call, intent, payment_methods.declined(card.decline) | {"payment_method": method})
    if intent["customer"]:
        method = payment_methods.attached(call, method, intent["customer"])
    changes = {
        "last_setup_error": None,
        "next_action": None,
        "payment_method": method["id"],
        "status": "succeeded",
    }
    changed = call.records.save(intent | changes)
    call.announce("setup_intent.succeeded", changed)
    return changed


def leave_open(call: Call, intent: Object, error: Object) -> Object:
    changes = {
        "last_setup_error": error,
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    changed = call.records.save(intent | changes)
    call.announce("setup_intent.setup_failed", changed)
    return changed


def retrieve(call: Call, intent_id: str) -> Object:
    return call.find("setup_intent", intent_id)


def list_all(call: Call) -> Object:
    return listed(call, "setup_intent", url="/v1/setup_intents", by=("customer", "payment_method"))


ROUTES = (
    post("/v1/setup_intents", create, MAKING),
    get("/v1/setup_intents", list_all, PAGING | {"customer", "payment_method"}),
    get("/v1/setup_intents/{}", retrieve, ("client_secret",)),
    post("/v1/setup_intents/{}/confirm", confirm, CONFIRMING),
)
