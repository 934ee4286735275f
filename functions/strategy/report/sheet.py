"""What a page is made from: plain columns and names, nothing to be computed from elsewhere."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.engine.bars import Bars, Floats, Integers
from shared.engine.costs import Costs
from shared.engine.language.definition import Definition
from shared.engine.metrics.benchmark import in_equal_parts

Figure = float | int | str | None  # None or NaN: undefined


class TradeRows(NamedTuple):
    """A row for each closed position or part of one, in the order in which they closed."""

    symbol: NDArray[np.int32]  # an index into the sheet's symbols
    side: NDArray[np.int8]  # 1 long, -1 short
    quantity: Floats
    entry_at: Integers  # µs since 1970 UTC, as every time here
    entry_price: Floats
    exit_at: Integers
    exit_price: Floats
    commission: Floats
    pnl: Floats  # after costs, as the next
    pnl_pct: Floats  # a fraction
    bars_held: Integers
    reason: tuple[str, ...]

    @property
    def closed(self) -> int:
        return len(self.pnl)


class Month(NamedTuple):
    year: int
    month: int  # from 1
    value: float  # a fraction


class Rolling(NamedTuple):
    days: int  # that each value looks back on
    time: Integers
    value: Floats


class Source(NamedTuple):
    """By what a run can be told from another, and made again."""

    engine_version: str
    definition_sha256: str
    data_sha256: str
    digest: str = ""


class Inside(NamedTuple):
    """What is known of the order of prices inside bars."""

    ambiguous: Mapping[str, int]  # exits that nobody tells, by why
    finer: str = ""  # the timeframe of the finer bars
    final: float = 0.0  # with them
    without: float = 0.0  # on the bars alone
    ambiguous_without: int = 0


class Sheet(NamedTuple):
    definition: Definition
    timeframe: str
    market: tuple[Bars, ...]  # by symbol, as they were traded
    time: Integers  # of the equity
    equity: Floats  # at the close of each bar
    hold: Floats  # the same cash, bought at the first open and held
    initial: float
    trades: TradeRows
    metrics: Mapping[str, Figure]
    months: tuple[Month, ...]
    rolling: Rolling | None
    costs: Costs
    source: Source
    risk_free: float = 0.0  # a year's
    warnings: tuple[str, ...] = ()
    rejected: Mapping[str, int] = {}
    confidence: Mapping[str, tuple[float, float] | None] = {}  # between what bounds figures lie, at 95 %
    inside: Inside | None = None

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(bars.symbol for bars in self.market)


class SweepSheet(NamedTuple):
    definition: Definition
    timeframe: str
    symbols: tuple[str, ...]
    period: tuple[int, int]  # the first and the last bar
    parameters: tuple[str, ...]  # that were varied
    points: Floats  # a row for each combination, a column for each of these
    objective: str  # a name of the metrics
    metrics: Mapping[str, Floats]  # of each combination; the objective is among them
    source: Source
    risk_free: float = 0.0  # a year's
    requires: tuple[str, ...] = ()  # what all combinations keep
    overfitting: Mapping[str, Figure] = {}  # of the whole sweep
    warnings: tuple[str, ...] = ()


def buy_and_hold(market: tuple[Bars, ...], time: Integers, initial: float) -> Floats:
    """The initial cash in equal parts in every symbol from its first open on, and cash before it."""
    bars = in_equal_parts(market)
    if not len(bars):
        return np.full(len(time), initial)
    row = np.searchsorted(bars.time, time, side="right") - 1
    return initial * np.where(row < 0, 1.0, bars.close[np.maximum(row, 0)] / bars.open[0])


def drawdown(equity: Floats, initial: float) -> Floats:
    """How far below its highest so far, as a fraction: 0 or less."""
    highest = np.maximum(np.maximum.accumulate(equity), initial)
    below: Floats = equity / highest - 1.0
    return below
