"""Checkout sessions: a page on which a person pays, for as long as it is open."""

from infra.local.stripe import ids, payment_intents
from infra.local.stripe.call import Call, get, post
from infra.local.stripe.currencies import amount_of, check_least, currency_of
from infra.local.stripe.errors import Object, Refused, invalid
from infra.local.stripe.form import Given
from infra.local.stripe.listing import PAGING, listed

SHORTEST, LONGEST = 1_800, 86_400  # seconds for which a session may be open
TEXTS = ("client_reference_id", "customer_creation", "customer_email", "locale", "submit_type")
PAYING = frozenset(("metadata", "description", "receipt_email", "setup_future_usage"))
MAKING = {
    *("mode", "success_url", "cancel_url", "customer", "line_items", "metadata", "expires_at", "ui_mode"),
    *("payment_intent_data", "payment_method_types"),
    *TEXTS,
}
ALWAYS: Object = {
    "object": "checkout.session",
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "custom_fields": [],
    "livemode": False,
    "mode": "payment",
    "payment_method_collection": "if_required",
    "payment_method_types": ["card"],
    "payment_status": "unpaid",
    "status": "open",
    "ui_mode": "hosted",
    **dict.fromkeys(
        (
            *("currency_conversion", "customer_details", "discounts", "invoice", "payment_intent"),
            *("setup_intent", "subscription"),
        )
    ),
}


def create(call: Call) -> Object:
    given = call.given
    for name in ("mode", "success_url"):
        given.needed(name)
    given.one_of("mode", ("payment",))
    given.one_of("ui_mode", ("hosted",))
    session_id = f"cs_test_{ids.letters(58)}"
    items = [_item(part, session_id) for part in given.each("line_items")]
    session = {
        "id": session_id,
        **ALWAYS,
        **_prices(items),
        "cancel_url": given.url("cancel_url"),
        "created": call.now,
        "customer": call.named_id("customer", "customer"),
        "expires_at": _end(call),
        "metadata": given.metadata(),
        "success_url": given.url("success_url"),
        "url": f"{call.house.url}/pay/{session_id}",
        **{name: given.text(name) for name in TEXTS},
    }
    for made in (session, *items, _wish(call, session_id)):
        call.records.add(made)
    call.records.plan("session", session_id, due_at=session["expires_at"])
    return session


def _item(part: Given, session_id: str) -> Object:
    part.only(("price_data", "quantity"))
    price = part.inside("price_data", ("currency", "unit_amount", "product_data"))
    currency = currency_of(price)
    unit = amount_of(price, currency, name="unit_amount")
    quantity = part.whole("quantity", least=1) or 1
    return {
        "id": ids.new_id("li"),
        "object": "item",
        "amount_subtotal": unit * quantity,
        "amount_total": unit * quantity,
        "currency": currency,
        "description": price.inside("product_data", ("name", "description")).needed("name"),
        "quantity": quantity,
        "session": session_id,
    }


def _prices(items: list[Object]) -> Object:
    currencies = {item["currency"] for item in items}
    if len(currencies) != 1:
        raise invalid("A session needs line_items, all of one currency.", param="line_items")
    currency, total = currencies.pop(), sum(item["amount_total"] for item in items)
    check_least(total, currency, param="line_items")
    nothing = {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}
    return {"amount_subtotal": total, "amount_total": total, "currency": currency, "total_details": nothing}


def _end(call: Call) -> int:
    end = call.given.whole("expires_at")
    if end is None:
        return call.now + LONGEST
    if not call.now + SHORTEST <= end <= call.now + LONGEST:
        raise invalid("The session must end in 30 minutes to 24 hours.", param="expires_at")
    return end


def _wish(call: Call, session_id: str) -> Object:
    """What the payment shall bear when it is made."""
    given = call.given.inside("payment_intent_data", PAYING)
    usage = given.one_of("setup_future_usage", ("on_session", "off_session"))
    texts = {name: given.text(name) for name in ("description", "receipt_email")}
    form = {name: value for name, value in (texts | {"setup_future_usage": usage}).items() if value}
    wish_id = ids.new_id("wish")
    return {
        "id": wish_id,
        "object": "wish",
        "session": session_id,
        "form": form | {"metadata": given.metadata()},
    }


def pay(call: Call, session: Object, method: Object) -> Object:
    """Answers the session's payment intent: its status says how it went."""
    _check_open(session)
    intent = _intent(call, session)
    changed = payment_intents.attempt(call, intent, method, return_url=session["url"])
    follow(call, changed)
    return changed


def _intent(call: Call, session: Object) -> Object:
    """The one that it has, if it was tried before."""
    if session["payment_intent"]:
        return call.find("payment_intent", session["payment_intent"])
    wish = call.records.newest("wish", session=session["id"]) or {}
    intent = payment_intents.made(
        call,
        Given(wish["form"]),
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
    )
    call.records.save(session | {"payment_intent": intent["id"]})
    return intent


def follow(call: Call, intent: Object) -> None:
    """A session is complete once its intent has the money."""
    session = call.records.newest("checkout.session", payment_intent=intent["id"])
    if session and session["status"] == "open" and intent["status"] == "succeeded":
        method = call.find("payment_method", intent["payment_method"])
        changes = {
            "customer_details": _payer(call, session, method),
            "payment_status": "paid",
            "status": "complete",
            "url": None,
        }
        call.announce("checkout.session.completed", call.records.save(session | changes))


def _payer(call: Call, session: Object, method: Object) -> Object:
    customer = call.records.find(session["customer"] or "", "customer") or {}
    return {
        "address": method["billing_details"]["address"],
        "email": customer.get("email") or session["customer_email"],
        "name": customer.get("name"),
        "phone": customer.get("phone"),
        "tax_exempt": "none",
        "tax_ids": [],
    }


def expire(call: Call, session_id: str) -> Object:
    session = call.find("checkout.session", session_id)
    _check_open(session)
    if session["payment_intent"]:
        intent = call.find("payment_intent", session["payment_intent"])
        payment_intents.canceled(call, intent, reason="abandoned")
    changed = call.records.save(session | {"status": "expired", "url": None})
    call.announce("checkout.session.expired", changed)
    return changed


def _check_open(session: Object) -> None:
    if session["status"] != "open":
        sentence = f"This Session is not open: its status is {session['status']}."
        raise Refused(400, sentence, param="session")


def retrieve(call: Call, session_id: str) -> Object:
    return call.find("checkout.session", session_id)


def list_all(call: Call) -> Object:
    by = ("customer", "payment_intent", "status")
    return listed(call, "checkout.session", url="/v1/checkout/sessions", by=by)


def list_items(call: Call, session_id: str) -> Object:
    call.find("checkout.session", session_id)
    url = f"/v1/checkout/sessions/{session_id}/line_items"
    return listed(call, "item", url=url, session=session_id)


ROUTES = (
    post("/v1/checkout/sessions", create, MAKING),
    get("/v1/checkout/sessions", list_all, PAGING | {"customer", "payment_intent", "status"}),
    get("/v1/checkout/sessions/{}", retrieve),
    get("/v1/checkout/sessions/{}/line_items", list_items, PAGING),
    post("/v1/checkout/sessions/{}/expire", expire),
)
