"""platform.take: a token bucket that is exact, whoever knocks at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Connection, text

from tests.migrations.conftest import Login

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
Taken = tuple[bool, int, int]  # allowed, remaining, seconds until one more is allowed


def take(db: Connection, at: datetime, *, capacity: int = 5, seconds: int = 60) -> Taken:
    call = text(
        "select allowed, remaining, wait from platform.take('api:somebody', :capacity, :seconds, :at)"
    )
    allowed, remaining, wait = db.execute(call, {"capacity": capacity, "seconds": seconds, "at": at}).one()
    db.commit()
    return allowed, remaining, wait


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_bucket_gives_what_it_holds_and_then_what_leaks(login: Login) -> None:
    db = login("fn_http")
    assert [take(db, NOON) for _ in range(6)] == [
        (True, 4, 0),
        (True, 3, 0),
        (True, 2, 0),
        (True, 1, 0),
        (True, 0, 12),
        (False, 0, 12),
    ]
    assert take(db, after(11.9)) == (False, 0, 1)
    assert take(db, after(12)) == (True, 0, 12)
    assert take(db, after(12 + 3600)) == (True, 4, 0)


def test_a_refused_take_costs_nothing(login: Login) -> None:
    db = login("fn_http")
    for _ in range(5):
        take(db, NOON)
    for second in range(12):
        assert take(db, after(second)) == (False, 0, 12 - second)
    assert take(db, after(12)) == (True, 0, 12)


def test_a_clock_that_is_behind_neither_fills_nor_empties_a_bucket(login: Login) -> None:
    db = login("fn_http")
    for _ in range(5):
        take(db, NOON)
    assert take(db, NOON - timedelta(hours=1)) == (False, 0, 12)
    assert take(db, after(12)) == (True, 0, 12)
    assert take(db, after(6)) == (False, 0, 12)
    assert take(db, after(23.9)) == (False, 0, 1)
    assert take(db, after(24)) == (True, 0, 12)


def test_a_take_by_a_clock_that_is_behind_counts_as_one(login: Login) -> None:
    db = login("fn_http")
    at = (NOON, NOON - timedelta(hours=1), NOON)
    assert [take(db, moment) for moment in at] == [(True, 4, 0), (True, 3, 0), (True, 2, 0)]


def test_buckets_do_not_know_each_other(login: Login) -> None:
    db = login("fn_system")
    one = [db.scalar(text("select allowed from platform.take('one', 1, 60, now())")) for _ in range(2)]
    other = [db.scalar(text("select allowed from platform.take('other', 1, 60, now())")) for _ in range(2)]
    assert (one, other) == ([True, False], [True, False])


def test_of_50_concurrent_takes_from_a_bucket_of_5_exactly_5_are_allowed(login: Login) -> None:
    callers, start = [login("fn_auth") for _ in range(50)], Barrier(50)

    def knock(db: Connection) -> Taken:
        start.wait()
        return take(db, NOON)

    with ThreadPoolExecutor(50) as threads:
        taken = list(threads.map(knock, callers))
    allowed = sorted(answer for answer in taken if answer[0])
    assert allowed == [(True, 0, 12), (True, 1, 0), (True, 2, 0), (True, 3, 0), (True, 4, 0)]
    assert [answer for answer in taken if not answer[0]] == [(False, 0, 12)] * 45


@pytest.mark.parametrize("role", ["fn_http", "fn_auth", "fn_system"])
def test_a_login_may_take_before_it_has_a_role_and_read_no_bucket(login: Login, role: str) -> None:
    db = login(role)
    assert take(db, NOON) == (True, 4, 0)
    with pytest.raises(Exception, match="42501"):
        db.execute(text("select * from platform.rate_limits"))
