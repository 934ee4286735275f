"""How much may leave: the trace of what would have been too much, and whose day it is counted by."""

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session as Db

from functions.financial import queries
from functions.financial.errors import OverLimit
from functions.financial.events import LimitBreached
from shared import audit
from shared.db import work
from shared.device import Device
from shared.errors import Invalid
from shared.money import Money, written
from shared.outbox import publish

BREACHES = {"over_single_limit": "single", "over_daily_limit": "daily", "over_monthly_limit": "monthly"}
SENTENCES = {
    "single": "This is more than you may send at once: {most} US dollars.",
    "daily": "With this you would send more than {most} US dollars today.",
    "monthly": "With this you would send more than {most} US dollars this month.",
}


def breached(db: Db, *, user_id: UUID, word: str, wanted: Money, device: Device) -> OverLimit:
    """To be returned, so that the trace is kept: nothing has moved."""
    limit, limits = BREACHES[word], queries.limits(db)
    most = {"single": limits.single, "daily": limits.daily, "monthly": limits.monthly}[limit]
    broken = {"limit": limit, "most": written(most, "USD")}
    _leave(db, user_id, device, broken, wanted)
    return OverLimit(SENTENCES[limit].format(**broken), limit=limit, most=broken["most"], currency="USD")


def _leave(db: Db, user_id: UUID, device: Device, broken: dict[str, str], wanted: Money) -> None:
    """The trace: for who watches, for the auditors, and for other domains."""
    currency, code = wanted.currency.code, "financial.limit_breached"
    facts = broken | {"currency": currency, "amount": f"{wanted.amount:f}"}
    audit.security_event(db, code=code, user_id=user_id, address=device.address, review=False, facts=facts)
    audit.record(
        db,
        action=code,
        resource=("user", user_id),
        actor=user_id,
        tenant=user_id,
        new=facts,
        succeeded=False,
    )
    publish(
        db, LimitBreached(user_id=user_id, limit=broken["limit"], currency=currency, amount=wanted.amount)
    )


def set_time_zone(db: Db, *, user_id: UUID, time_zone: str) -> queries.Limits:
    """From the next month on: this one is counted as it began."""
    before = queries.limits(db)
    if not db.scalar(func.financial.set_time_zone(time_zone, work(db).now)):
        raise Invalid.of("time_zone", "There is no such time zone: write it as in Europe/Madrid.")
    audit.record(
        db,
        action="financial.time_zone_changed",
        resource=("user", user_id),
        actor=user_id,
        tenant=user_id,
        old={"time_zone": before.time_zone},
        new={"time_zone": time_zone},
    )
    return queries.limits(db)
