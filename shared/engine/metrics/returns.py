"""The curve of a run, folded into days: what a year's figures are made from."""

from typing import NamedTuple

import numpy as np

from shared.engine.bars import Floats, Integers
from shared.engine.costs import UNIT
from shared.engine.outcome import Outcome

DAY = 86_400_000_000  # µs
YEAR = 365.25  # days
ALL_WEEK, WEEKDAYS, WEEKS = 365, 252, 52  # returns in a year
PER_UNIT = round(1 / UNIT)
SATURDAY, SUNDAY = 5, 6


class Days(NamedTuple):
    """A row for each day that has a bar; each begins at 00:00 UTC."""

    day: Integers  # since 1970
    start: Integers  # the row of its first bar
    per_year: int  # how many of them count as a year
    span: int  # from the first to the last, both included


class Daily(NamedTuple):
    """Where capital is used up, the series ends with that day: nothing has no return."""

    day: Integers
    equity: Floats  # at the end of each day
    returns: Floats  # of each day, the first from the initial capital
    initial: float
    per_year: int
    years: float


def days_of(time: Integers) -> Days:
    day, start = _days(time)
    if not len(day):
        return Days(day, start, WEEKDAYS, 0)
    per_year = _per_year(day)
    span = int(day[-1] - day[0]) + (7 if per_year == WEEKS else 1)
    if per_year == WEEKDAYS:
        day, start = _weekends_on_monday(day, start)
    return Days(day, start, per_year, span)


def daily_of(outcome: Outcome, days: Days | None = None) -> Daily:
    days = days or days_of(outcome.time)
    return daily_from(at_ends(outcome.equity, days.start), days, initial=outcome.initial)


def daily_from(equity: Floats, days: Days, *, initial: int) -> Daily:
    """`equity`: at the end of each day; `initial` in units, made a float as the curve makes it."""
    began = float(initial) / PER_UNIT
    before = np.concatenate(([began], equity[:-1]))[: len(equity)]
    spent = (before <= 0).nonzero()[0]
    alive = int(spent[0]) if len(spent) else len(equity)
    returns = equity[:alive] / before[:alive] - 1
    return Daily(days.day[:alive], equity[:alive], returns, began, days.per_year, days.span / YEAR)


def at_ends(column: Floats, start: Integers) -> Floats:
    """The last value of each day."""
    return column[last_rows(start, len(column))]


def last_rows(start: Integers, length: int) -> Integers:
    """Of each day."""
    return _ends(start, length) - 1 if len(start) else start


def _ends(start: Integers, length: int) -> Integers:
    """Where each day's rows end, the row itself not included."""
    ends = np.empty_like(start)
    ends[:-1], ends[-1] = start[1:], length
    return ends


def weekday(day: Integers) -> Integers:
    """0 on a Monday."""
    return (day + 3) % 7


def _days(time: Integers) -> tuple[Integers, Integers]:
    if not len(time):
        return time[:0], time[:0]
    first, last = int(time[0]) // DAY, int(time[-1]) // DAY
    if last - first < len(time):  # far cheaper than a division for each bar
        day = np.arange(first, last + 1)
        start = np.searchsorted(time, day * DAY)
        filled = _ends(start, len(time)) > start
        return day[filled], start[filled]
    each = time // DAY
    start = np.flatnonzero(np.diff(each, prepend=each[0] - 1))
    return each[start], start


def _per_year(day: Integers) -> int:
    steps = len(day) - 1
    if steps and 2 * np.count_nonzero(day[1:] - day[:-1] >= 7) > steps:
        return WEEKS
    with_bars = int(np.count_nonzero(weekday(day) == SATURDAY))
    there_were = int((day[-1] + 3 - SATURDAY) // 7 - (day[0] + 2 - SATURDAY) // 7)
    return ALL_WEEK if there_were and 2 * with_bars >= there_were else WEEKDAYS


def _weekends_on_monday(day: Integers, start: Integers) -> tuple[Integers, Integers]:
    """The few hours of a Sunday, where a market opens then, are the beginning of its Monday."""
    of = weekday(day)
    moved = day + np.where(of == SATURDAY, 2, 0) + np.where(of == SUNDAY, 1, 0)
    new = np.diff(moved, prepend=moved[0] - 1) > 0
    return moved[new], start[new]
