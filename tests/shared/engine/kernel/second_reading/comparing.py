"""What both readings say of a plan, in one form."""

from collections.abc import Iterator
from typing import Any

from shared.engine.outcome import REASONS, Outcome
from tests.shared.engine.kernel.second_reading.books import Books
from tests.shared.engine.kernel.second_reading.grid import MOST
from tests.shared.engine.kernel.second_reading.money import UNIT

PRICE = 1e-12  # relative
EXACT = 2**53  # above it, a float does not hold every unit
LAST_BITS = 1e-13  # some bits of a float's 53, for more lots than it tells apart
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


def is_a_hair(found: list[tuple[str, Any, Any]]) -> bool:
    """Whether floats alone part them, from the first trade that differs on.

    Sizes of 1e10 lots hang on the last bits of a price; one lot, or one unit of 1e-8, follows from them.
    """
    name, mine, other = found[0]
    if name.startswith("equity[") and isinstance(mine, int):
        near = 1 if abs(mine) < EXACT else LAST_BITS * MOST
        return bool(abs(mine - other) <= near and abs(mine) > LARGE)
    if name == "turnover":  # of what is still open when the grid ends
        return bool(mine > EXACT and abs(mine - other) <= LAST_BITS * mine)
    if not name.startswith("trades[") or not (isinstance(mine, tuple) and isinstance(other, tuple)):
        return False
    lots, prices, money = mine[2], slice(5, 7), slice(7, 11)
    same_place = [mine[0:2], mine[3:5], mine[9]] == [other[0:2], other[3:5], other[9]]
    near_lots = abs(lots - other[2]) <= min(max(2, LAST_BITS * lots), 1e-9 * lots)
    near_prices = all(_same(*pair) for pair in zip(mine[prices], other[prices], strict=True))
    by_lots = 0 if lots == other[2] else 1e-9
    near_money = all(
        abs(one - two) <= 2 + by_lots * abs(two) + 1e-13 * mine[-1]
        for one, two in zip(mine[money], other[money], strict=True)
        if not isinstance(one, str)
    )
    return bool(same_place and near_lots and near_prices and near_money)


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
        "equity": [_units(float(equity) / UNIT) for equity in books.equities],
        "exposed": books.exposed,
        "ended": books.ended,
        "final": books.equities[-1],
        "turnover": books.turnover,
        "fills": books.fills,
    }


def _units(equity: float) -> int:
    """The outcome tells the equity as a float: above 9e7 of money, it does not hold every unit."""
    return round(equity * UNIT)


def _engine(outcome: Outcome) -> dict[str, Any]:
    rows = zip(*(column.tolist() for column in vars(outcome.trades).values()), strict=True)
    return {
        "trades": [
            (symbol, side, lots, entry, left, bought, sold, paid, pnl, REASONS[reason], cost)
            for symbol, side, lots, entry, left, bought, sold, paid, pnl, reason, cost in rows
        ],
        "rejected": {why: count for why, count in outcome.rejected.items() if count},
        "ambiguous": dict(outcome.ambiguous),
        "equity": [_units(equity) for equity in outcome.equity.tolist()],
        "exposed": outcome.exposed.tolist(),
        "ended": outcome.ended,
        "final": outcome.final,
        "turnover": outcome.turnover,
        "fills": outcome.fills,
    }
