"""Finer bars of what is traded, laid beside its own: those that agree tell what happened inside a bar."""

from collections.abc import Iterable, Sequence

import numpy as np

from shared.engine.bars import Bars, Floats, Integers
from shared.engine.language.errors import quoted
from shared.engine.language.timeframes import minutes
from shared.engine.plan import Detail
from shared.engine.rules.coarser import length
from shared.engine.rules.errors import DataError

MOST = 0.5  # of the bars that have finer ones: where more differ, these are of something else


def resolved_on(market: Iterable[Bars], finer: Iterable[Bars]) -> dict[str, Detail]:
    """By symbol, for those that have finer bars."""
    known = {bars.symbol: bars for bars in market}
    found: dict[str, Detail] = {}
    for bars in finer:
        if bars.symbol not in known:
            sentence = f"there are finer bars of `{bars.symbol}`, and the data is of {quoted(sorted(known))}"
            raise DataError("detail", sentence)
        if bars.symbol in found:
            raise DataError("detail", f"{bars.symbol} has finer bars twice")
        found[bars.symbol] = laid_beside(known[bars.symbol], bars)
    return found


def laid_beside(bars: Bars, finer: Bars) -> Detail:
    """A bar's finer ones open in it and close no later; where their prices are not its own, it has none."""
    _usable(bars, finer)
    end = np.minimum(bars.time + length(bars.timeframe), np.append(bars.time[1:], np.iinfo(np.int64).max))
    first = np.searchsorted(finer.time, bars.time).astype(np.int64)
    last = np.searchsorted(finer.time, end).astype(np.int64)
    there = np.flatnonzero(last > first)
    if not len(there):
        raise DataError("detail", f"no finer bar of {bars.symbol} lies in a bar of it: {_spans(bars, finer)}")
    inside = finer.time[last[there] - 1] + length(finer.timeframe) <= end[there]
    if not inside.any():
        apart = f"bars of {finer.timeframe} do not end where its bars of {bars.timeframe} do"
        raise DataError("detail", f"the finer bars of {bars.symbol} are not aligned: {apart}")
    theirs = _joined(finer, first[there], last[there])
    own = [column[there] for column in bars.prices[:4]]
    agrees = inside & np.logical_and.reduce([a == b for a, b in zip(own, theirs, strict=True)])
    differing = int((~agrees).sum())
    if differing > MOST * len(there):
        i = int(np.argmin(agrees))
        said = (
            f"the finer bars of {bars.symbol} are of something else: {differing} of {len(there)} bars do not"
            f" agree with theirs; of that of {_moment(bars.time[there[i]])}, "
        )
        raise DataError("detail", said + _difference(own, theirs, i))
    last[there[~agrees]] = first[there[~agrees]]
    return Detail(finer, first, last, missing=len(bars) - len(there), differing=differing)


def _usable(bars: Bars, finer: Bars) -> None:
    if minutes(finer.timeframe) >= minutes(bars.timeframe):
        sentence = f"bars of {finer.timeframe} are not finer than those of the run, of {bars.timeframe}"
        raise DataError("detail", f"{finer.symbol}: {sentence}")
    if not len(finer):
        raise DataError("detail", f"there is no finer bar of {finer.symbol}")
    if (finer.time[1:] <= finer.time[:-1]).any():
        raise DataError("detail", f"the finer bars of {finer.symbol} are not in the order of their time")


def _joined(finer: Bars, first: Integers, last: Integers) -> tuple[Floats, ...]:
    """Open, high, low and close of each of these stretches; none is empty."""
    edges = np.stack([first, last], axis=1).ravel()
    edges = edges[:-1] if edges[-1] == len(finer) else edges
    high, low = np.maximum.reduceat(finer.high, edges)[::2], np.minimum.reduceat(finer.low, edges)[::2]
    return finer.open[first], high, low, finer.close[last - 1]


def _spans(*each: Bars) -> str:
    said = [f"{_moment(bars.time[0])} to {_moment(bars.time[-1])} ({bars.timeframe})" for bars in each]
    return " and ".join(said)


def _moment(time: np.int64) -> str:
    return str(np.datetime64(int(time), "us").astype("datetime64[m]")).replace("T", " ")


def _difference(own: Sequence[Floats], theirs: Sequence[Floats], i: int) -> str:
    for name, one, other in zip(("open", "high", "low", "close"), own, theirs, strict=True):
        if one[i] != other[i]:
            return f"its {name} is {one[i]:.8g}, and theirs {other[i]:.8g}"
    return "their last one closes after it"
