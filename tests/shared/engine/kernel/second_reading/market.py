"""A plan as plain lists: no array, no bit, no NaN; what is undefined is None."""

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from shared.engine.bars import Bars, Floats
from shared.engine.plan import Program, Rule, Side, Traded
from tests.shared.engine.kernel.second_reading.money import UNIT

Column = list[float | None]
Told = list[bool] | Program  # a rule, by bar, or what it makes of the position


@dataclass
class Way:
    """One direction's rules and prices, by bar."""

    enter: Told
    leave: Told
    limit: Column
    stop: Column
    targets: list[Column]


class Inner(NamedTuple):
    """What orders meet at once: a bar, or one of the finer bars in it."""

    time: int
    open: float
    high: float
    low: float
    close: float


@dataclass
class Market:
    """One symbol's bars."""

    number: int
    time: list[int]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    volume: list[float]
    lot: int  # in 1e-8 of a unit
    tick: float
    ways: dict[int, Way]
    ranges: dict[int, Column]
    highest: Column
    lowest: Column
    volatility: Column
    opening_rates: list[float]
    closing_rates: list[float]
    inner: list[list[Inner]]  # of each bar: its finer bars, or itself
    row_of: dict[int, int] = field(default_factory=dict)  # its bar of a time


def market(number: int, traded: Traded) -> Market:
    bars, size = traded.bars, len(traded.bars)
    ones = [1.0] * size
    rates = traded.rates
    return Market(
        number=number,
        time=[int(time) for time in bars.time],
        open=bars.open.tolist(),
        high=bars.high.tolist(),
        low=bars.low.tolist(),
        close=bars.close.tolist(),
        volume=bars.volume.tolist(),
        lot=round(Fraction(traded.instrument.lot) * UNIT),
        tick=traded.instrument.tick,
        ways={1: _way(traded.long, size), -1: _way(traded.short, size)},
        ranges={bars: _column(column, size) for bars, column in traded.ranges.items()},
        highest=_column(traded.highest, size),
        lowest=_column(traded.lowest, size),
        volatility=_column(traded.volatility, size),
        opening_rates=rates.opening.tolist() if rates else ones,
        closing_rates=rates.closing.tolist() if rates else ones,
        inner=_inner(traded),
        row_of={int(time): row for row, time in enumerate(bars.time)},
    )


def _inner(traded: Traded) -> list[list[Inner]]:
    """A bar that has none, or does not agree with them, is one bar (S49)."""
    whole = _rows(traded.bars)
    detail = traded.detail
    if detail is None:
        return [[bar] for bar in whole]
    finer = _rows(detail.bars)
    spans = zip(detail.first.tolist(), detail.last.tolist(), strict=True)
    return [finer[first:last] or [bar] for bar, (first, last) in zip(whole, spans, strict=True)]


def _rows(bars: Bars) -> list[Inner]:
    columns = (bars.time, bars.open, bars.high, bars.low, bars.close)
    return [Inner(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _way(side: Side, size: int) -> Way:
    prices = side.prices
    return Way(
        _truths(side.entry, size),
        _truths(side.exit, size),
        _column(prices.limit, size),
        _column(prices.stop_loss, size),
        [_column(target, size) for target in prices.take_profit],
    )


def _truths(rule: Rule, size: int) -> Told:
    if rule.program is not None:
        return rule.program
    if rule.bits is None:
        return [False] * size
    return [bool(int(rule.bits[row // 64]) >> row % 64 & 1) for row in range(size)]


def _column(values: Floats | None, size: int) -> Column:
    if values is None:
        return [None] * size
    return [None if math.isnan(value) else value for value in values.tolist()]
