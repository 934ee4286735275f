"""The platform's own money at Stripe: it is the sum of its balance transactions."""

from infra.local.stripe import ids
from infra.local.stripe.call import Call, get
from infra.local.stripe.errors import Object
from infra.local.stripe.listing import PAGING, listed


def book(call: Call, kind: str, amount: int, currency: str, *, source: str | None) -> str:
    """Into the balance, or out of it where negative; no fees, and available at once. Answers its id."""
    transaction = call.records.add(
        {
            "id": ids.new_id("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": call.now,
            "created": call.now,
            "currency": currency,
            "description": None,
            "exchange_rate": None,
            "fee": 0,
            "fee_details": [],
            "net": amount,
            "reporting_category": kind,
            "source": source,
            "status": "available",
            "type": kind,
        }
    )
    call.records.change_balance(currency, amount)
    return str(transaction["id"])


def retrieve(call: Call) -> Object:
    available = [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}}
        for currency, amount in sorted(call.records.balances().items())
    ]
    nothing = [balance | {"amount": 0, "source_types": {"card": 0}} for balance in available]
    return {"object": "balance", "available": available, "pending": nothing, "livemode": False}


def list_transactions(call: Call) -> Object:
    return listed(call, "balance_transaction", url="/v1/balance_transactions", by=("source", "type"))


def retrieve_transaction(call: Call, transaction_id: str) -> Object:
    return call.find("balance_transaction", transaction_id)


ROUTES = (
    get("/v1/balance", retrieve),
    get("/v1/balance_transactions", list_transactions, PAGING | {"source", "type"}),
    get("/v1/balance_transactions/{}", retrieve_transaction),
)
