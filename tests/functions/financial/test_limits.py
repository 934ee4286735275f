"""What may leave in one go, a day and a month: counted in dollars, in the days and months of its owner."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from functions.financial.tables import Limits
from shared.ids import new_id
from tests.conftest import NOON
from tests.functions.financial import make

CENT = Decimal("0.01")
DAY = timedelta(days=1)


class Spender:
    """Somebody with a million dollars."""

    def __init__(self, db: Session) -> None:
        self.db, self.id, self.friend = db, make.person(db), make.person(db)
        self.wallet = make.wallet(db, self.id, balance=1_000_000)

    def asks(self, function: str, *given: Any, at: datetime) -> Any:
        return make.asks(self.db, self.id, function, *given, at)

    def sends(self, amount: Decimal | int, *, at: datetime = NOON, wallet: UUID | None = None) -> Any:
        given = new_id(), wallet or self.wallet, self.friend, Decimal(amount), None
        return self.asks("transfer", *given, at=at)

    def withdraws(self, amount: int, *, at: datetime = NOON) -> UUID:
        payout = new_id()
        assert self.asks("request_payout", payout, self.wallet, Decimal(amount), "sealed", at=at) == "done"
        return payout

    def lives_in(self, zone: str) -> None:
        self.db.execute(update(Limits).where(Limits.user_id == self.id).values(time_zone=zone))


@pytest.fixture
def ada(db: Session) -> Spender:
    make.rates(db)
    return Spender(db)


def utc(day: str, time: str) -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{time}").replace(tzinfo=UTC)


def priced(db: Session, *days: datetime) -> None:
    for day in days:
        make.rates(db, as_of=day - timedelta(hours=1))


def test_two_thousand_leave_in_one_go_and_no_cent_more(ada: Spender) -> None:
    assert [ada.sends(2000 + CENT), ada.sends(2000)] == ["over_single_limit", "done"]


def test_five_thousand_leave_in_a_day_as_transfers_and_payouts_together(ada: Spender) -> None:
    assert ada.sends(2000) == "done"
    ada.withdraws(2000)
    assert [ada.sends(1000 + CENT), ada.sends(1000), ada.sends(CENT)] == [
        "over_daily_limit",
        "done",
        "over_daily_limit",
    ]
    assert ada.asks("request_payout", new_id(), ada.wallet, CENT, "sealed", at=NOON) == "over_daily_limit"


def test_a_payout_that_was_called_off_does_not_count(ada: Spender) -> None:
    payouts = [ada.withdraws(2000), ada.withdraws(2000)]
    assert ada.sends(1001) == "over_daily_limit"
    assert ada.asks("cancel_payout", payouts[0], at=NOON) is True
    assert ada.sends(1001) == "done"


def test_what_stays_with_its_owner_or_comes_from_others_does_not_count(db: Session, ada: Spender) -> None:
    quote, paid = new_id(), make.payment(db, ada.id, 4000)
    assert ada.asks("quote", quote, ada.wallet, "JPY", Decimal(4000), at=NOON) == "done"
    assert ada.asks("exchange", quote, at=NOON) == "done"
    assert ada.asks("hold", new_id(), ada.wallet, Decimal(4000), None, None, at=NOON) == "done"
    assert ada.asks("begin_refund", new_id(), paid, Decimal(4000), at=NOON) == "done"
    bob = Spender(db)
    assert (
        make.asks(db, bob.id, "transfer", new_id(), bob.wallet, ada.id, Decimal(2000), None, NOON) == "done"
    )
    assert [ada.sends(2000), ada.sends(2000), ada.sends(1000)] == ["done"] * 3


def test_other_currencies_count_by_what_they_are_worth_in_dollars(db: Session, ada: Spender) -> None:
    yen = make.wallet(db, ada.id, "JPY", balance=10_000_000)
    most = (2000 * Decimal("161.37") / Decimal("1.0812")).quantize(Decimal(1))  # 298,501.66 yen
    assert ada.sends(most + 1, wallet=yen) == "over_single_limit"
    assert [ada.sends(most - 1, wallet=yen), ada.sends(most - 1, wallet=yen)] == ["done", "done"]
    assert [ada.sends(1001), ada.sends(1000)] == ["over_daily_limit", "done"]


def test_twenty_thousand_leave_in_a_month(db: Session, ada: Spender) -> None:
    days = [utc(f"03-{day:02}", "12:00") for day in (3, 9, 15, 31)]
    priced(db, *days, utc("04-01", "00:00"))
    assert [ada.sends(amount, at=day) for day in days for amount in (2000, 2000, 1000)] == ["done"] * 12
    assert ada.sends(CENT, at=utc("03-31", "23:59:59")) == "over_daily_limit"
    db.execute(update(Limits).values(daily_limit=100_000))
    assert ada.sends(CENT, at=utc("03-31", "23:59:59")) == "over_monthly_limit"
    assert ada.sends(2000, at=utc("04-01", "00:00")) == "done"


def test_without_a_fresh_price_nothing_leaves(db: Session, ada: Spender) -> None:
    yen = make.wallet(db, ada.id, "JPY", balance=1000)
    assert ada.sends(100, wallet=yen, at=NOON + 7 * DAY) == "no_rate"
    assert ada.sends(100, at=NOON + 7 * DAY) == "no_rate"


def test_what_was_spent_and_has_lost_its_price_is_more_than_any_limit(db: Session, ada: Spender) -> None:
    yen = make.wallet(db, ada.id, "JPY", balance=1000)
    assert ada.sends(100, wallet=yen, at=NOON) == "done"
    later = NOON + 10 * DAY
    make.rates(db, as_of=later, USD="1.08")
    assert ada.sends(1, at=later) == "over_monthly_limit"


# Days and months are those of the owner's time zone


@pytest.mark.parametrize(
    ("zone", "evening", "night", "morning"),
    [
        ("UTC", "03-03T23:59:59", "03-03T23:59:59.999999", "03-04T00:00:00"),
        ("Asia/Tokyo", "03-03T00:00:00", "03-03T14:59:59", "03-03T15:00:00"),
        ("America/New_York", "03-03T05:00:00", "03-04T04:59:59", "03-04T05:00:00"),
        # the day that the clock is set forward has 23 hours, and the one that it is set back 25
        ("Europe/Madrid", "03-28T23:00:00", "03-29T21:59:59", "03-29T22:00:00"),
        ("Europe/Madrid", "10-24T22:00:00", "10-25T22:59:59", "10-25T23:00:00"),
    ],
)
def test_a_day_ends_at_midnight_where_its_owner_lives(
    db: Session, ada: Spender, zone: str, evening: str, night: str, morning: str
) -> None:
    ada.lives_in(zone)
    begins, late, next_day = (utc(*each.split("T")) for each in (evening, night, morning))
    priced(db, begins)
    assert [ada.sends(2000, at=begins), ada.sends(2000, at=begins)] == ["done", "done"]
    assert ada.sends(1001, at=late) == "over_daily_limit"
    assert ada.sends(1001, at=next_day) == "done"


def test_another_time_zone_takes_effect_when_the_month_is_over_in_the_old_one(
    db: Session, ada: Spender
) -> None:
    ada.lives_in("America/New_York")
    assert ada.asks("set_time_zone", "Asia/Tokyo", at=utc("03-15", "12:00")) is True
    limits = db.get_one(Limits, ada.id, populate_existing=True)
    assert (limits.time_zone, limits.next_time_zone) == ("America/New_York", "Asia/Tokyo")
    assert limits.next_from == utc("04-01", "04:00")
    midnight_in_tokyo = utc("03-20", "15:00")
    priced(db, midnight_in_tokyo, utc("04-10", "15:00"))
    for at, answer in (
        (midnight_in_tokyo - timedelta(seconds=1), "done"),
        (midnight_in_tokyo, "over_daily_limit"),  # still New York's day
        (utc("04-10", "14:59"), "done"),
        (utc("04-10", "15:00"), "done"),  # Tokyo's next
    ):
        assert [ada.sends(2000, at=at), ada.sends(2000, at=at)][1] == answer


def test_no_day_is_had_twice_by_changing_the_time_zone(db: Session, ada: Spender) -> None:
    for amount in (2000, 2000, 1000):
        assert ada.sends(amount) == "done"
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12", "UTC"):
        assert ada.asks("set_time_zone", zone, at=NOON) is True
        assert ada.sends(CENT) == "over_daily_limit"


def test_a_second_change_after_the_first_took_effect_starts_from_it(db: Session, ada: Spender) -> None:
    ada.asks("set_time_zone", "Asia/Tokyo", at=NOON)
    ada.asks("set_time_zone", "Europe/Madrid", at=utc("04-02", "12:00"))
    limits = db.get_one(Limits, ada.id, populate_existing=True)
    assert (limits.time_zone, limits.next_time_zone) == ("Asia/Tokyo", "Europe/Madrid")
    assert limits.next_from == utc("04-30", "15:00")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "EST5EDT4,M3", "'; select 1"])
def test_a_time_zone_that_is_none_is_refused(ada: Spender, zone: str) -> None:
    assert ada.asks("set_time_zone", zone, at=NOON) is False
