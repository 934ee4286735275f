"""Exchange rates: asked for, fetched with no transaction open, stored where they are credible."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Db

from functions.financial import reference_rates
from functions.financial.jobs import UpdateRates
from functions.financial.reference_rates import Sheet
from functions.financial.tables import ExchangeRate
from shared import log
from shared.alarm import alarm
from shared.db import work
from shared.outbox import enqueue
from shared.settings import settings

FRESH = timedelta(days=7)  # as the database's own euro_in has it
SILENCE = timedelta(days=3)


def ask(db: Db, *, now: datetime) -> None:
    heard = db.scalar(select(func.max(ExchangeRate.updated_at)))
    if heard is not None and heard <= now - SILENCE:
        alarm(
            db,
            source="financial.cron_update_rates",
            event_type="rates_not_updated",
            details={"last_heard_at": heard.isoformat()},
        )
    enqueue(db, UpdateRates(due_at=now))


def load(job: UpdateRates, db: Db) -> datetime:
    return job.due_at


def fetch(due_at: datetime) -> Sheet | None:
    """None where nobody answers: the last rates stay for a week, and after three days a person is told."""
    url = settings().rates_url
    if url is None:
        return reference_rates.shipped(due_at.date())
    try:
        return reference_rates.fetched(url)
    except OSError as error:
        log.fact("exchange rates could not be fetched", error=repr(error))
        return None


def store(sheet: Sheet | None, db: Db) -> None:
    if sheet is None:
        return
    leaps = reference_rates.leaps(sheet, _last(db, source=sheet.source))
    if leaps:
        details = {"currencies": sorted(leaps), "day": sheet.day.isoformat()}
        alarm(db, source="financial.job_update_rates", event_type="rates_leapt", details=details)
    credible = {code: price for code, price in sheet.euros.items() if code not in leaps}
    if credible:
        _write(db, sheet, credible)


def _last(db: Db, *, source: str) -> dict[str, Decimal]:
    """The newest of each currency, by the same source, while it is fresh: after a week any price is news."""
    rate = ExchangeRate
    fresh = (
        select(rate.to_currency, rate.rate)
        .where(rate.from_currency == "EUR", rate.source == source, rate.as_of > work(db).now - FRESH)
        .order_by(rate.as_of)
    )
    return {row.to_currency: row.rate for row in db.execute(fresh)}


def _write(db: Db, sheet: Sheet, euros: dict[str, Decimal]) -> None:
    """As of the day's beginning, which is never ahead of anybody's clock."""
    as_of = datetime.combine(sheet.day, time(), UTC)
    rows = [
        {"from_currency": "EUR", "to_currency": code, "rate": price, "source": sheet.source}
        | {"as_of": as_of, "updated_at": work(db).now}
        for code, price in sorted(euros.items())
    ]
    new = insert(ExchangeRate)
    told = {name: new.excluded[name] for name in ("rate", "source", "updated_at")}
    key = ["from_currency", "to_currency", "as_of"]
    db.execute(new.on_conflict_do_update(index_elements=key, set_=told), rows)
