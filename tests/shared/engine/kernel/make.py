"""Plans of a few bars, written by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from shared.engine.bars import Bars, Words
from shared.engine.costs import FREE, Costs, Instrument
from shared.engine.kernel.run import run, run_every_bar
from shared.engine.language.definition import Entry, Leg
from shared.engine.language.risk import FixedQuantity, Risk
from shared.engine.language.sides import NEITHER
from shared.engine.outcome import REASONS, Outcome
from shared.engine.plan import Plan, Prices, Rule, Side, Traded

HOUR = 3_600_000_000
START = 1_767_225_600_000_000  # Thursday, 1 January 2026
ONE = FixedQuantity(1.0)
UNITS = Instrument(lot=1.0)


def words(truths: Sequence[bool] | np.ndarray[Any, Any]) -> Words:
    padded = np.zeros((len(truths) + 63) // 64 * 64, dtype=np.uint8)
    padded[: len(truths)] = truths
    return np.packbits(padded, bitorder="little").view(np.uint64)


def on(bars: int, *rows: int) -> Rule:
    """A rule that holds at the close of these rows."""
    return Rule(words([row in rows for row in range(bars)]))


def bars(
    *rows: tuple[float, ...],
    symbol: str = "AAA",
    start: int = START,
    step: int = HOUR,
    skip: Sequence[int] = (),
    timeframe: str = "1h",
) -> Bars:
    """Each row is open, high, low, close and, where it matters, volume. `skip`: times without a bar."""
    kept = [place for place in range(len(rows) + len(skip)) if place not in skip]
    columns = [np.ascontiguousarray(column) for column in np.array([(*row, 0.0)[:5] for row in rows]).T]
    for column in columns:
        column.flags.writeable = False  # as those out of a file
    return Bars(symbol, timeframe, start + np.array(kept) * step, *columns)


def flat(price: float) -> tuple[float, ...]:
    return (price, price, price, price)


def traded(
    of: Bars,
    *,
    long: Sequence[int] = (),
    leave_long: Sequence[int] = (),
    short: Sequence[int] = (),
    leave_short: Sequence[int] = (),
    instrument: Instrument = UNITS,
    long_prices: Prices = Prices(),
    short_prices: Prices = Prices(),
    **columns: Any,
) -> Traded:
    size = len(of)
    return Traded(
        bars=of,
        instrument=instrument,
        long=Side(on(size, *long), on(size, *leave_long), long_prices),
        short=Side(on(size, *short), on(size, *leave_short), short_prices),
        ranges=columns.pop("ranges", {}),
        **columns,
    )


def plan(
    *symbols: Traded,
    risk: Risk = Risk(size=ONE),
    costs: Costs = FREE,
    cash: float = 1000.0,
    legs: tuple[Leg, ...] = (),
    **entry: Any,
) -> Plan:
    return Plan(symbols, Entry(NEITHER, **entry), legs, risk, costs, cash)


def outcome(of: Plan) -> Outcome:
    """Both ways, which are one."""
    batch, stepped = run(of), run_every_bar(of)
    same(batch, stepped)
    return batch


def same(one: Outcome, other: Outcome) -> None:
    assert (one.digest, one.fills, one.final, one.turnover) == (
        other.digest,
        other.fills,
        other.final,
        other.turnover,
    )
    assert (one.rejected, one.ended, one.ambiguous) == (other.rejected, other.ended, other.ambiguous)
    assert one.equity.tolist() == other.equity.tolist()
    assert one.exposed.tolist() == other.exposed.tolist()
    assert columns(one) == columns(other)


def columns(of: Outcome) -> list[list[Any]]:
    """Of its trades."""
    return [column.tolist() for column in vars(of.trades).values()]


def trades(of: Outcome) -> list[tuple[str, str, int, int, float, float, float]]:
    """Symbol, why it ended, bars and prices of entry and exit, profit."""
    rows = zip(*columns(of), strict=True)
    return [
        (of.symbols[symbol], REASONS[reason], entry, left, bought, sold, pnl / 1e8)
        for symbol, _, _, entry, left, bought, sold, _, pnl, reason, _ in rows
    ]


def only(of: Outcome) -> tuple[str, int, int, float, float, float]:
    """The one trade: why it ended, bars and prices of entry and exit, profit."""
    ((_, *trade),) = trades(of)
    return tuple(trade)  # type: ignore[return-value]
