"""A Stripe of our own, the real SDK before it, and an endpoint that hears its webhooks."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import stripe

from infra.local.stripe import Stripe, stripe_server

KEY = "sk_test_" + "k" * 24
SECRET = "whsec_" + "s" * 24
# One for all: to make one is to read the certificates of the world. It keeps no connection open.
WEB = httpx.Client(headers={"Connection": "close"})


@dataclass
class Endpoint:
    """Every webhook that came, as it came; `statuses` are answered one after the other, then 200."""

    url: str = ""
    heard: list[tuple[bytes, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body, _ in self.heard]

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    def wait_for(self, count: int, *, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while len(self.heard) < count:
            assert time.monotonic() < end, f"heard {self.types}"
            time.sleep(0.005)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.heard.append((body, self.headers["Stripe-Signature"]))
            self.send_response(made.statuses.pop(0) if made.statuses else 200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_port}/webhook"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def server(tmp_path: Path, endpoint: Endpoint) -> Iterator[Stripe]:
    with stripe_server(tmp_path / "stripe", key=KEY, webhooks=[(endpoint.url, SECRET)]) as running:
        yield running


def sdk(url: str, *, key: str = KEY, **options: Any) -> stripe.StripeClient:
    return stripe.StripeClient(key, base_addresses={"api": url}, **options)


@pytest.fixture
def client(server: Stripe) -> stripe.StripeClient:
    return sdk(server.url, max_network_retries=2)


Pay = Callable[..., stripe.PaymentIntent]


@pytest.fixture
def pay(client: stripe.StripeClient) -> Pay:
    """A payment at once: by `pm_card_visa`, of 20.00 USD, unless told otherwise."""

    def paid(card: str = "visa", amount: int = 2000, **more: Any) -> stripe.PaymentIntent:
        wish = {"amount": amount, "currency": "usd", "payment_method": f"pm_card_{card}", "confirm": True}
        return client.v1.payment_intents.create(wish | more)

    return paid


@pytest.fixture
def happened(client: stripe.StripeClient) -> Callable[[], list[str]]:
    """What was announced so far, the oldest first."""
    return lambda: [event.type for event in client.v1.events.list({"limit": 100}).data][::-1]
