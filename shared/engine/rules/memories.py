"""What a condition leaves behind, and what the clock says."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from shared.engine.bars import Floats, Integers
from shared.engine.rules import masks
from shared.engine.rules.coarser import MINUTE
from shared.engine.rules.masks import Flags, Mask

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

SECOND = 1_000_000
DAY = 24 * 60 * MINUTE


def bars_since(condition: Mask) -> Floats:
    holds = np.flatnonzero(masks.unpacked(condition.true, condition.bars))
    return np.arange(condition.bars) - _from_each_on(holds, holds.astype(np.float64), condition.bars)


def value_when(condition: Mask, values: Floats) -> Floats:
    holds = np.flatnonzero(masks.unpacked(condition.true, condition.bars))
    return _from_each_on(holds, values[holds], condition.bars)


def _from_each_on(bars: Integers, values: Floats, count: int) -> Floats:
    lasting = np.diff(np.concatenate(([0], bars, [count])))
    return np.repeat(np.concatenate(([np.nan], values)), lasting)


def between(times: Integers, start: str, end: str, zone: str) -> Flags:
    """The start included, the end not; over midnight where the end is earlier."""
    clock = local(times, zone) % DAY
    first, last = _of_day(start), _of_day(end)
    if last < first:
        return (clock >= first) | (clock < last)
    return (clock >= first) & (clock < last)


def _of_day(text: str) -> int:
    hours, minutes = text.split(":")
    return (int(hours) * 60 + int(minutes)) * MINUTE


def local(times: Integers, zone: str) -> Integers:
    """What the clocks of a zone show, in µs since 1970 began there. Rising times."""
    if zone == "UTC":
        return times
    from zoneinfo import ZoneInfo  # 4 ms that few rules need

    changes, offsets = _offsets(ZoneInfo(zone), int(times[0]), int(times[-1]))
    return times + offsets[np.searchsorted(changes, times, side="right")]


def _offsets(zone: "ZoneInfo", first: int, last: int) -> tuple[Integers, Integers]:
    """When the clocks change between two times, and how far they are ahead of UTC before and after each."""
    changes, offsets = [], [_offset(zone, first)]
    before = first
    while before < last:
        after = min(before + DAY, last)
        if _offset(zone, after) != offsets[-1]:
            changes.append(_change(zone, before, after))
            offsets.append(_offset(zone, after))
        before = after
    return np.array(changes, np.int64), np.array(offsets, np.int64)


def _change(zone: "ZoneInfo", before: int, after: int) -> int:
    """The first time of the new offset: clocks change on whole seconds."""
    low, high = before // SECOND, -(-after // SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle * SECOND) == _offset(zone, before):
            low = middle
        else:
            high = middle
    return high * SECOND


def _offset(zone: "ZoneInfo", time: int) -> int:
    offset = datetime.fromtimestamp(time // SECOND, UTC).astimezone(zone).utcoffset()
    assert offset is not None  # the zone is known
    return int(offset.total_seconds()) * SECOND
