"""Where a time axis is labelled: at the starts of years, months, days or hours, whichever are few enough."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from functions.strategy.report.charts import Span
from functions.strategy.report.numbers import moment
from functions.strategy.report.words import MONTHS
from shared.words import Language

MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
SECOND_STEPS = (1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800)
DAY = 86_400


class TimeTick(NamedTuple):
    part: float  # across, from 0 to 1
    label: str


def time_ticks(span: Span, most: int, language: Language) -> list[TimeTick]:
    seconds = (span.end - span.start) / 1e6
    step = next((step for step in SECOND_STEPS if seconds / step <= most), None)
    if step is not None:
        return [_tick(at, span, _clock(at, step, language)) for at in _even(span, step)]
    months = next((step for step in MONTH_STEPS if seconds / (step * 30.44 * DAY) <= most), 1200)
    return [_tick(at, span, _month(at, months, language)) for at in _firsts(span, months)]


def _even(span: Span, step: int) -> list[datetime]:
    first = -(-span.start // (step * 1_000_000))
    last = span.end // (step * 1_000_000)
    return [moment(index * step * 1_000_000) for index in range(first, last + 1)]


def _firsts(span: Span, months: int) -> list[datetime]:
    start, end = moment(span.start), moment(span.end)
    first = start.year * 12 + start.month - 1
    found = (
        datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)
        for index in range(first - first % months, end.year * 12 + end.month, months)
        if index >= 12
    )
    return [at for at in found if start <= at <= end]


def _tick(at: datetime, span: Span, label: str) -> TimeTick:
    micros = (at - moment(0)) // timedelta(microseconds=1)
    return TimeTick((micros - span.start) / max(span.end - span.start, 1), label)


def _clock(at: datetime, step: int, language: Language) -> str:
    if step >= DAY or at.hour == at.minute == at.second == 0:
        return f"{at.day} {MONTHS[language][at.month - 1]}"
    return at.strftime("%H:%M:%S" if step < 60 else "%H:%M")


def _month(at: datetime, months: int, language: Language) -> str:
    if months >= 12:
        return str(at.year)
    name = MONTHS[language][at.month - 1]
    return f"{name} {at.year}" if at.month <= months else name
