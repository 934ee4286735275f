"""How far each trade went against its holder, and for him, before it ended (MAE and MFE)."""

from typing import NamedTuple

import numpy as np

from shared.engine.bars import Bars, Floats, Integers
from shared.engine.outcome import REASONS, Outcome

TO_THE_END = REASONS.index("end_of_data")


class Excursions(NamedTuple):
    """Fractions of the entry price, a row for each trade: adverse ≤ 0 ≤ favourable, before costs."""

    adverse: Floats
    favourable: Floats


def excursions(outcome: Outcome, market: tuple[Bars, ...]) -> Excursions:
    """`market` has the bars of every symbol that was traded.

    The bar of the entry counts whole, as what came before the fill is unknown; of the bar of the exit only
    its open and the exit price, but all of it where the data ended.
    """
    trades = outcome.trades
    low, high = np.empty(len(trades)), np.empty(len(trades))
    bars_of = {bars.symbol: bars for bars in market}
    for index, symbol in enumerate(outcome.symbols):
        mine = np.flatnonzero(trades.symbol == index)
        if len(mine):
            low[mine], high[mine] = _extremes(outcome, bars_of[symbol], mine)
    below, above = low / trades.entry_price - 1, high / trades.entry_price - 1
    long = trades.side > 0
    return Excursions(np.where(long, below, -above), np.where(long, above, -below))


def _extremes(outcome: Outcome, bars: Bars, mine: Integers) -> tuple[Floats, Floats]:
    """The lowest and highest price while each of these trades was open."""
    trades = outcome.trades
    entry, leave = trades.entry_bar[mine], trades.exit_bar[mine]
    if len(bars) != len(outcome.time):  # not every time has a bar of this symbol
        newest = (np.searchsorted(bars.time, outcome.time[row], side="right") - 1 for row in (entry, leave))
        entry, leave = newest  # its last bar may be older than the end of the data
    end = leave + (trades.reason[mine] == TO_THE_END)
    first, last = trades.entry_price[mine], trades.exit_price[mine]
    low, high = np.minimum(first, last), np.maximum(first, last)
    opened = np.where(entry < leave, bars.open[leave], first)
    low, high = np.minimum(low, opened), np.maximum(high, opened)
    held = np.flatnonzero(entry < end)
    if len(held):
        lowest = _between(bars.low, entry[held], end[held], np.minimum)
        highest = _between(bars.high, entry[held], end[held], np.maximum)
        low[held], high[held] = np.minimum(low[held], lowest), np.maximum(high[held], highest)
    return low, high


def _between(column: Floats, start: Integers, end: Integers, extreme: np.ufunc) -> Floats:
    """The extreme of the column over each range, in one pass over the column however the ranges overlap."""
    marks = np.sort(np.concatenate((start, end)), kind="stable")  # two runs that are mostly in order
    marks = marks[np.diff(marks, prepend=-1) > 0]
    parts = extreme.reduceat(column[: marks[-1]], marks[:-1])
    left, right = np.searchsorted(marks, start), np.searchsorted(marks, end)
    level = np.frexp(right - left)[1] - 1  # the power of two that a range holds
    found = np.empty(len(start))
    for power in range(int(level.max()) + 1):
        if power:  # now each spans twice as many parts
            half = 1 << (power - 1)
            parts = extreme(parts[:-half], parts[half:])
        at = np.flatnonzero(level == power)
        found[at] = extreme(parts[left[at]], parts[right[at] - (1 << power)])
    return found
