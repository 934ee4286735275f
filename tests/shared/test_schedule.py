"""Schedules by their expressions: when AWS says they are due, and by a second opinion minute by minute."""

from calendar import monthcalendar
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.schedule import MOST, due_times, next_due

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
MINUTE = timedelta(minutes=1)
MOMENTS = st.timedeltas(timedelta(days=-700), timedelta(days=1100)).map(lambda gone: NOON + gone)
EXPRESSIONS = st.sampled_from(
    [
        "rate(1 minute)",
        "rate(7 minutes)",
        "rate(1 hour)",
        "rate(5 days)",
        "cron(* * * * ? *)",
        "cron(0/15 8-17 ? * MON-FRI *)",
        "cron(5,35 */6 1,15 * ? *)",
        "cron(0 0 L * ? *)",
        "cron(30 6 15W * ? *)",
        "cron(0 9 ? * 6L *)",
        "cron(0 9 ? * TUE#2 *)",
        "cron(0 0 29 FEB ? *)",
        "cron(59 23 31 1/3 ? 2024-2199/2)",
    ]
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("rate(1 minute)", "2026-03-04T12:01"),
        ("rate(7 minutes)", "2026-03-04T12:06"),
        ("rate(1 day)", "2026-03-05"),
        ("cron(0 12 * * ? *)", "2026-03-05T12:00"),
        ("cron(1/10 * * * ? *)", "2026-03-04T12:01"),
        ("cron(0 21 ? * MON-FRI *)", "2026-03-04T21:00"),
        ("cron(0 8 ? * 1 *)", "2026-03-08T08:00"),
        ("cron(0 8 ? * L *)", "2026-03-07T08:00"),
        ("cron(0 8 L * ? *)", "2026-03-31T08:00"),
        ("cron(0 8 L FEB ? *)", "2027-02-28T08:00"),
        ("cron(0 8 29 FEB ? *)", "2028-02-29T08:00"),
        ("cron(0 8 ? * 6L *)", "2026-03-27T08:00"),
        ("cron(0 8 ? * 3#2 *)", "2026-03-10T08:00"),
        ("cron(0 8 ? APR 3#2 *)", "2026-04-14T08:00"),
        ("cron(0 8 ? * THU#5 *)", "2026-04-30T08:00"),
        ("cron(0 8 15W MAR ? *)", "2026-03-16T08:00"),  # a Sunday: the Monday after
        ("cron(0 8 14W MAR ? *)", "2026-03-13T08:00"),  # a Saturday: the Friday before
        ("cron(0 8 1W AUG ? *)", "2026-08-03T08:00"),  # a Saturday that no earlier day may stand for
        ("cron(0 8 31W MAY ? *)", "2026-05-29T08:00"),  # a Sunday that no later day may stand for
        ("cron(0 8 31W * ? *)", "2026-03-31T08:00"),
        ("cron(0 8 31W APR-MAY ? *)", "2026-05-29T08:00"),  # April has no such day
        ("cron(0 0 1 JAN ? 2030,2040)", "2030-01-01"),
    ],
)
def test_a_schedule_is_next_due_when_aws_says(expression, due):
    assert next_due(expression, NOON) == at(due)


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("rate(0 minutes)", "write rate"),
        ("rate(1 minutes)", "one minute"),
        ("rate(5 minute)", "several minutes"),
        ("rate(5 seconds)", "write rate"),
        ("every hour", "write rate"),
        ("cron(0 12 * * ?)", "write rate"),
        ("cron(0 12 * * * *)", "must be '[?]'"),
        ("cron(0 12 ? * ? *)", "must be '[?]'"),
        ("cron(60 12 * * ? *)", "no minute from 0 to 59"),
        ("cron(0 24 * * ? *)", "no hour"),
        ("cron(0 12 0 * ? *)", "no day"),
        ("cron(0 12 0W * ? *)", "no day"),
        ("cron(0 12 * FOO ? *)", "no month"),
        ("cron(0 12 ? * 8 *)", "no weekday"),
        ("cron(0 12 ? * 2#6 *)", "no week from"),
        ("cron(0 12 ? * 3#1,6#3 *)", "stands alone"),
        ("cron(0 12 * * ? 1969)", "no year"),
        ("cron(5-1 12 * * ? *)", "no span"),
        ("cron(*/0 12 * * ? *)", "no span"),
        ("cron(*/x 12 * * ? *)", "no span"),
        ("cron(, 12 * * ? *)", "no minute"),
        ("cron(-5 12 * * ? *)", "no minute"),
        ("cron(0 12 30 FEB ? *)", "no such day"),
    ],
)
def test_a_schedule_that_aws_would_refuse_is_refused_with_a_sentence(expression, sentence):
    with pytest.raises(ValueError, match=sentence) as refused:
        next_due(expression, NOON)
    assert str(refused.value).startswith(expression)


def test_a_missed_hour_is_due_until_the_mark_and_not_from_it():
    first, last = NOON - timedelta(hours=2), NOON
    assert due_times("rate(1 hour)", after=first, until=last) == [NOON - timedelta(hours=1), NOON]


def test_without_a_beginning_only_the_newest_is_due():
    assert due_times("cron(0 6 * * ? *)", after=None, until=NOON) == [at("2026-03-04T06:00")]
    assert due_times("rate(1 day)", after=None, until=NOON) == [at("2026-03-04")]
    assert due_times("cron(0 0 1 1 ? 2030)", after=None, until=NOON) == []


def test_a_schedule_that_has_ended_says_so():
    with pytest.raises(ValueError, match="not due again after 2026-03-04"):
        next_due("cron(0 0 1 1 ? 2020)", NOON)


def test_a_long_gap_is_caught_up_in_several_ticks():
    first = due_times("rate(1 minute)", after=at("2000-01-01"), until=NOON)
    assert (len(first), first[-1]) == (MOST, at("2000-01-01") + MOST * MINUTE)
    assert due_times("rate(1 minute)", after=first[-1], until=NOON)[0] == first[-1] + MINUTE


@given(EXPRESSIONS, MOMENTS)
def test_the_next_due_time_is_later_and_the_newest_before_it_is_not(expression, moment):
    due = next_due(expression, moment)
    assert due > moment
    assert due_times(expression, after=None, until=due) == [due]
    assert all(past <= moment for past in due_times(expression, after=None, until=due - MINUTE / 60))


@given(EXPRESSIONS, MOMENTS, st.integers(0, 20))
def test_due_times_are_what_asking_again_and_again_gives(expression, moment, count):
    asked, until = [], moment
    for _ in range(count):
        until = next_due(expression, until)
        asked.append(until)
    assert due_times(expression, after=moment, until=until) == asked


@settings(max_examples=40)
@given(EXPRESSIONS.filter(lambda expression: expression.startswith("cron")), MOMENTS)
def test_due_times_are_the_minutes_that_match(expression, moment):
    start = moment.replace(second=0, microsecond=0)
    minutes = [start + n * MINUTE for n in range(3 * 1440)]
    wanted = [minute for minute in minutes if moment < minute and matches(expression, minute)]
    assert due_times(expression, after=moment, until=minutes[-1]) == wanted


def matches(expression: str, minute: datetime) -> bool:
    """Each expression above once more, in plain words."""
    weeks = monthcalendar(minute.year, minute.month)  # Monday first, 0 outside the month
    days = [day for week in weeks for day in week if day]
    tuesdays, fridays = ([week[n] for week in weeks if week[n]] for n in (1, 4))
    workdays = [day for week in weeks for day in week[:5] if day]
    clock, day, month = (minute.hour, minute.minute), minute.day, minute.month
    return {
        "cron(* * * * ? *)": True,
        "cron(0/15 8-17 ? * MON-FRI *)": minute.minute % 15 == 0
        and 8 <= minute.hour < 18
        and day in workdays,
        "cron(5,35 */6 1,15 * ? *)": minute.minute in (5, 35) and minute.hour % 6 == 0 and day in (1, 15),
        "cron(0 0 L * ? *)": clock == (0, 0) and day == max(days),
        "cron(30 6 15W * ? *)": clock == (6, 30) and day == min(workdays, key=lambda day: abs(day - 15)),
        "cron(0 9 ? * 6L *)": clock == (9, 0) and day == fridays[-1],
        "cron(0 9 ? * TUE#2 *)": clock == (9, 0) and day == tuesdays[1],
        "cron(0 0 29 FEB ? *)": clock == (0, 0) and (month, day) == (2, 29),
        "cron(59 23 31 1/3 ? 2024-2199/2)": clock == (23, 59)
        and day == 31
        and month in (1, 4, 7, 10)
        and minute.year % 2 == 0,
    }[expression]
