"""What the database says of a statement: how many rows it changed, or why it refused."""

from typing import Any

from sqlalchemy import CursorResult, Result
from sqlalchemy.exc import DBAPIError


def affected(result: Result[Any]) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount


def violated(error: DBAPIError) -> str | None:
    """The name of the constraint or unique index that a statement ran into."""
    facts = error.orig.args[0] if error.orig and error.orig.args else {}
    return facts.get("n") if isinstance(facts, dict) else None
