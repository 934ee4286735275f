"""Customers: whom cards and payments belong to."""

from infra.local.stripe import ids
from infra.local.stripe.call import Call, get, post
from infra.local.stripe.errors import Object
from infra.local.stripe.listing import PAGING, listed

TEXTS = ("description", "email", "name", "phone")


ALWAYS: Object = {
    "object": "customer",
    "balance": 0,
    "delinquent": False,
    "invoice_settings": dict.fromkeys(
        ("custom_fields", "default_payment_method", "footer", "rendering_options")
    ),
    "livemode": False,
    "next_invoice_sequence": 1,
    "preferred_locales": [],
    "tax_exempt": "none",
    **dict.fromkeys(("address", "currency", "default_source", "discount", "shipping", "test_clock")),
}


def create(call: Call) -> Object:
    customer = call.records.add(
        {
            "id": ids.new_id("cus", 14),
            **ALWAYS,
            "created": call.now,
            "invoice_prefix": ids.letters(8).upper(),
            "metadata": call.given.metadata(),
            **{name: call.given.text(name) for name in TEXTS},
        }
    )
    call.announce("customer.created", customer)
    return customer


def retrieve(call: Call, customer_id: str) -> Object:
    return call.find("customer", customer_id)


def list_all(call: Call) -> Object:
    return listed(call, "customer", url="/v1/customers", by=("email",))


ROUTES = (
    post("/v1/customers", create, (*TEXTS, "metadata")),
    get("/v1/customers", list_all, PAGING | {"email"}),
    get("/v1/customers/{}", retrieve),
)
