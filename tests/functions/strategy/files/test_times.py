"""Times, however they are written: the same instant, or a refusal that says why."""

from datetime import UTC, datetime, timedelta, timezone

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as some

from functions.strategy.files.times import NoTime, read_times

FIRST, LAST = (datetime(*day) for day in ((1900, 1, 2), (2199, 12, 30)))  # noqa: DTZ001


def micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def read(*texts: str) -> list[int]:
    found: list[int] = read_times(pyarrow.array(texts, pyarrow.string())).values.tolist()
    return found


HALF_PAST_THREE = micros(datetime(2024, 1, 31, 15, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31T15:30:00Z",
        "2024-01-31 15:30:00",
        "2024-01-31 15:30",
        "2024-01-31T15:30:00.000000+00:00",
        "2024-01-31T15:30:00,000Z",
        "2024-01-31 17:30:00+02:00",
        "2024-01-31 10:30:00-0500",
        "2024-01-31 10:30:00 -05",
        "2024-01-31 21:15:00 +05:45",
        "2024-01-31 15:30:00 UTC",
        "2024-01-31 3:30 PM",
        "2024-01-31 3:30:00pm",
        "2024/01/31 15:30:00",
        "2024.01.31 15:30",
        "2024.1.31,15:30",
        "31.01.2024 15:30",
        "1/31/2024 15:30",
        "31-01-2024 15:30:00",
        "20240131 153000",
        "20240131T153000Z",
        "20240131 15:30:00",
        "20240131153000",
        "202401311530",
        "1706715000",
        "1706715000.0",
        "1706715000000",
        "1706715000000000",
        "1706715000000000000",
    ],
)
def test_every_way_of_writing_an_instant_is_read(text: str) -> None:
    if "," in text and text.startswith("2024.1"):
        text = text.replace(",", ", ")
    assert read(text) == [HALF_PAST_THREE]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
        ("20240229", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2024/2/9", datetime(2024, 2, 9, tzinfo=UTC)),
        ("1969-12-31T23:59:59Z", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2024-01-01 12:00 AM", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-01-01 12:00 PM", datetime(2024, 1, 1, 12, tzinfo=UTC)),
        ("2024-01-01T00:00:00.123456789Z", datetime(2024, 1, 1, microsecond=123456, tzinfo=UTC)),
        ("2024-01-01T00:00:00.5Z", datetime(2024, 1, 1, microsecond=500000, tzinfo=UTC)),
        ("999999999", datetime(2001, 9, 9, 1, 46, 39, tzinfo=UTC)),
        ("94694400000", datetime(1973, 1, 1, tzinfo=UTC)),  # ms: as seconds, in the year 4970
        ("1706715000.25", datetime(2024, 1, 31, 15, 30, microsecond=250000, tzinfo=UTC)),
        ("202001020304", datetime(2020, 1, 2, 3, 4, tzinfo=UTC)),  # not ms of 1976
        ("999999999999", datetime(2001, 9, 9, 1, 46, 39, 999000, tzinfo=UTC)),  # no month 99: ms
    ],
)
def test_an_instant_is_exact(text: str, at: datetime) -> None:
    assert read(text) == [micros(at)]


@given(
    some.lists(
        some.datetimes(min_value=FIRST, max_value=LAST, timezones=some.just(UTC)),
        min_size=1,
        max_size=20,
    ),
    some.integers(-14 * 60, 14 * 60),
)
def test_what_python_writes_as_iso_is_read_back(instants: list[datetime], minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    texts = [at.astimezone(zone).isoformat() for at in instants]  # with and without a fraction, mixed
    assert read(*texts) == [micros(at) for at in instants]


def test_the_column_tells_whether_the_day_or_the_month_stands_first() -> None:
    assert read("01/02/2024", "13/02/2024") == [
        micros(datetime(2024, 2, 1, tzinfo=UTC)),
        micros(datetime(2024, 2, 13, tzinfo=UTC)),
    ]
    assert read("01/02/2024", "01/13/2024") == [
        micros(datetime(2024, 1, 2, tzinfo=UTC)),
        micros(datetime(2024, 1, 13, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    ("texts", "row", "sentence"),
    [
        (("01/02/2024", "03/04/2024"), -1, "may be in January or in February"),
        (("13/02/2024", "02/13/2024"), -1, "some days stand before their month"),
        (("2024-02-28", "2024-02-30"), 1, "`2024-02-30` is no day"),
        (("2024-13-01",), 0, "is no day"),
        (("2024-01-01T24:00:00Z",), 0, "is no time of any day"),
        (("2024-01-01T00:60:00Z",), 0, "is no time of any day"),
        (("2024-01-01 13:00 PM",), 0, "is no time of any day"),
        (("2024-01-01", "yesterday"), 1, "`yesterday` is no time that is known: ISO 8601"),
        (("2024-01-01", ""), 1, "`` is no time that is known"),
        (("0", "1", "2"), 0, "`0` is no time that is known"),
        (("1.7e12",), 0, "is no time that is known"),
        (("-1706715000",), 0, "is no time that is known"),
        (("9999999999999999999",), 0, "is no time before 2200"),
        (("1899-12-31",), 0, "is no day from 1900 to 2199"),
        (("2024-01-01T00:00:00Z" * 5,), 0, "is no time that is known"),
        (("\x1b[31m",), 0, "`?[31m` is no time"),
    ],
)
def test_what_is_no_time_is_refused_in_its_row(texts: tuple[str, ...], row: int, sentence: str) -> None:
    with pytest.raises(NoTime) as refused:
        read(*texts)
    assert refused.value.row == row
    assert sentence in refused.value.sentence


def test_only_a_clock_without_a_zone_is_said_to_have_none() -> None:
    def naive(text: str) -> bool:
        return read_times(pyarrow.array([text], pyarrow.string())).naive

    found = [naive(text) for text in ("2024-01-01 10:00", "2024-01-01 10:00Z", "2024-01-01", "1706715000")]
    assert found == [True, False, False, False]


@given(some.lists(some.text(some.sampled_from("0123456789-/.:TZ +AMP,eé"), max_size=30), max_size=10))
def test_any_text_is_read_or_refused(texts: list[str]) -> None:
    try:
        found, row = len(read(*texts)), 0
    except NoTime as refused:
        found, row = len(texts), refused.row
    assert found == len(texts)
    assert -1 <= row <= len(texts)
