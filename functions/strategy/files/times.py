"""A column of texts → µs since 1970 UTC, all at once: rows of one shape are read together."""

from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from functions.strategy.files.columns import printable
from functions.strategy.files.layouts import NOWHERE, NUMBER, Layout, Span, layout_of
from shared.engine.bars import Integers

Bytes = NDArray[np.uint8]
SHAPES = 64  # ways of writing in one column: more is no column of times
FIRST_YEAR, LAST_YEAR = 1900, 2199
SECOND, DAY = 1_000_000, 86_400_000_000
LATEST = 7_258_118_400 * SECOND  # the first moment of 2200
KNOWN = "ISO 8601 (2024-01-31T15:30:00Z), 20240131 153000, or seconds, ms, µs or ns since 1970"
# The digits of an instant since 1970 tell its unit: the factor to µs, and the divisor.
UNITS = ((10, SECOND, 1), (13, 1_000, 1), (16, 1, 1), (19, 1, 1_000))


class Times(NamedTuple):
    values: Integers
    naive: bool  # some had a clock and no zone: taken as UTC


class NoTime(Exception):
    """`row` is the first that cannot be read, -1 where it is the column as a whole."""

    def __init__(self, row: int, sentence: str) -> None:
        super().__init__(sentence)
        self.row = row
        self.sentence = sentence


class _Rows(NamedTuple):
    """Texts of one shape."""

    rows: Integers
    text: Bytes  # a row for each
    shape: str


class _Parts(NamedTuple):
    year: Integers
    first: Integers
    second: Integers
    turned: NDArray[np.bool_]
    rest: Integers  # µs since midnight UTC


def read_times(column: Any) -> Times:
    """Of a string array of pyarrow's, without nulls."""
    groups = list(_groups(column))
    if groups and all(NUMBER.fullmatch(group.shape) for group in groups):
        instants = _instants(groups, column)
        if instants is not None:
            return Times(instants, naive=False)
    parts = _no_parts(len(column))
    naive = False
    for group in groups:
        layout = layout_of(group.shape)
        if layout is None:
            raise NoTime(int(group.rows[0]), f"{_quoted(group.text[0])} is no time that is known: {KNOWN}")
        _fill(parts, group, layout)
        naive = naive or (layout.has_clock and layout.zone is None)
    return Times(_days(parts, column) * DAY + parts.rest, naive)


def _no_parts(count: int) -> _Parts:
    year, first, second, rest = np.zeros((4, count), np.int64)
    return _Parts(year, first, second, np.zeros(count, np.bool_), rest)


def _groups(column: Any) -> Iterator[_Rows]:
    offsets = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]
    data = np.frombuffer(column.buffers()[2] or b"", np.uint8)
    lengths = np.diff(offsets)
    shapes = 0
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        text = data[offsets[rows][:, None] + np.arange(length)]
        digits = (text >= ord("0")) & (text <= ord("9"))
        plain = np.where(digits, np.uint8(ord("0")), text)
        while len(rows):
            shapes += 1
            if shapes > SHAPES or not 0 < length < 64:
                raise NoTime(int(rows[0]), f"{_quoted(text[0])} is no time that is known: {KNOWN}")
            same = (plain == plain[0]).all(axis=1)
            yield _Rows(rows[same], text[same], plain[0].tobytes().decode("latin-1"))
            rows, text, plain = rows[~same], text[~same], plain[~same]


def _quoted(text: Bytes) -> str:
    return f"`{printable(text.tobytes().decode('utf-8', 'replace'))}`"


def _instants(groups: list[_Rows], column: Any) -> Integers | None:
    """None where the digits are those of a calendar: 20240131."""
    whole = [group.shape.partition(".")[0] for group in groups]
    digits = max(map(len, whole))
    if digits in (8, 12, 14) and all(shape == "0" * digits for shape in whole) and _calendar(groups):
        return None
    if digits < 9 or digits > 19:
        text = groups[0].text[0]
        raise NoTime(int(groups[0].rows[0]), f"{_quoted(text)} is no time that is known: {KNOWN}")
    values = np.zeros(len(column), np.int64)
    factor, divisor = next((f, d) for most, f, d in UNITS if digits <= most)
    for group in groups:
        point = len(group.shape.partition(".")[0])
        value = _number(group.text, (0, point)) * factor
        values[group.rows] = value // divisor + _fraction(group.text, (point + 1, len(group.shape)), factor)
    wrong = (values < 0) | (values > LATEST)  # an overflow turns negative
    if wrong.any():
        raise NoTime(row := int(np.argmax(wrong)), f"`{column[row].as_py()}` is no time before 2200")
    return values


def _calendar(groups: list[_Rows]) -> bool:
    return all(
        bool(
            ((years := _number(group.text, (0, 4))) >= FIRST_YEAR).all()
            and (years <= LAST_YEAR).all()
            and (_number(group.text, (4, 6)) - 1 < 12).all()
        )
        for group in groups
    )


def _number(text: Bytes, span: Span) -> Integers:
    value = np.zeros(len(text), np.int64)
    for position in range(*span):
        value = value * 10 + (text[:, position].astype(np.int64) - ord("0"))
    return value


def _fraction(text: Bytes, span: Span, unit: int) -> Integers:
    """The digits behind the point, of so many µs."""
    digits = min(max(span[1] - span[0], 0), 9)
    value = _number(text, (span[0], span[0] + digits)) * unit
    fraction: Integers = value // 10**digits
    return fraction


def _fill(parts: _Parts, group: _Rows, layout: Layout) -> None:
    text, rows = group.text, group.rows
    parts.year[rows] = _number(text, layout.year)
    parts.first[rows] = _number(text, layout.first)
    parts.second[rows] = _number(text, layout.second)
    parts.turned[rows] = layout.turned
    hour, minute, second = (_number(text, span) for span in layout.clock)
    if layout.afternoon is not None:
        _within(group, hour, 1, 12)
        hour = hour % 12 + (12 if layout.afternoon else 0)
    for value, most in ((hour, 23), (minute, 59), (second, 59)):
        _within(group, value, 0, most)
    rest = ((hour * 60 + minute) * 60 + second) * SECOND
    if layout.fraction != NOWHERE:
        rest += _fraction(text, layout.fraction, SECOND)
    if layout.zone:
        sign, hours, minutes = layout.zone
        rest -= sign * (_number(text, hours) * 60 + _number(text, minutes)) * 60 * SECOND
    parts.rest[rows] = rest


def _within(group: _Rows, value: Integers, least: int, most: int) -> None:
    wrong = (value < least) | (value > most)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise NoTime(int(group.rows[row]), f"{_quoted(group.text[row])} is no time of any day")


def _days(parts: _Parts, column: Any) -> Integers:
    """Since 1970."""
    month, day = parts.first, parts.second
    if parts.turned.any() and _day_first(parts):
        month = np.where(parts.turned, parts.second, parts.first)
        day = np.where(parts.turned, parts.first, parts.second)
    years = (parts.year - 1970).astype("datetime64[Y]")
    months = years.astype("datetime64[M]") + (month - 1)
    days = months.astype("datetime64[D]") + (day - 1)
    wrong = (month < 1) | (month > 12) | (days.astype("datetime64[M]") != months)
    wrong |= (parts.year < FIRST_YEAR) | (parts.year > LAST_YEAR)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise NoTime(row, f"`{column[row].as_py()[:40]}` is no day from {FIRST_YEAR} to {LAST_YEAR}")
    return days.astype(np.int64)


def _day_first(parts: _Parts) -> bool:
    """31/01/2024 rather than 01/31/2024: the column must say which."""
    first, second = parts.first[parts.turned], parts.second[parts.turned]
    day_first, month_first = bool((first > 12).any()), bool((second > 12).any())
    if day_first == month_first:
        _undecided(contradict=day_first)
    return day_first


def _undecided(*, contradict: bool) -> NoReturn:
    if contradict:
        raise NoTime(-1, "some days stand before their month and others behind it: write 2024-01-31")
    raise NoTime(-1, "01/02/2024 may be in January or in February, and no row tells: write 2024-02-01")
