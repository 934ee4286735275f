"""All that is asked of the payment processor, by its own SDK. No transaction is open meanwhile.

What moves money there has a key that our row's id makes: asked twice, it is made once.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from functions.financial.errors import CardDeclined, NotConfigured
from functions.financial.facts import Charge, Checkout, Disputing, Method, Object, Refunding, Sending
from shared.errors import Invalid, Refused, Unavailable
from shared.money import Money, to_minor
from shared.secrets import SecretMissing, secret
from shared.settings import settings

if TYPE_CHECKING:
    from stripe import StripeClient

TIMEOUT = 8  # seconds
RETRIES = 2
MISSING = "resource_missing"
PAGE = 100
PRICE = {"unit_amount": "amount", "line_items": "amount"}  # our name for the processor's

Found = TypeVar("Found")


# Deposits


def new_customer(user_id: UUID) -> str:
    """Without a key of ours: a second one there does no harm, while a key that met a fault stays faulty."""
    params: Any = {"metadata": {"user_id": str(user_id)}}
    with _asking() as stripe:
        return str(stripe.customers.create(params).id)


def charge(
    *,
    payment_id: UUID,
    user_id: UUID,
    customer: str,
    amount: Money,
    payment_method: str,
    return_url: str,
) -> Charge | Refused:
    """At once; where the card's bank wants to see its owner, by a page that leads back to `return_url`."""
    params: Any = {
        "amount": to_minor(amount),
        "currency": amount.currency.code.lower(),
        "customer": customer,
        "payment_method": payment_method,
        "payment_method_types": ["card"],
        "confirm": True,
        "return_url": return_url,
        "metadata": _metadata(payment_id=payment_id, user_id=user_id),
    }
    key = f"payment:{payment_id}"
    made = _made(lambda stripe: stripe.payment_intents.create(params, {"idempotency_key": key}))
    return made if isinstance(made, Refused) else Charge.of(made)


def check_out(
    *, payment_id: UUID, user_id: UUID, customer: str, amount: Money, success_url: str, cancel_url: str
) -> Checkout | Refused:
    metadata = _metadata(payment_id=payment_id, user_id=user_id)
    price = {
        "currency": amount.currency.code.lower(),
        "unit_amount": to_minor(amount),
        "product_data": {"name": "Deposit"},
    }
    params: Any = {
        "mode": "payment",
        "customer": customer,
        "line_items": [{"quantity": 1, "price_data": price}],
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    key = f"payment:{payment_id}"
    made = _made(lambda stripe: stripe.checkout.sessions.create(params, {"idempotency_key": key}))
    return made if isinstance(made, Refused) else Checkout.of(made)


def charge_of(*, payment_id: UUID, customer: str) -> Charge | None:
    """What an earlier try has made, whose answer was lost."""
    with _asking() as stripe:
        made = map(Charge.of, _all(stripe.payment_intents.list, {"customer": customer}))
        return next((charge for charge in made if charge.payment_id == payment_id), None)


def checkout_of(*, payment_id: UUID, customer: str) -> Checkout | None:
    with _asking() as stripe:
        made = map(Checkout.of, _all(stripe.checkout.sessions.list, {"customer": customer}))
        return next((session for session in made if session.payment_id == payment_id), None)


def charge_by_id(intent_id: str) -> Charge | None:
    with _asking() as stripe:
        return _found(lambda: Charge.of(stripe.payment_intents.retrieve(intent_id).to_dict()))


def checkout_by_id(session_id: str) -> Checkout | None:
    with _asking() as stripe:
        return _found(lambda: Checkout.of(stripe.checkout.sessions.retrieve(session_id).to_dict()))


# Refunds and disputes


def refund(*, refund_id: UUID, intent_id: str, amount: Money) -> Refunding | Refused:
    params: Any = {
        "payment_intent": intent_id,
        "amount": to_minor(amount),
        "metadata": _metadata(refund_id=refund_id),
    }
    key = f"refund:{refund_id}"
    made = _made(lambda stripe: stripe.refunds.create(params, {"idempotency_key": key}))
    return made if isinstance(made, Refused) else Refunding.of(made)


def refunds_of(intent_id: str) -> list[Refunding]:
    with _asking() as stripe:
        return [Refunding.of(found) for found in _all(stripe.refunds.list, {"payment_intent": intent_id})]


def refund_by_id(stripe_id: str) -> Refunding | None:
    with _asking() as stripe:
        return _found(lambda: Refunding.of(stripe.refunds.retrieve(stripe_id).to_dict()))


def dispute_by_id(stripe_id: str) -> Disputing | None:
    with _asking() as stripe:
        return _found(lambda: Disputing.of(stripe.disputes.retrieve(stripe_id).to_dict()))


# Payouts


def pay_out(*, payout_id: UUID, amount: Money, destination: str) -> Sending | Refused:
    params: Any = {
        "amount": to_minor(amount),
        "currency": amount.currency.code.lower(),
        "destination": destination,
        "metadata": _metadata(payout_id=payout_id),
    }
    key = f"payout:{payout_id}"
    made = _made(lambda stripe: stripe.payouts.create(params, {"idempotency_key": key}))
    return made if isinstance(made, Refused) else Sending.of(made)


def payout_of(*, payout_id: UUID, since: datetime) -> Sending | None:
    """Among all that left since: an earlier try's, whose answer was lost."""
    with _asking() as stripe:
        for found in _all(stripe.payouts.list, {}):
            if found["created"] < since.timestamp():
                return None
            if (sending := Sending.of(found)).payout_id == payout_id:
                return sending
    return None


def payout_by_id(stripe_id: str) -> Sending | None:
    with _asking() as stripe:
        return _found(lambda: Sending.of(stripe.payouts.retrieve(stripe_id).to_dict()))


# News


def untaken(*, since: datetime, after: str | None) -> tuple[list[Object], bool]:
    """A page, newest first, of what it told by webhooks that were not all taken; whether there is more."""
    which: Any = {"delivery_success": "false", "created": {"gte": int(since.timestamp())}, "limit": PAGE}
    with _asking() as stripe:
        page = stripe.events.list(which | ({"starting_after": after} if after else {}))
    return [event.to_dict() for event in page.data], page.has_more


# Cards that a person keeps there


def set_up(*, customer: str, payment_method: str | None) -> str | Refused:
    """The secret by which a browser, and no server of ours, sends a card to the processor.

    `payment_method`: one that is there already, and is kept from now on.
    """
    params: Any = {"customer": customer, "payment_method_types": ["card"], "usage": "off_session"}
    if payment_method:
        params |= {"payment_method": payment_method, "confirm": True}
    made = _made(lambda stripe: stripe.setup_intents.create(params))
    return made if isinstance(made, Refused) else str(made["client_secret"])


def method_by_id(method_id: str) -> Method | None:
    with _asking() as stripe:
        return _found(lambda: Method.of(stripe.payment_methods.retrieve(method_id).to_dict()))


def detach(method_id: str) -> None:
    """One that was detached before is refused: it comes to the same."""
    _made(lambda stripe: stripe.payment_methods.detach(method_id))


# How it is asked


def _made(make: Callable[[Any], Any]) -> Object | Refused:
    """What was refused outright was not made. The refusal is a value, so that it can leave a trace here."""
    import stripe

    try:
        with _asking() as processor:
            made: Object = make(processor).to_dict()
            return made
    except stripe.CardError as error:
        facts = error.error
        reason = (facts.decline_code if facts else None) or error.code
        return CardDeclined(error.user_message or "", decline_code=reason)
    except stripe.InvalidRequestError as error:
        refused = Invalid.of(_field(error.param or "payment"), error.user_message or "")
        refused.facts["reason"] = error.code
        return refused


def _field(param: str) -> str:
    """Of our body: the price of a page stands in `line_items[0][price_data]`."""
    name = param.rstrip("]").rpartition("[")[2]
    return PRICE.get(name, name)


@contextmanager
def _asking() -> Iterator[Any]:
    """Whatever passes is told as such; all else that is raised here is a bug of ours."""
    import stripe

    key = _key()
    try:
        yield _client(key, settings().stripe_url).v1
    except (stripe.RateLimitError, stripe.APIConnectionError, stripe.APIError) as error:
        raise Unavailable("The payment processor does not answer: try again.") from error


@cache
def _client(key: str, url: str | None) -> "StripeClient":
    """Made at first use: its SDK costs a cold start half a second."""
    from stripe import RequestsClient, StripeClient

    return StripeClient(
        key,
        base_addresses={"api": url} if url else {},
        max_network_retries=RETRIES,
        http_client=RequestsClient(timeout=TIMEOUT),
    )


def _key() -> str:
    try:
        return secret("stripe-secret-key")
    except SecretMissing:
        raise NotConfigured from None


def _all(listed: Callable[[Any], Any], which: Mapping[str, str]) -> Iterator[Object]:
    """Newest first, page by page."""
    return (found.to_dict() for found in listed({**which, "limit": PAGE}).auto_paging_iter())


def _found(retrieved: Callable[[], Found]) -> Found | None:
    """None for what is not there: another account's, or made up."""
    import stripe

    try:
        return retrieved()
    except stripe.InvalidRequestError as error:
        if error.code == MISSING:
            return None
        raise


def _metadata(**ids: UUID) -> dict[str, str]:
    return {name: str(value) for name, value in ids.items()}
