"""Customers: whom cards and payments belong to."""

from infra.local.stripe import ids
from infra.local.stripe.call import Call, get, post
from infra.local.stripe.errors import Object
from infra.local.stripe.listing import PAGING, listed

TEXTS = ("description", "email", "name", "phone")


def create(call: Call) -> Object:
    customer = call.records.add(
        {
            "id": ids.new_id("cus", 14),
            "object": "customer",
            "address": None,
            "balance": 0,
            "created": call.now,
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "discount": None,
            "invoice_prefix": ids.letters(8).upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": False,
            "metadata": call.given.metadata(),
            "next_invoice_sequence": 1,
            "preferred_locales": [],
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
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
