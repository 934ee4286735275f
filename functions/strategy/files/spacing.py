"""The timeframe of bars, by the step that most of them take, and the gaps between them."""

import numpy as np

from functions.strategy.errors import Unreadable
from functions.strategy.files.judging import moment
from shared.engine.bars import Integers
from shared.engine.language.errors import quoted
from shared.engine.language.timeframes import MINUTES

MINUTE = 60_000_000  # µs
TIMEFRAMES = {length * MINUTE: name for name, length in MINUTES.items()}
SPANS = ((1440 * MINUTE, "day"), (60 * MINUTE, "hour"), (MINUTE, "minute"), (1_000_000, "second"))


def timeframe_of(time: Integers, *, symbol: str) -> str:
    if len(time) < 2:
        raise Unreadable(f"{symbol} has one bar: at least two tell how long a bar lasts")
    steps, counts = np.unique(np.diff(time), return_counts=True)
    usual = int(steps[int(np.argmax(counts))])  # of equally frequent ones the shortest
    if usual not in TIMEFRAMES:
        sentence = f"the bars of {symbol} are {span(usual)} apart: timeframes are {quoted(MINUTES)}"
        raise Unreadable(sentence.replace(" or ", " and "))
    return TIMEFRAMES[usual]


def spacing_notes(time: Integers, timeframe: str, *, symbol: str) -> tuple[str, ...]:
    length = MINUTES[timeframe] * MINUTE
    steps = np.diff(time)
    missing = (steps + length // 2) // length - 1  # a day of 25 hours leaves nothing out
    gaps = int((missing > 0).sum())
    notes = []
    if gaps:
        i = int(np.argmax(steps))
        counted = "1 gap" if gaps == 1 else f"{gaps} gaps"
        longest = f"the longest of {span(int(steps[i]))} after {moment(time[i])}"
        notes.append(f"{symbol}: {counted} between its bars of {timeframe}, {longest}; nothing is filled in")
    short = int((steps < length - length // 24).sum())
    if short:
        counted = "1 bar comes" if short == 1 else f"{short} bars come"
        notes.append(f"{symbol}: {counted} sooner than {timeframe} after the one before")
    return tuple(notes)


def span(length: int) -> str:
    """90 minutes, 2 days: exact, in the largest unit that is."""
    for unit, word in SPANS:
        if length % unit == 0 and length:
            count = length // unit
            return f"1 {word}" if count == 1 else f"{count} {word}s"
    return f"{length} µs"
