"""The timeframe of bars, by the step that most of them take, and the gaps between them."""

import numpy as np
from numpy.typing import NDArray

from functions.strategy.errors import Unreadable
from functions.strategy.remarks import Remark, remark
from functions.strategy.saying import MINUTE, span
from shared.engine.bars import Integers
from shared.engine.language.errors import quoted
from shared.engine.language.timeframes import MINUTES

Flags = NDArray[np.bool_]
WEEK = 7 * 24 * 60 * MINUTE
SHIFT = 2 * 60 * MINUTE  # more than a market moves its hours in spring and autumn
TIMEFRAMES = {length * MINUTE: name for name, length in MINUTES.items()}


def timeframe_of(time: Integers, *, symbol: str) -> str:
    if len(time) < 2:
        raise Unreadable(f"{symbol} has one bar: at least two tell how long a bar lasts")
    steps, counts = np.unique(np.diff(time), return_counts=True)
    usual = int(steps[int(np.argmax(counts))])  # of equally frequent ones the shortest
    if usual not in TIMEFRAMES:
        sentence = f"the bars of {symbol} are {span(usual)} apart: timeframes are {quoted(MINUTES)}"
        raise Unreadable(sentence.replace(" or ", " and "))
    return TIMEFRAMES[usual]


def spacing_notes(time: Integers, timeframe: str, *, symbol: str) -> tuple[Remark, ...]:
    length = MINUTES[timeframe] * MINUTE
    steps = np.diff(time)
    missing = (steps + length // 2) // length - 1  # a day of 25 hours leaves nothing out
    gaps = np.flatnonzero(missing > 0)
    gaps = gaps[~_closings(time, gaps, length)]
    notes, symbols = [], (symbol,)
    if len(gaps):
        i = gaps[int(np.argmax(steps[gaps]))]
        lengths = {"gaps": len(gaps), "longest": int(steps[i]), "after": int(time[i])}
        notes.append(remark("gaps", symbols=symbols, timeframe=timeframe, **lengths))
    short = int((steps < length - length // 24).sum())
    if short:
        notes.append(remark("too_soon", symbols=symbols, timeframe=timeframe, bars=short))
    return tuple(notes)


def _closings(time: Integers, gaps: Integers, length: int) -> Flags:
    """The market was closed at these hours a week before as well, or is a week later, and open around."""
    near = max(length, SHIFT)
    start, end = time[gaps] + length // 2, time[gaps + 1] - length // 2
    found = np.zeros(len(gaps), dtype=np.bool_)
    for week in (-WEEK, WEEK):
        closed, opened = start + week, end + week
        around = _have_bars(time, closed - near, closed) & _have_bars(time, opened, opened + near)
        found |= around & ~_have_bars(time, closed, opened)
    return found


def _have_bars(time: Integers, start: Integers, end: Integers) -> Flags:
    """From each start to before its end."""
    found: Flags = np.searchsorted(time, end) > np.searchsorted(time, start)
    return found
