"""Our side of the payment processor against a server that others wrote: `localstripe`, as far as it goes.

It knows neither `return_url`, `amount_received` nor idempotency keys: no charge of ours is tried there.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import stripe

from functions.financial import processor as ours
from functions.financial.tables import StripeEvent
from infra.localstack import environments
from infra.pythons import running
from shared import secrets
from shared.money import Money
from shared.settings import settings
from tests import web
from tests.calls import Api
from tests.conftest import Database
from tests.functions.auth import stored
from tests.functions.financial.processor import WEBHOOK
from tests.infra.localstack.functions import free_port
from tests.infra.stripe.conftest import Endpoint, endpoint  # noqa: F401 (a fixture)

pytestmark = pytest.mark.soak

KEY, SECRET = "sk_test_localstripe", "whsec_localstripe"
# On loopback alone, which its own command would not do.
SERVE = (
    "from localstripe.server import app; from aiohttp import web; web.run_app(app, host='127.0.0.1', port={})"
)


@pytest.fixture(scope="module")
def localstripe() -> Iterator[str]:
    python = environments.ready("localstripe", running())
    port = free_port()
    process = subprocess.Popen([python, "-c", SERVE.format(port)], stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            web.get(url)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)


@pytest.fixture
def sdk(localstripe: str, database: Database, keys_folder: Path, tmp_path: Path) -> Iterator[Any]:
    """The real SDK, and our functions pointed at that server."""
    known = tmp_path / "secrets"
    shutil.copytree(keys_folder, known)
    (known / "stripe-secret-key").write_text(KEY)
    (known / "stripe-webhook-secret").write_text(SECRET)
    os.environ |= {"SECRETS_DIR": str(known), "STRIPE_URL": localstripe}
    settings.cache_clear()
    secrets._held.clear()
    http = stripe.RequestsClient(timeout=10)
    yield stripe.StripeClient(KEY, base_addresses={"api": localstripe}, http_client=http).v1
    http.close()


def card(sdk: Any, number: str = "4242424242424242") -> str:
    details = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
    return str(sdk.payment_methods.create({"type": "card", "card": details}).id)


def paid(sdk: Any, minor: int) -> str:
    asked = {"amount": minor, "currency": "usd", "payment_method": card(sdk), "confirm": True}
    made = sdk.payment_intents.create(asked)
    assert made.status == "succeeded"
    return str(made.id)


def test_a_customer_of_ours_is_known_there(sdk: Any) -> None:
    user_id = uuid4()
    found = sdk.customers.retrieve(ours.new_customer(user_id))
    assert found.metadata["user_id"] == str(user_id)


def test_a_card_is_read_and_let_go(sdk: Any) -> None:
    customer, method_id = ours.new_customer(uuid4()), card(sdk)
    sdk.payment_methods.attach(method_id, {"customer": customer})
    kept = ours.method_by_id(method_id)
    assert kept is not None
    assert (kept.customer, kept.brand, kept.last_four) == (customer, "visa", "4242")
    ours.detach(method_id)
    let_go = ours.method_by_id(method_id)
    assert let_go is not None
    assert let_go.customer is None


def test_a_card_is_asked_for_by_a_secret(sdk: Any) -> None:
    asked = ours.set_up(customer=ours.new_customer(uuid4()), payment_method=None)
    assert isinstance(asked, str)
    assert asked.startswith("seti_")


def test_a_refund_is_made_once_and_found_again(sdk: Any) -> None:
    intent_id, refund_id, amount = paid(sdk, 2_500), uuid4(), Money.of("10.00", "USD")
    made = ours.refund(refund_id=refund_id, intent_id=intent_id, amount=amount)
    assert isinstance(made, ours.Refunding)
    assert (made.status, made.amount, made.refund_id) == ("succeeded", amount, refund_id)
    assert ours.refund_by_id(made.id) == made
    assert ours.refunds_of(intent_id) == [made]


def test_a_payout_is_sent_and_found_again(sdk: Any) -> None:
    payout_id, amount = uuid4(), Money.of("12.34", "EUR")
    sent = ours.pay_out(payout_id=payout_id, amount=amount, destination="ba_made_up")
    assert isinstance(sent, ours.Sending)
    assert (sent.amount, sent.payout_id) == (amount, payout_id)
    assert ours.payout_by_id(sent.id) == sent


def test_its_signed_news_is_kept_and_altered_news_refused(
    sdk: Any,
    localstripe: str,
    endpoint: Endpoint,  # noqa: F811
) -> None:
    told = {"url": endpoint.url, "secret": SECRET, "events": ["customer.created"]}
    httpx.post(f"{localstripe}/_config/webhooks/ours", json=told).raise_for_status()
    ours.new_customer(uuid4())
    endpoint.wait_for(1)
    body, header = endpoint.heard[0]
    assert send(body, header) == 200
    (event,) = stored.rows(StripeEvent)
    assert event.id == json.loads(body)["id"]
    assert send(body.replace(b"customer", b"costumer"), header) == 422


def send(body: bytes, header: str) -> int:
    return Api().send("POST", WEBHOOK, body, {"stripe-signature": header}).status
