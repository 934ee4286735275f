"""Webhooks: each event signed and sent to each endpoint, the oldest first, until it is taken."""

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from infra.local.stripe.call import House
from infra.local.stripe.faults import Fault
from infra.local.stripe.store import Delivery, Store
from shared import clock

log = logging.getLogger(__name__)

PATIENCE = 10.0  # seconds for an endpoint to answer
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 300.0  # seconds until the next attempt: twice as long after each
BEHIND = 1.0  # seconds for which an event waits to be overtaken, where no other comes
STALE = 3_600  # seconds


def signature(payload: str, secret: str, *, now: int) -> str:
    digest = hmac.new(secret.encode(), f"{now}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={now},v1={digest}"


def post(url: str, body: str, headers: Mapping[str, str]) -> int | None:
    """The status; None where there was no answer. Follows nothing, and asks no proxy."""
    parts = urlsplit(url)
    line = HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        line.request("POST", parts.path or "/", body.encode(), dict(headers))
        return line.getresponse().status
    except (OSError, HTTPException) as error:
        log.info("webhook to %s: %r", url, error)
        return None
    finally:
        line.close()


class Courier:
    """No transaction is open while it sends: whoever is told may ask back at once."""

    def __init__(self, store: Store, house: House) -> None:
        self._store = store
        self._house = house
        self._secrets = {endpoint.url: endpoint.secret for endpoint in house.endpoints}
        self._overtaken: dict[int, Delivery] = {}  # they wait for another to go first

    def send_due(self) -> None:
        with self._store.transaction() as records:
            due = records.due_deliveries(clock.now().timestamp())
        for delivery in due:
            if delivery.endpoint not in self._secrets:  # an endpoint of an earlier life
                self._done(delivery)
            elif delivery.forgery:
                self._send(delivery)
                self._done(delivery)
            else:
                self._with_faults(delivery)

    def _with_faults(self, delivery: Delivery) -> None:
        waited = delivery.seq in self._overtaken
        fault = None if waited else self._house.faults.of_webhook()
        match fault:
            case Fault(kind="drop"):
                with self._store.transaction() as records:
                    records.give_up(delivery)
            case Fault(kind="delay", seconds=seconds):
                self._wait(delivery, seconds)
            case Fault(kind="reorder"):
                self._overtaken[delivery.seq] = delivery
                self._wait(delivery, BEHIND)
            case Fault(kind="duplicate"):
                self._send(delivery)
                self._deliver(delivery)
            case _:
                self._deliver(delivery)

    def _deliver(self, delivery: Delivery) -> None:
        status = self._send(delivery)
        if status is not None and 200 <= status < 300:
            self._done(delivery)
        else:
            pause = min(FIRST_PAUSE * 2**delivery.attempts, LONGEST_PAUSE)
            self._wait(delivery, pause, attempts=delivery.attempts + 1)
        self._overtaken.pop(delivery.seq, None)
        for overtaken in list(self._overtaken.values()):
            self._deliver(overtaken)

    def _send(self, delivery: Delivery) -> int | None:
        with self._store.transaction() as records:
            event = records.find(delivery.event_id, "event") or {}
            event |= {"pending_webhooks": records.undelivered(delivery.event_id)}
        payload = json.dumps(event, indent=2)
        now, secret = int(clock.now().timestamp()), self._secrets[delivery.endpoint]
        if delivery.forgery == "stale":
            now -= STALE
        signed = signature(payload, secret + "x" * (delivery.forgery == "signature"), now=now)
        if delivery.forgery == "body":
            payload = payload.replace('"livemode": false', '"livemode": true')
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signed,
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        return post(delivery.endpoint, payload, headers)

    def _done(self, delivery: Delivery) -> None:
        with self._store.transaction() as records:
            records.delivered(delivery)

    def _wait(self, delivery: Delivery, seconds: float, *, attempts: int = 0) -> None:
        with self._store.transaction() as records:
            records.deliver_later(delivery, due_at=clock.now().timestamp() + seconds, attempts=attempts)
