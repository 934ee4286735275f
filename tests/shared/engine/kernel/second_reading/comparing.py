"""What both readings say of a plan, in one form."""

from collections.abc import Iterator
from typing import Any

from shared.engine.outcome import REASONS, Outcome
from tests.shared.engine.kernel.second_reading.books import Books

PRICE = 1e-12  # relative
LARGE = 10**14  # units of money: above it, a product of floats may be a half beside the exact one


def differences(books: Books, outcome: Outcome) -> Iterator[tuple[str, Any, Any]]:
    """What, by the second reading, by the engine."""
    mine, other = _read(books), _engine(outcome)
    for name, one in mine.items():
        two = other[name]
        if isinstance(one, list):
            yield from _unlike(name, one, two)
        elif one != two:
            yield name, one, two


def _unlike(name: str, one: list[Any], two: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    for row, (mine, other) in enumerate(zip(one, two, strict=False)):
        if not _same(mine, other):
            yield f"{name}[{row}]", mine, other
            return
    if len(one) != len(two):
        place = min(len(one), len(two))
        yield f"{name}[{place}]", one[place : place + 1], two[place : place + 1]


def _same(one: Any, two: Any) -> bool:
    if isinstance(one, tuple):
        return all(_same(*pair) for pair in zip(one, two, strict=True))
    if isinstance(one, float):
        return abs(one - two) <= PRICE * abs(two)
    return bool(one == two)


def _read(books: Books) -> dict[str, Any]:
    return {
        "trades": [tuple(trade) for trade in books.trades],
        "rejected": dict(books.rejected),
        "ambiguous": {why: count for why, count in books.ambiguous.items() if count},
        "equity": books.equities,
        "exposed": books.exposed,
        "ended": books.ended,
        "final": books.equities[-1],
        "turnover": books.turnover,
        "fills": books.fills,
    }


def _engine(outcome: Outcome) -> dict[str, Any]:
    rows = zip(*(column.tolist() for column in vars(outcome.trades).values()), strict=True)
    return {
        "trades": [
            (symbol, side, lots, entry, left, bought, sold, paid, pnl, REASONS[reason], cost)
            for symbol, side, lots, entry, left, bought, sold, paid, pnl, reason, cost in rows
        ],
        "rejected": {why: count for why, count in outcome.rejected.items() if count},
        "ambiguous": dict(outcome.ambiguous),
        "equity": [round(equity * 1e8) for equity in outcome.equity.tolist()],
        "exposed": outcome.exposed.tolist(),
        "ended": outcome.ended,
        "final": outcome.final,
        "turnover": outcome.turnover,
        "fills": outcome.fills,
    }
