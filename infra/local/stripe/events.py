"""Events: what happened, with the object as it then was."""

from infra.local.stripe.call import Call, get
from infra.local.stripe.errors import Object
from infra.local.stripe.listing import PAGING, listed


def retrieve(call: Call, event_id: str) -> Object:
    return _told(call, call.find("event", event_id))


def list_all(call: Call) -> Object:
    page = listed(call, "event", url="/v1/events", by=("type",))
    return page | {"data": [_told(call, event) for event in page["data"]]}


def _told(call: Call, event: Object) -> Object:
    return event | {"pending_webhooks": call.records.undelivered(event["id"])}


ROUTES = (
    get("/v1/events", list_all, PAGING | {"type"}),
    get("/v1/events/{}", retrieve),
)
