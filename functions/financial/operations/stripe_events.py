"""What the processor told, taken as a hint to look at the thing itself."""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session as Db

from functions.financial import processor
from functions.financial.facts import Charge, Checkout, Disputing, Fact, Method, Refunding, Sending
from functions.financial.jobs import ProcessStripeEvent
from functions.financial.operations import arrivals, charges, disputes, payment_methods, refunds
from functions.financial.operations.charges import next_fetch
from functions.financial.tables import StripeEvent
from shared.db import work

ERROR = 500  # characters


@dataclass(frozen=True)
class Heard:
    id: str
    type: str
    thing: dict[str, Any]  # as it was: of this only its id counts
    fetch: int


@dataclass(frozen=True)
class Seen:
    heard: Heard
    facts: list[Fact] = field(default_factory=list)


def load(job: ProcessStripeEvent, db: Db) -> Heard | None:
    event = db.get(StripeEvent, job.event_id, with_for_update={"key_share": True})
    if event is None or event.processed_at:
        return None
    event.attempts += 1
    thing = json.loads(event.payload)["data"]["object"]
    return Heard(event.id, event.type, thing, next_fetch(db))


def look(heard: Heard) -> Seen:
    """The thing as it is now, behind the charge that it belongs to."""
    thing_id, kind = heard.thing.get("id", ""), heard.thing.get("object")
    found: list[Fact | None] = []
    match kind:
        case "payment_intent":
            found = [processor.charge_by_id(thing_id)]
        case "checkout.session":
            checkout = processor.checkout_by_id(thing_id)
            found = [_charge(checkout), checkout]
        case "refund":
            refund = processor.refund_by_id(thing_id)
            found = [_charge(refund), refund]
        case "charge" if heard.type == "charge.refunded" and heard.thing.get("payment_intent"):
            charge = processor.charge_by_id(heard.thing["payment_intent"])
            found = [charge, *(processor.refunds_of(charge.id) if charge else [])]
        case "dispute":
            dispute = processor.dispute_by_id(thing_id)
            found = [_charge(dispute), dispute]
        case "payout":
            found = [processor.payout_by_id(thing_id)]
        case "payment_method":
            found = [processor.method_by_id(thing_id)]
        case "setup_intent" if heard.thing.get("payment_method"):
            found = [processor.method_by_id(heard.thing["payment_method"])]
    return Seen(heard, [fact for fact in found if fact])


def _charge(thing: Checkout | Refunding | Disputing | None) -> Charge | None:
    return processor.charge_by_id(thing.intent_id) if thing and thing.intent_id else None


def store(seen: Seen, db: Db) -> None:
    for fact in seen.facts:
        _apply(db, fact, fetch=seen.heard.fetch)
    done = update(StripeEvent).where(StripeEvent.id == seen.heard.id)
    db.execute(done.values(processed_at=work(db).now, error=None))


def failed(job: ProcessStripeEvent, error: Exception, db: Db) -> None:
    """Why it is still open, for whoever looks after it."""
    still_open = update(StripeEvent).where(StripeEvent.id == job.event_id, StripeEvent.processed_at.is_(None))
    db.execute(still_open.values(error=f"{type(error).__name__}: {error}"[:ERROR]))


def _apply(db: Db, fact: Fact, *, fetch: int) -> None:
    match fact:
        case Charge():
            charges.apply(db, fact, fetch=fetch)
        case Checkout():
            charges.apply_checkout(db, fact, fetch=fetch)
        case Refunding():
            refunds.apply(db, fact, fetch=fetch)
        case Disputing():
            disputes.apply(db, fact, fetch=fetch)
        case Sending():
            arrivals.apply(db, fact, fetch=fetch)
        case Method():
            payment_methods.apply(db, fact)
