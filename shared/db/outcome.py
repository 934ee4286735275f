"""What the database says of a statement: how many rows it changed, or why it refused."""

from typing import Any

from pg8000.exceptions import InterfaceError
from sqlalchemy import CursorResult, Result
from sqlalchemy.exc import DBAPIError

# SQLSTATEs: connection, a login just rotated, deadlock and serialisation, resources, lock timeout, shutdown
# and start.
PASSING = ("08", "28P01", "40", "53", "55P03", "57P")


def affected(result: Result[Any]) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount


def will_pass(error: Exception) -> bool:
    """Whether trying again helps: the connection was lost, the server restarts, others hold the locks."""
    fault = getattr(error, "orig", error)
    if isinstance(fault, InterfaceError):
        return True
    facts = fault.args[0] if fault.args else {}
    return isinstance(facts, dict) and str(facts.get("C", "")).startswith(PASSING)


def violated(error: DBAPIError) -> str | None:
    """The name of the constraint or unique index that a statement ran into."""
    facts = error.orig.args[0] if error.orig and error.orig.args else {}
    return facts.get("n") if isinstance(facts, dict) else None
