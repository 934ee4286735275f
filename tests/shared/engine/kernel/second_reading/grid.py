"""The end of the grid: money that the account cannot carry exactly ends the run (S45)."""

from typing import TYPE_CHECKING

from tests.shared.engine.kernel.second_reading.money import UNIT

if TYPE_CHECKING:
    from tests.shared.engine.kernel.second_reading.books import Books

MOST = 90_000_000_000 * UNIT


class BeyondTheGrid(Exception):
    """The run is over where this is raised."""


def check_fill(cash: int, value: int, profit: int = 0) -> None:
    """A fill that by itself leads beyond is not made."""
    if max(abs(cash), value, abs(profit)) > MOST:
        raise BeyondTheGrid


def check(books: "Books") -> None:
    """Cash and positions together: a debt and what was sold short count as what they are worth.

    At a close, and wherever the account is asked what an entry may cost.
    """
    if abs(books.cash) + books.gross >= MOST:
        raise BeyondTheGrid


def stay(books: "Books", rows: int) -> None:
    """The equity is what it was, and what is open stays so."""
    books.ended = "beyond_the_grid"
    known = len(books.equities)
    before = books.equities[-1] if known else books.initial
    books.equities += [before] * (rows - known)
    held = any(desk.position and desk.position.lots for desk in books.desks)
    books.exposed = books.exposed[:known] + [held] * (rows - known)
