"""Payment methods: cards, with nothing kept of them but their faces."""

from infra.local.stripe import cards, ids
from infra.local.stripe.call import Answer, Call, get, post
from infra.local.stripe.errors import Object, Refused, missing
from infra.local.stripe.form import Given
from infra.local.stripe.listing import PAGING, listed

CARD = frozenset(("number", "exp_month", "exp_year", "cvc", "token"))
DATA = frozenset(("type", "card", "billing_details", "metadata", "allow_redisplay"))
DETAILS = frozenset(("email", "name", "phone"))


def create(call: Call) -> Object:
    return made(call, call.given)


def made(call: Call, given: Given) -> Object:
    given.needed("type")
    given.one_of("type", ("card",))
    card = cards.read(given.inside("card", CARD), now=call.now)
    details = given.inside("billing_details", DETAILS)
    return _kept(call, card, details=details, metadata=given.metadata())


def _kept(call: Call, card: Object, *, details: Given, metadata: dict[str, str]) -> Object:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return call.records.add(
        {
            "id": ids.new_id("pm"),
            "object": "payment_method",
            "allow_redisplay": "unspecified",
            "billing_details": {
                "address": address,
                **{name: details.text(name) for name in sorted(DETAILS)},
                "tax_id": None,
            },
            "card": card,
            "created": call.now,
            "customer": None,
            "livemode": False,
            "metadata": metadata,
            "type": "card",
        }
    )


def chosen(call: Call) -> Object | None:
    """The one that a form names or describes. A test token becomes one of its own, as at Stripe."""
    given = call.given
    if "payment_method_data" in given:
        return made(call, given.inside("payment_method_data", DATA))
    method_id = given.text("payment_method")
    return meant(call, method_id) if method_id else None


def meant(call: Call, method_id: str) -> Object:
    if method_id in cards.BY_TOKEN:
        return _kept(call, cards.face(cards.BY_TOKEN[method_id]), details=Given({}), metadata={})
    found = call.records.find(method_id, "payment_method")
    if found is None:
        raise missing("PaymentMethod", method_id, param="payment_method")
    return found


def check_owner(method: Object, customer_id: str | None) -> None:
    """One that belongs to a customer pays for no other."""
    if method["customer"] not in (None, customer_id):
        sentence = f"The PaymentMethod {method['id']} does not belong to this Customer."
        raise Refused(400, sentence, param="payment_method")


def attached(call: Call, method: Object, customer_id: str) -> Object:
    if method["customer"] == customer_id:
        return method
    changed = call.records.save(method | {"customer": customer_id})
    call.announce("payment_method.attached", changed)
    return changed


def attach(call: Call, method_id: str) -> Object | Answer:
    call.given.needed("customer")
    customer = call.named("customer", "customer") or {}
    method = meant(call, method_id)
    if method["customer"] not in (None, customer["id"]):
        sentence = "The payment method you provided has already been attached to a customer."
        raise Refused(400, sentence, code="payment_method_already_attached")
    card = cards.of(method)
    if card.decline and not card.attaches:
        return Answer(402, {"error": declined(card.decline)})
    return attached(call, method, customer["id"])


def declined(decline: cards.Decline) -> Object:
    said = {"code": decline.code, "decline_code": decline.decline_code, "message": decline.message}
    return said | ({"param": decline.param} if decline.param else {}) | {"type": "card_error"}


def detach(call: Call, method_id: str) -> Object:
    method = call.find("payment_method", method_id)
    if method["customer"] is None:
        sentence = (
            "The payment method you provided is not attached to a customer so detachment is impossible."
        )
        raise Refused(400, sentence)
    changed = call.records.save(method | {"customer": None})
    call.announce("payment_method.detached", changed, {"customer": method["customer"]})
    return changed


def retrieve(call: Call, method_id: str) -> Object:
    return call.find("payment_method", method_id)


def list_all(call: Call) -> Object:
    return listed(call, "payment_method", url="/v1/payment_methods", by=("customer", "type"))


def list_of_customer(call: Call, customer_id: str) -> Object:
    call.find("customer", customer_id)
    url = f"/v1/customers/{customer_id}/payment_methods"
    return listed(call, "payment_method", url=url, by=("type",), customer=customer_id)


ROUTES = (
    post("/v1/payment_methods", create, DATA),
    get("/v1/payment_methods", list_all, PAGING | {"customer", "type"}),
    get("/v1/payment_methods/{}", retrieve),
    post("/v1/payment_methods/{}/attach", attach, ("customer",)),
    post("/v1/payment_methods/{}/detach", detach),
    get("/v1/customers/{}/payment_methods", list_of_customer, PAGING | {"type"}),
)
