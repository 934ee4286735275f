"""When a schedule is due: AWS's `rate(…)` and six-field `cron(…)`, in UTC. Values in, values out."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice, takewhile
from typing import NamedTuple

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # a rate counts from here, so that a restart moves nothing
MOST = 10_000  # due times at once: a longer gap is caught up in several ticks

OnDay = Callable[[date], bool]


def due_times(expression: str, *, after: datetime | None, until: datetime) -> list[datetime]:
    """Those in (after, until], oldest first; without a beginning, the newest one alone."""
    schedule = parse(expression)
    if after is None:
        return list(islice(schedule.backwards(until), 1))
    return list(islice(takewhile(lambda at: at <= until, schedule.forwards(after)), MOST))


def next_due(expression: str, after: datetime) -> datetime:
    for at in parse(expression).forwards(after):
        return at
    raise ValueError(f"{expression} is not due again after {after:%Y-%m-%d}")


@dataclass(frozen=True)
class Rate:
    period: timedelta

    def forwards(self, after: datetime) -> Iterator[datetime]:
        at = EPOCH + (after - EPOCH) // self.period * self.period
        while True:
            yield (at := at + self.period)

    def backwards(self, until: datetime) -> Iterator[datetime]:
        yield EPOCH + (until - EPOCH) // self.period * self.period


@dataclass(frozen=True)
class Cron:
    on_day: OnDay
    times: tuple[time, ...]  # of such a day

    def forwards(self, after: datetime) -> Iterator[datetime]:
        return (at for day in _days(after, step=1) for at in self._due(day) if at > after)

    def backwards(self, until: datetime) -> Iterator[datetime]:
        return (at for day in _days(until, step=-1) for at in reversed(self._due(day)) if at <= until)

    def _due(self, day: date) -> list[datetime]:
        return [datetime.combine(day, at, UTC) for at in self.times] if self.on_day(day) else []


class Field(NamedTuple):
    name: str
    low: int
    high: int
    words: str = ""  # names of the values, from `low` on


MINUTE, HOUR, YEAR = Field("minute", 0, 59), Field("hour", 0, 23), Field("year", 1970, 2199)
MONTH = Field("month", 1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")
DAY, WEEK = Field("day", 1, 31), Field("week", 1, 5)
WEEKDAY = Field("weekday", 1, 7, "SUN MON TUE WED THU FRI SAT")


@cache
def parse(expression: str) -> Rate | Cron:
    """What AWS would refuse raises ValueError, with a sentence."""
    if match := re.fullmatch(r"rate\(([1-9]\d*) (minute|hour|day)(s?)\)", expression):
        number, unit, plural = int(match[1]), match[2], match[3]
        if (number > 1) != bool(plural):
            raise ValueError(f"{expression}: it is one {unit} and several {unit}s")
        return Rate(timedelta(**{f"{unit}s": number}))
    if match := re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)", expression):
        try:
            return _cron(*match.groups())
        except ValueError as error:
            raise ValueError(f"{expression}: {error}") from None
    raise ValueError(f"{expression}: write rate(5 minutes) or cron(minute hour day month weekday year)")


def _cron(minute: str, hour: str, day: str, month: str, weekday: str, year: str) -> Cron:
    if (day == "?") == (weekday == "?"):
        raise ValueError("exactly one of day and weekday must be '?'")
    months, years = _numbers(MONTH, month), _numbers(YEAR, year)
    rule = _any(_day_rule, day) if weekday == "?" else _any(_weekday_rule, weekday)
    minutes, hours = sorted(_numbers(MINUTE, minute)), sorted(_numbers(HOUR, hour))

    def on_day(at: date) -> bool:
        return at.year in years and at.month in months and rule(at)

    if not any(map(on_day, _days(EPOCH, step=1))):
        raise ValueError("there is no such day")
    return Cron(on_day, tuple(time(at, past) for at in hours for past in minutes))


def _any(rule: Callable[[str], OnDay], text: str) -> OnDay:
    rules = [rule(part) for part in text.split(",")]
    if "#" in text and len(rules) > 1:
        raise ValueError("a weekday with '#' stands alone")
    return lambda at: any(rule(at) for rule in rules)


def _day_rule(part: str) -> OnDay:
    if part == "L":
        return lambda at: at.day == _length(at)
    if part.endswith("W"):
        wanted = _number(DAY, part[:-1])
        return lambda at: wanted <= _length(at) and at == _workday(at.replace(day=wanted))
    numbers = _numbers(DAY, part)
    return lambda at: at.day in numbers


def _weekday_rule(part: str) -> OnDay:
    if "#" in part:  # 3#2: the month's second Tuesday
        wanted, week = part.split("#", 1)
        weekday, nth = _number(WEEKDAY, wanted), _number(WEEK, week)
        return lambda at: _weekday(at) == weekday and (at.day + 6) // 7 == nth
    if part.endswith("L") and part != "L":  # 6L: the month's last Friday
        last = _number(WEEKDAY, part[:-1])
        return lambda at: _weekday(at) == last and at.day > _length(at) - 7
    numbers = _numbers(WEEKDAY, "SAT" if part == "L" else part)
    return lambda at: _weekday(at) in numbers


def _numbers(field: Field, text: str) -> frozenset[int]:
    return frozenset(number for part in text.split(",") for number in _span(field, part))


def _span(field: Field, part: str) -> range:
    """`*`, `a` or `a-b`, each of them also in steps: `a/n` goes on to the end of the field."""
    span, slash, step = part.partition("/")
    low, dash, high = span.partition("-")
    first = field.low if span == "*" else _number(field, low)
    last = _number(field, high) if dash else field.high if slash or span == "*" else first
    if last < first or (slash and not (step.isdecimal() and int(step) > 0)):
        raise ValueError(f"{part!r} is no span of a {field.name}")
    return range(first, last + 1, int(step or 1))


def _number(field: Field, text: str) -> int:
    words = field.words.split()
    number = words.index(text) + field.low if text in words else int(text) if text.isdecimal() else -1
    if not field.low <= number <= field.high:
        raise ValueError(f"{text!r} is no {field.name} from {field.low} to {field.high}")
    return number


def _workday(at: date) -> date:
    """The one closest to a day, in the same month."""
    moves = {1: -2 if at.day == _length(at) else 1, 7: 2 if at.day == 1 else -1}
    return at + timedelta(days=moves.get(_weekday(at), 0))


def _weekday(at: date) -> int:
    return at.isoweekday() % 7 + 1


def _length(at: date) -> int:
    return monthrange(at.year, at.month)[1]


def _days(start: datetime, *, step: int) -> Iterator[date]:
    """Day by day, to the end of the years that AWS knows."""
    day = start.astimezone(UTC).date()
    while YEAR.low <= day.year <= YEAR.high:
        yield day
        day += timedelta(days=step)
