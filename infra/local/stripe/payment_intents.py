"""Payment intents: one wish to pay, through however many attempts."""

from infra.local.stripe import cards, charges, disputes, intents, payment_methods
from infra.local.stripe.call import Answer, Call, get, post
from infra.local.stripe.currencies import amount_of, check_least, currency_of
from infra.local.stripe.errors import Object, Refused
from infra.local.stripe.form import Given
from infra.local.stripe.intents import refusal
from infra.local.stripe.listing import PAGING, listed

CONFIRMING = frozenset(
    ("payment_method", "payment_method_data", "off_session", "return_url", "receipt_email")
)
MAKING = CONFIRMING | {
    *("amount", "currency", "customer", "description", "metadata", "confirm", "setup_future_usage"),
    *("payment_method_types", "automatic_payment_methods", "capture_method", "confirmation_method"),
}
REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")


def create(call: Call) -> Object | Answer:
    given = call.given
    given.one_of("capture_method", ("automatic", "automatic_async"))
    given.one_of("confirmation_method", ("automatic",))
    currency = currency_of(given)
    amount = amount_of(given, currency)
    check_least(amount, currency, param="amount")
    customer = call.named_id("customer", "customer")
    intent = made(call, given, amount=amount, currency=currency, customer=customer)
    return confirm_given(call, intent) if given.flag("confirm") else _with_method(call, intent)


ALWAYS: Object = {
    "object": "payment_intent",
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "amount_received": 0,
    "capture_method": "automatic",
    "confirmation_method": "automatic",
    "livemode": False,
    "payment_method_options": {},
    "payment_method_types": ["card"],
    "status": "requires_payment_method",
    **dict.fromkeys(
        (
            *("application", "application_fee_amount", "canceled_at", "cancellation_reason"),
            *("last_payment_error", "latest_charge", "next_action", "on_behalf_of", "payment_method"),
            *("payment_method_configuration_details", "processing", "review", "shipping", "source"),
            *("statement_descriptor", "statement_descriptor_suffix", "transfer_data", "transfer_group"),
        )
    ),
}


def made(call: Call, given: Given, *, amount: int, currency: str, customer: str | None) -> Object:
    intent = call.records.add(
        {
            **intents.identity("pi"),
            **ALWAYS,
            "amount": amount,
            "automatic_payment_methods": intents.automatic_methods(given),
            "created": call.now,
            "currency": currency,
            "customer": customer,
            "description": given.text("description"),
            "metadata": given.metadata(),
            "receipt_email": given.text("receipt_email"),
            "setup_future_usage": given.one_of("setup_future_usage", ("on_session", "off_session")),
        }
    )
    call.announce("payment_intent.created", intent)
    return intent


def _with_method(call: Call, intent: Object) -> Object:
    """Not yet to be charged: it waits to be confirmed."""
    method = payment_methods.chosen(call)
    if method is None:
        return intent
    payment_methods.check_owner(method, intent["customer"])
    return call.records.save(intent | {"payment_method": method["id"], "status": "requires_confirmation"})


def confirm(call: Call, intent_id: str) -> Object | Answer:
    return confirm_given(call, _free(call, intent_id))


def _free(call: Call, intent_id: str) -> Object:
    """What a page pays, the page alone moves: or one could be paid twice."""
    if call.records.newest("checkout.session", payment_intent=intent_id):
        raise Refused(400, "This PaymentIntent belongs to a Checkout Session: expire the session instead.")
    return call.find("payment_intent", intent_id)


def confirm_given(call: Call, intent: Object) -> Object | Answer:
    intents.check_open(intent, to="confirm")
    kept = call.records.find(intent["payment_method"] or "", "payment_method")
    method = intents.check_has_method(intent, payment_methods.chosen(call) or kept)
    payment_methods.check_owner(method, intent["customer"])
    off_session = call.given.flag("off_session")
    changed = attempt(call, intent, method, off_session=off_session, return_url=call.given.url("return_url"))
    failed = changed["status"] == "requires_payment_method"
    return refusal(changed, changed["last_payment_error"]) if failed else changed


def attempt(
    call: Call, intent: Object, method: Object, *, off_session: bool = False, return_url: str | None
) -> Object:
    """To take the money: it ends succeeded, waiting for the bank's question, or open for another card."""
    if intents.needs_the_bank(call, method, off_session=off_session):
        if off_session:
            return _fail(call, intent, method, cards.UNAUTHENTICATED)
        return intents.ask_the_bank(call, intent, method, return_url=return_url)
    return charge(call, intent, method)


def charge(call: Call, intent: Object, method: Object) -> Object:
    decline = cards.of(method).decline
    return _fail(call, intent, method, decline) if decline else _succeed(call, intent, method)


def _succeed(call: Call, intent: Object, method: Object) -> Object:
    if intent["customer"] and intent["setup_future_usage"]:
        method = payment_methods.attached(call, method, intent["customer"])
    taken = charges.made(call, intent, method, None)
    changes = {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": taken["id"],
        "next_action": None,
        "payment_method": method["id"],
        "status": "succeeded",
    }
    changed = call.records.save(intent | changes)
    call.announce("payment_intent.succeeded", changed)
    if reason := cards.of(method).dispute:
        disputes.open_one(call, taken, reason=reason)
    return changed


def _fail(call: Call, intent: Object, method: Object, decline: cards.Decline) -> Object:
    refused = charges.made(call, intent, method, decline)
    error = payment_methods.declined(decline) | {"charge": refused["id"], "payment_method": method}
    return leave_open(call, intent | {"latest_charge": refused["id"]}, error)


def leave_open(call: Call, intent: Object, error: Object) -> Object:
    """An attempt failed: another card may follow."""
    changes = {
        "last_payment_error": error,
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    changed = call.records.save(intent | changes)
    call.announce("payment_intent.payment_failed", changed)
    return changed


def cancel(call: Call, intent_id: str) -> Object:
    reason = call.given.one_of("cancellation_reason", REASONS)
    return canceled(call, _free(call, intent_id), reason=reason)


def canceled(call: Call, intent: Object, *, reason: str | None) -> Object:
    intents.check_open(intent, to="cancel")
    changes = {
        "canceled_at": call.now,
        "cancellation_reason": reason,
        "next_action": None,
        "status": "canceled",
    }
    changed = call.records.save(intent | changes)
    call.announce("payment_intent.canceled", changed)
    return changed


def retrieve(call: Call, intent_id: str) -> Object:
    return call.find("payment_intent", intent_id)


def list_all(call: Call) -> Object:
    return listed(call, "payment_intent", url="/v1/payment_intents", by=("customer",))


ROUTES = (
    post("/v1/payment_intents", create, MAKING),
    get("/v1/payment_intents", list_all, PAGING | {"customer"}),
    get("/v1/payment_intents/{}", retrieve, ("client_secret",)),
    post("/v1/payment_intents/{}/confirm", confirm, CONFIRMING),
    post("/v1/payment_intents/{}/cancel", cancel, ("cancellation_reason",)),
)
