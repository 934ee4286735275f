"""Events: what happened, with the object as it then was."""

from infra.local.stripe.call import Call, get
from infra.local.stripe.errors import Object
from infra.local.stripe.listing import PAGING, listed


def retrieve(call: Call, event_id: str) -> Object:
    return _told(call, call.find("event", event_id))


def list_all(call: Call) -> Object:
    """`delivery_success`: whether each of its webhooks was taken, or some were not, or not yet."""
    narrowed = (
        {"delivered": int(call.given.flag("delivery_success"))} if "delivery_success" in call.given else {}
    )
    page = listed(call, "event", url="/v1/events", by=("type",), **narrowed)
    return page | {"data": [_told(call, event) for event in page["data"]]}


def _told(call: Call, event: Object) -> Object:
    return event | {"pending_webhooks": call.records.undelivered(event["id"])}


ROUTES = (
    get("/v1/events", list_all, PAGING | {"type", "delivery_success"}),
    get("/v1/events/{}", retrieve),
)
