"""Webhooks that never come: within the hour all that they would have told is known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.financial import cron_fetch_stripe_events
from functions.financial.processor import PAGE
from functions.financial.tables import Dispute, StripeEvent
from tests.conftest import Database
from tests.functions.auth import stored
from tests.functions.financial.people import Person
from tests.functions.financial.processor import Processor, deposit, free, money, processing, work

NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture
def processor(database: Database, keys_folder: Path, tmp_path: Path) -> Iterator[Processor]:
    """Its webhooks go where nobody listens."""
    with processing(keys_folder, tmp_path, told=NOWHERE) as made:
        yield made


def asked() -> None:
    stored.run(cron_fetch_stripe_events.handle)
    work()


def test_a_dispute_that_no_webhook_told_is_known_within_the_hour(ada: Person, processor: Processor) -> None:
    deposit(ada, "40.00", card="createDispute")
    asked()
    assert (money(ada), free(ada)) == ("40.00", "0.00")
    (dispute,) = stored.rows(Dispute)
    processor.server.control(f"/disputes/{dispute.stripe_dispute_id}", status="lost")
    asked()
    assert (money(ada), free(ada)) == ("0.00", "0.00")


def test_what_is_there_already_is_not_done_twice(ada: Person, processor: Processor) -> None:
    deposit(ada, "40.00", card="createDispute")
    asked()
    events = stored.rows(StripeEvent)
    asked()
    assert [each.attempts for each in stored.rows(StripeEvent)] == [each.attempts for each in events]
    processor.tells()
    assert len(stored.rows(StripeEvent)) == len(events)


def test_more_than_a_page_is_fetched_page_by_page(ada: Person, processor: Processor) -> None:
    """The oldest is the dispute; newer ones than fit a page are told after it."""
    deposit(ada, "40.00", card="createDispute")
    for _ in range(PAGE + 1):
        processor.sdk.customers.create()
    asked()
    work()  # the next page is a job of its own
    assert len(stored.rows(StripeEvent)) > PAGE + 1
    assert (money(ada), free(ada)) == ("40.00", "0.00")
