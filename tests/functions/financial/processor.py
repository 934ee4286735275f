"""The payment processor's side in tests: its SDK, its webhooks as they are signed, and our work on both."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from secrets import token_hex
from typing import Any

import stripe

from functions.financial import (
    cron_settle_payouts,
    job_fetch_stripe_events,
    job_process_stripe_event,
    job_refresh_payment,
    job_send_payout,
    job_send_refund,
)
from functions.financial.tables import Account, Wallet
from functions.financial.verification import verify
from infra.local.stripe import Stripe
from infra.local.stripe.server import served
from infra.local.stripe.server import stripe as stripe_of_ours
from infra.local.stripe.webhooks import signature
from shared import secrets
from shared.db import system, transaction
from shared.money import written
from shared.settings import settings
from tests.calls import Answer, Api
from tests.functions.auth import stored
from tests.functions.financial.people import Person
from tests.queues import deliver

WEBHOOK = "/v1/financial/stripe/webhook"
JOBS = (
    job_fetch_stripe_events,
    job_refresh_payment,
    job_process_stripe_event,
    job_send_refund,
    job_send_payout,
)

Event = dict[str, Any]


@dataclass
class Processor:
    server: Stripe
    webhook_secret: str
    sdk: Any
    _told: set[str] = field(default_factory=set)

    @staticmethod
    @contextmanager
    def of(server: Stripe, *, key: str, webhook_secret: str) -> Iterator["Processor"]:
        http = stripe.RequestsClient(timeout=5)
        client = stripe.StripeClient(key, base_addresses={"api": server.url}, http_client=http)
        yield Processor(server, webhook_secret, client.v1)
        http.close()

    def events(self, *types: str) -> list[Event]:
        """What has happened there, the oldest first."""
        listed = self.sdk.events.list({"limit": 100}).data
        return [event.to_dict() for event in reversed(listed) if not types or event.type in types]

    def post(self, event: Event | str, *, signed_at: float | None = None, secret: str = "") -> Answer:
        payload = event if isinstance(event, str) else json.dumps(event, indent=2)
        at = int(time.time() if signed_at is None else signed_at)
        header = signature(payload, secret or self.webhook_secret, now=at)
        return Api().send("POST", WEBHOOK, payload.encode(), {"stripe-signature": header})

    def tells(self, *types: str, order: Callable[[Sequence[Event]], Sequence[Event]] = list) -> None:
        """Its news of these types, or all that it has not told: taken, and worked off."""
        fresh = [event for event in self.events(*types) if event["id"] not in self._told]
        for event in order(fresh):
            assert self.post(event).status == 200
            self._told.add(event["id"])
        work()

    def count(self, what: str, **which: str) -> int:
        return len(getattr(self.sdk, what).list({"limit": 100, **which}).data)


@contextmanager
def processing(keys_folder: Path, folder: Path, *, told: str | None = None) -> Iterator[Processor]:
    """On the other side, and known to our functions; whoever made the database puts their settings back.

    `told`: where it sends its webhooks by itself.
    """
    key, webhook_secret = f"sk_test_{token_hex(12)}", f"whsec_{token_hex(12)}"
    known = folder / "secrets"
    shutil.copytree(keys_folder, known)
    (known / "stripe-secret-key").write_text(key)
    (known / "stripe-webhook-secret").write_text(webhook_secret)
    webhooks = [(told, webhook_secret)] if told else []
    server = stripe_of_ours(folder / "stripe", key=key, webhooks=webhooks)
    os.environ |= {"SECRETS_DIR": str(known), "STRIPE_URL": server.url}
    settings.cache_clear()  # before its thread runs, which asks the clock: it could keep what was read before
    secrets._held.clear()
    known_to_us = Processor.of(server, key=key, webhook_secret=webhook_secret)
    with impatient(), served(server), known_to_us as made:
        yield made


@contextmanager
def impatient() -> Iterator[None]:
    """The SDK asks again at once, where it would wait half a second and more."""
    of = stripe.HTTPClient
    before = of.INITIAL_DELAY, of.MAX_DELAY
    of.INITIAL_DELAY = of.MAX_DELAY = 0.01
    try:
        yield
    finally:
        of.INITIAL_DELAY, of.MAX_DELAY = before


def deposit(
    who: Person, amount: str = "25.00", *, card: str | None = "visa", currency: str = "USD", key: str = ""
) -> Answer:
    """By a test card, or where there is none on a page of the processor's."""
    body: dict[str, Any] = {"currency": currency, "amount": amount}
    if card:
        body["payment_method"] = f"pm_card_{card}"
    return who.post("payments/deposits", body, key=key)


def wallet(who: Person, currency: str = "USD") -> Any:
    (found,) = stored.rows(Wallet, Wallet.user_id == who.id, Wallet.currency == currency)
    return found


def money(who: Person, currency: str = "USD") -> str:
    return written(wallet(who, currency).balance, currency)


def free(who: Person, currency: str = "USD") -> str:
    """What may be spent: the rest is set aside."""
    found = wallet(who, currency)
    return written(found.balance - found.held, currency)


def house(kind: str, currency: str = "USD") -> str:
    """What an account of the house has, all its shards together."""
    shards = stored.rows(Account, Account.kind == kind, Account.currency == currency)
    return written(sum((shard.balance for shard in shards), Decimal(0)), currency)


def work() -> None:
    """All that waits in our queues; nothing of it fails, and the books are right."""
    for job in JOBS:
        assert deliver(job.handler) == []
    with transaction("fn_system", system()) as db:
        assert verify(db) == []


def settle() -> None:
    """As every five minutes."""
    stored.run(cron_settle_payouts.handle)
    work()
