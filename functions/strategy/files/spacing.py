"""The timeframe of bars, by the step that most of them take, and the gaps between them."""

import numpy as np

from functions.strategy.errors import Unreadable
from functions.strategy.remarks import Remark, remark
from functions.strategy.saying import MINUTE, span
from shared.engine.bars import Integers
from shared.engine.language.errors import quoted
from shared.engine.language.timeframes import MINUTES

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
    gaps = int((missing > 0).sum())
    notes, about = [], {"symbol": symbol, "timeframe": timeframe}
    if gaps:
        i = int(np.argmax(steps))
        notes.append(remark("gaps", **about, gaps=gaps, longest=int(steps[i]), after=int(time[i])))
    short = int((steps < length - length // 24).sum())
    if short:
        notes.append(remark("too_soon", **about, bars=short))
    return tuple(notes)
