"""Accumulation, manipulation, distribution: what the last 200 bars say of who moves the price, by rule.

- A **range** is CALM bars whose highest high is within NARROW usual bars of their lowest low. Usual is the
  mean height, and volume, of LONG bars. Its edges count for FRESH bars more.
- **Manipulation**: within PROBE bars the price was beyond an edge, by a SWEEP of a usual bar or more, and has
  closed inside again. It lasts FRESH bars, if nothing else follows.
- **Distribution**: the price closes beyond an edge by a usual bar at least, and the volume of PROBE bars was
  LOUD (where there is none in the data, the price decides alone). It lasts while closes stay beyond the edge,
  and ends with a new range, or after MEMORY bars.
- **Re-accumulation**: a range that keeps what the last expansion has won, upwards; any other range is
  **accumulation**.
- What is none of these is undefined.

Every look back ends within AMD_BARS, so that older bars change nothing, and no bar reads a later one.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.engine.bars import Bars, Floats, Integers
from shared.engine.indicators import Settings
from shared.engine.indicators.windows import highest, lowest, sma
from shared.engine.language.functions import AMD_BARS, PHASES

Truths = NDArray[np.bool_]
CALM, LONG, FRESH, PROBE = 30, 100, 20, 3  # bars
MEMORY = AMD_BARS - LONG - FRESH
NARROW, SWEEP = 4.0, 0.25  # usual bars
LOUD = 1.5  # usual volumes


class Edges(NamedTuple):
    """Of the last range up to a bar, where it is fresh; what is NaN is beyond nothing."""

    top: Floats
    bottom: Floats
    usual: Floats
    volume: Floats


def amd_phase(series: Sequence[Floats], bars: Bars, settings: Settings) -> tuple[Floats, ...]:
    """Places in `PHASES`."""
    top, bottom = highest(bars.high, CALM), lowest(bars.low, CALM)
    usual = sma(bars.high - bars.low, LONG)
    calm = top - bottom <= NARROW * usual
    whole = Edges(top, bottom, usual, sma(bars.volume, LONG))
    swept = _sweeps(bars, _edges_before(whole, calm, PROBE))
    above, below = _expansions(bars, _edges_before(whole, calm, 1))
    return (_readings(bars.close, calm, swept, above, below),)


def _edges_before(whole: Edges, calm: Truths, bars: int) -> Edges:
    """Of the last range that ended at least so many bars ago, and no more than FRESH."""
    place = np.arange(len(calm))
    last = np.full(len(calm), -1)
    last[bars:] = _last(calm)[: max(len(calm) - bars, 0)]
    fresh = (last >= 0) & (place - last <= FRESH)
    return Edges(*(np.where(fresh, each[last], np.nan) if len(each) else each for each in whole))


def _last(happened: Truths) -> Integers:
    """The bar at which it last did, up to each: -1 before the first."""
    place = np.where(happened, np.arange(len(happened)), -1)
    latest: Integers = np.maximum.accumulate(place)
    return latest


def _sweeps(bars: Bars, edges: Edges) -> Truths:
    inside = (bars.close <= edges.top) & (bars.close >= edges.bottom)
    above = highest(bars.high, PROBE) > edges.top + SWEEP * edges.usual
    below = lowest(bars.low, PROBE) < edges.bottom - SWEEP * edges.usual
    swept: Truths = inside & (above | below)
    return swept


def _expansions(bars: Bars, edges: Edges) -> tuple[Floats, Floats]:
    """The edge that was left, upwards or downwards, on the bars that leave it: else NaN."""
    loud = sma(bars.volume, PROBE) >= LOUD * edges.volume  # also where both are 0
    above = loud & (bars.close >= edges.top + edges.usual)
    below = loud & (bars.close <= edges.bottom - edges.usual)
    return np.where(above, edges.top, np.nan), np.where(below, edges.bottom, np.nan)


def _readings(close: Floats, calm: Truths, swept: Truths, above: Floats, below: Floats) -> Floats:
    place = np.arange(len(close))
    left = _last(~np.isnan(above) | ~np.isnan(below))
    probed = _last(swept)
    known = (left >= 0) & (place - left <= MEMORY)
    won = known & (close > np.where(known, above[left], np.nan)) if len(close) else known
    lost = known & (close < np.where(known, below[left], np.nan)) if len(close) else known
    anew = calm & (place - CALM + 1 > left)
    manipulated = (probed > left) & (place - probed < FRESH)
    accumulation, manipulation, distribution, again = range(len(PHASES))
    cases = [manipulated, (won | lost) & ~anew, calm & won, calm]
    phases = np.select(cases, [manipulation, distribution, again, accumulation], np.nan)
    phases[: AMD_BARS - 1] = np.nan
    return phases


FUNCTIONS = {"amd_phase": amd_phase}
