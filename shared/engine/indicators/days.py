"""The days of a time zone: bars of one day share its number."""

from datetime import UTC, datetime, timedelta

import numpy as np

from shared.engine.bars import Integers

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400_000_000  # µs
MICROSECOND = timedelta(microseconds=1)


def day_numbers(time: Integers, zone: str) -> Integers:
    """Of the day in which each bar opens. Clocks set back over midnight do not bring back the day before."""
    days = time // DAY
    if zone == "UTC" or not len(time):
        return days
    first = np.concatenate(([0], np.flatnonzero(np.diff(days)) + 1))
    ends = np.append(first[1:], len(time))
    before, after = _offsets(days[first] * DAY, zone), _offsets((days[first] + 1) * DAY, zone)
    offsets = np.repeat(before, ends - first)
    for change in np.flatnonzero(before != after):
        within = slice(first[change], ends[change])
        offsets[within] = _offsets(time[within], zone)
    local: Integers = np.maximum.accumulate((time + offsets) // DAY)
    return local


def _offsets(time: Integers, zone: str) -> Integers:
    """From UTC, in µs."""
    from zoneinfo import ZoneInfo  # 4 ms that few need

    known = ZoneInfo(zone)
    moments = [(EPOCH + timedelta(microseconds=each)).astimezone(known) for each in time.tolist()]
    return np.array([(moment.utcoffset() or timedelta()) // MICROSECOND for moment in moments], np.int64)
