"""How far and how long equity was below its highest, on the curve of the bars."""

from typing import NamedTuple

import numpy as np

from shared.engine.bars import Floats, Integers
from shared.engine.metrics.returns import Daily, Days


class Drawdown(NamedTuple):
    """Rows of the curve."""

    depth: float  # a fraction of the peak, ≤ 0
    trough: int
    top: float  # what the peak was worth
    curve: "_Curve"

    @property
    def peak(self) -> int:
        """The last row at the peak; -1 is the initial capital, before the first bar."""
        return _last_at(self.curve, self.top, self.trough)

    @property
    def recovered(self) -> int | None:
        """The first row that is at the peak again."""
        return _back_at(self.curve, self.top, self.trough)


class _Curve(NamedTuple):
    equity: Floats
    start: Integers  # of each day
    highs: Floats  # of each day
    lows: Floats
    peaks: Floats  # before each day, and after the last

    def rows(self, day: int) -> slice:
        end = self.start[day + 1] if day + 1 < len(self.start) else len(self.equity)
        return slice(int(self.start[day]), int(end))


def deepest(equity: Floats, days: Days, *, initial: float) -> Drawdown | None:
    """None where equity never falls below an earlier one."""
    if not len(equity):
        return None
    highs = np.maximum.reduceat(equity, days.start)
    lows = np.minimum.reduceat(equity, days.start)
    peaks = np.maximum.accumulate(np.concatenate(([initial], highs)))
    curve = _Curve(equity, days.start, highs, lows, peaks)
    left, trough = _lowest(curve)
    if left >= 1:
        return None
    day = int(np.searchsorted(days.start, trough, side="right")) - 1
    top = max(float(peaks[day]), float(equity[days.start[day] : trough + 1].max()))
    return Drawdown(left - 1, trough, top, curve)


def underwater(daily: Daily) -> Floats:
    """At the end of each day, what is missing to the highest end of a day so far, as a fraction ≤ 0."""
    return daily.equity / np.maximum(np.maximum.accumulate(daily.equity), daily.initial) - 1


def longest(daily: Daily, *, below: Floats | None = None) -> int:
    """Days from a highest end of a day until the next, or to the end of the data."""
    if not len(daily.day):
        return 0
    below = underwater(daily) if below is None else below
    at_peak = np.concatenate(([-1], np.flatnonzero(below >= 0), [len(below)]))
    day = np.concatenate(([daily.day[0] - 1], daily.day, daily.day[-1:]))
    lasted = day[at_peak[1:] + 1] - day[at_peak[:-1] + 1]
    return int(lasted[np.diff(at_peak) > 1].max(initial=0))


def _lowest(curve: _Curve) -> tuple[float, int]:
    """What is left of the peak at worst, and where.

    A day's low is at worst below that day's own high, at best below the peak before it: only days that
    may be the worst are walked bar by bar.
    """
    surely = curve.lows / curve.peaks[:-1]
    perhaps = curve.lows / curve.peaks[1:]
    worst = int(surely.argmin())
    left, trough = _walked(curve, worst)
    candidates = np.flatnonzero(perhaps < left)
    for day in candidates[np.argsort(perhaps[candidates], kind="stable")]:
        if perhaps[day] >= left:
            break
        left, trough = min((left, trough), _walked(curve, int(day)))
    return left, trough


def _walked(curve: _Curve, day: int) -> tuple[float, int]:
    rows = curve.rows(day)
    equity = curve.equity[rows]
    left = equity / np.maximum(np.maximum.accumulate(equity), curve.peaks[day])
    lowest = int(left.argmin())
    return float(left[lowest]), rows.start + lowest


def _last_at(curve: _Curve, peak: float, trough: int) -> int:
    day = int(np.searchsorted(curve.start, trough, side="right"))
    for there in np.flatnonzero(curve.highs[:day] >= peak)[::-1]:
        rows = curve.rows(int(there))
        at = np.flatnonzero(curve.equity[rows.start : min(rows.stop, trough)] >= peak)
        if len(at):
            return int(rows.start + at[-1])
    return -1


def _back_at(curve: _Curve, peak: float, trough: int) -> int | None:
    day = int(np.searchsorted(curve.start, trough, side="right")) - 1
    for there in day + np.flatnonzero(curve.highs[day:] >= peak):
        rows = curve.rows(int(there))
        begin = max(rows.start, trough)
        at = np.flatnonzero(curve.equity[begin : rows.stop] >= peak)
        if len(at):
            return int(begin + at[0])
    return None
