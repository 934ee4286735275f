"""What the money functions of the database answer, as the refusal that a person reads."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Function
from sqlalchemy.orm import Session as Db

from functions.financial.errors import (
    Frozen,
    InsufficientFunds,
    NoRate,
    NotRefundable,
    NoWallet,
    QuoteExpired,
    QuoteUsed,
)
from shared.errors import Invalid, NotFound, Refused

REFUSALS: dict[str, Callable[[], Refused]] = {
    "no_wallet": NoWallet,
    "no_currency": lambda: Invalid.of("to_currency", "There is no exchange into this currency."),
    "no_quote": NotFound,
    "no_payment": NotFound,
    "no_rate": NoRate,
    "to_oneself": lambda: Invalid.of("to", "This is yourself."),
    "bad_amount": lambda: Invalid.of("amount", "The currency cannot express this amount."),
    "frozen": Frozen,
    "insufficient_funds": InsufficientFunds,
    "not_refundable": NotRefundable,
    "used": QuoteUsed,
    "expired": QuoteExpired,
}


def ask(db: Db, function: Function[Any]) -> None:
    """Done, or refused."""
    refuse(str(db.scalar(function)))


def refuse(word: str) -> None:
    """Unless it is done. A breach of a limit is no word of these: see `limits.breached`."""
    if word != "done":
        raise REFUSALS[word]()
