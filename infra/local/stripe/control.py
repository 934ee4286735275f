"""What no customer of Stripe can ask for: faults, and the other side's next step. Behind the same key."""

from infra.local.stripe import balance, disputes, payouts, refunds
from infra.local.stripe.call import Call, Route, post
from infra.local.stripe.currencies import amount_of, currency_of
from infra.local.stripe.errors import Object, Refused
from infra.local.stripe.faults import REQUESTS, WEBHOOKS, Fault

FORGERIES = ("signature", "body", "stale")  # another's secret; changed after signing; signed long ago
LONGEST = 60  # seconds that a fault may hang


def add_fault(call: Call) -> Object:
    given = call.given
    given.needed("kind")
    fault = Fault(
        given.one_of("kind", (*REQUESTS, *WEBHOOKS)) or "",
        method=given.text("method") or "POST",
        path=given.text("path") or "/v1/",
        times=given.whole("times", least=1) or 1,
        seconds=min((given.whole("milliseconds") or 0) / 1000, LONGEST),
    )
    call.house.faults.add(fault)
    return {"object": "fault", "kind": fault.kind, "times": fault.times}


def clear_faults(call: Call) -> Object:
    call.house.faults.clear()
    return {"object": "fault"}


def settle_dispute(call: Call, dispute_id: str) -> Object:
    return disputes.settle(call, dispute_id, _status(call, ("won", "lost")))


def settle_refund(call: Call, refund_id: str) -> Object:
    return refunds.settle(call, refund_id, _status(call, ("succeeded", "failed")))


def settle_payout(call: Call, payout_id: str) -> Object:
    return payouts.settle(call, payout_id, _status(call, ("in_transit", "paid", "failed")))


def _status(call: Call, choices: tuple[str, ...]) -> str:
    call.given.needed("status")
    return call.given.one_of("status", choices) or ""


def top_up(call: Call) -> Object:
    """Money from the platform's own bank."""
    currency = currency_of(call.given)
    balance.book(call, "topup", amount_of(call.given, currency), currency, source=None)
    return balance.retrieve(call)


def forge(call: Call, event_id: str) -> Object:
    """An event sent once more, as somebody else would send it."""
    event = call.find("event", event_id)
    forgery = call.given.one_of("how", FORGERIES)
    if not call.house.endpoints:
        raise Refused(400, "There is no endpoint to send it to.")
    for endpoint in call.house.endpoints:
        call.records.deliver(event_id, endpoint.url, now=call.now, forgery=forgery or FORGERIES[0])
    return event


ROUTES: tuple[Route, ...] = (
    post("/_control/faults", add_fault, ("kind", "method", "path", "times", "milliseconds")),
    post("/_control/faults/clear", clear_faults),
    post("/_control/disputes/{}", settle_dispute, ("status",)),
    post("/_control/refunds/{}", settle_refund, ("status",)),
    post("/_control/payouts/{}", settle_payout, ("status",)),
    post("/_control/charges/{}/refund", refunds.of_the_dashboard, ("amount",)),
    post("/_control/balance", top_up, ("amount", "currency")),
    post("/_control/events/{}/forge", forge, ("how",)),
)
