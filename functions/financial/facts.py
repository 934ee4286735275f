"""What the payment processor says, in our words: its objects read into values, and nothing else of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shared.money import Money, from_minor

Object = Mapping[str, Any]  # as its JSON is

# A refused card leaves a PaymentIntent that waits for another one: see Charge.of.
CHARGES = {
    "requires_payment_method": "pending",
    "requires_confirmation": "pending",
    "requires_action": "requires_action",
    "requires_capture": "processing",
    "processing": "processing",
    "succeeded": "succeeded",
    "canceled": "canceled",
}
REFUNDS = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
# An inquiry (warning_…) moves no money.
DISPUTES = {"needs_response": "open", "under_review": "open", "won": "won", "lost": "lost"}
PAYOUTS = {
    "pending": "sent",
    "in_transit": "sent",
    "paid": "paid",
    "failed": "failed",
    "canceled": "failed",
}


@dataclass(frozen=True)
class Charge:
    """A PaymentIntent. Whose it is stands in what we gave it along."""

    id: str
    status: str
    amount: Money
    payment_id: UUID | None
    user_id: UUID | None
    failure_code: str | None
    next_url: str | None

    @staticmethod
    def of(intent: Object) -> "Charge":
        error = intent.get("last_payment_error") or {}
        status = CHARGES[intent["status"]]
        is_refused = intent["status"] == "requires_payment_method" and error
        minor = intent["amount_received"] if status == "succeeded" else intent["amount"]
        return Charge(
            id=intent["id"],
            status="failed" if is_refused else status,
            amount=from_minor(minor, intent["currency"]),
            payment_id=_ours(intent, "payment_id"),
            user_id=_ours(intent, "user_id"),
            failure_code=error.get("decline_code") or error.get("code"),
            next_url=((intent.get("next_action") or {}).get("redirect_to_url") or {}).get("url"),
        )


@dataclass(frozen=True)
class Checkout:
    """A page of the processor's, where a person pays. `intent_id`: from when the person has begun to."""

    id: str
    url: str | None
    is_expired: bool
    intent_id: str | None
    payment_id: UUID | None
    user_id: UUID | None

    @staticmethod
    def of(session: Object) -> "Checkout":
        return Checkout(
            id=session["id"],
            url=session.get("url"),
            is_expired=session["status"] == "expired",
            intent_id=session.get("payment_intent"),
            payment_id=_ours(session, "payment_id"),
            user_id=_ours(session, "user_id"),
        )


@dataclass(frozen=True)
class Refunding:
    """`refund_id` is None for one that was begun in the processor's own dashboard; `intent_id` for one of a
    charge that was made without an intent, as none of ours is."""

    id: str
    status: str
    amount: Money
    intent_id: str | None
    refund_id: UUID | None

    @staticmethod
    def of(refund: Object) -> "Refunding":
        return Refunding(
            id=refund["id"],
            status=REFUNDS[refund["status"]],
            amount=from_minor(refund["amount"], refund["currency"]),
            intent_id=refund["payment_intent"],
            refund_id=_ours(refund, "refund_id"),
        )


@dataclass(frozen=True)
class Disputing:
    id: str
    status: str | None  # None: nobody has taken money yet
    amount: Money
    intent_id: str | None  # None: of a charge that was made without an intent

    @staticmethod
    def of(dispute: Object) -> "Disputing":
        return Disputing(
            id=dispute["id"],
            status=DISPUTES.get(dispute["status"]),
            amount=from_minor(dispute["amount"], dispute["currency"]),
            intent_id=dispute["payment_intent"],
        )


@dataclass(frozen=True)
class Sending:
    """A payout on its way. It may still fail after it was paid."""

    id: str
    status: str
    amount: Money
    payout_id: UUID | None
    failure_reason: str | None

    @staticmethod
    def of(payout: Object) -> "Sending":
        return Sending(
            id=payout["id"],
            status=PAYOUTS[payout["status"]],
            amount=from_minor(payout["amount"], payout["currency"]),
            payout_id=_ours(payout, "payout_id"),
            failure_reason=payout.get("failure_code"),
        )


@dataclass(frozen=True)
class Method:
    """`customer` is None once it was detached."""

    id: str
    type: str
    customer: str | None
    brand: str | None
    last_four: str | None
    expires_on: date | None

    @staticmethod
    def of(method: Object) -> "Method":
        card = method.get("card") or {}
        return Method(
            id=method["id"],
            type=method["type"],
            customer=method.get("customer"),
            brand=card.get("brand"),
            last_four=card.get("last4"),
            expires_on=date(card["exp_year"], card["exp_month"], 1) if card else None,
        )


Fact = Charge | Checkout | Refunding | Disputing | Sending | Method


def _ours(thing: Object, name: str) -> UUID | None:
    try:
        return UUID((thing.get("metadata") or {}).get(name, ""))
    except ValueError:
        return None
