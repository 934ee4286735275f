"""What people have, what moved, and what the market says."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import DateTime, case, cast, func, literal, select
from sqlalchemy.orm import Session as Db

from functions.financial import tables
from functions.financial.errors import NoRate, NoWallet
from functions.financial.tables import Hold, Movement, Quote, Wallet
from shared.db import work
from shared.errors import NotFound
from shared.pagination import Page, page


@dataclass(frozen=True)
class Line:
    """A movement in the currency of its wallet; `balance` is what was there after it."""

    id: UUID
    transfer_id: UUID
    type: str
    currency: str
    amount: Decimal
    balance: Decimal
    note: str | None
    reference_type: str | None
    reference_id: str | None
    created_at: datetime


@dataclass(frozen=True)
class Held:
    id: UUID
    wallet_id: UUID
    currency: str
    amount: Decimal
    reason: str
    note: str | None
    status: str
    expires_at: datetime | None
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Limits:
    """In dollars. What was used is None where a currency that was spent has lost its price."""

    single: Decimal
    daily: Decimal
    monthly: Decimal
    used_today: Decimal | None
    used_this_month: Decimal | None
    time_zone: str
    next_time_zone: str | None
    next_from: datetime | None


@dataclass(frozen=True)
class Market:
    from_currency: str
    to_currency: str
    mid: Decimal
    as_of: datetime
    source: str | None  # None: a currency costs one of itself


@dataclass(frozen=True)
class Offer:
    id: UUID
    wallet_id: UUID
    from_currency: str
    to_currency: str
    amount_from: Decimal
    amount_to: Decimal
    fee: Decimal
    rate: Decimal
    rate_as_of: datetime
    rate_source: str | None
    expires_at: datetime


def wallets(db: Db, *, limit: int, cursor: str | None) -> Page[Wallet]:
    return page(db, select(Wallet), by=Wallet.created_at, id=Wallet.id, limit=limit, cursor=cursor)


def wallet(db: Db, *, wallet_id: UUID) -> Wallet:
    found = db.get(Wallet, wallet_id)
    if found is None:
        raise NoWallet
    return found


def movements(db: Db, *, wallet_id: UUID, limit: int, cursor: str | None) -> Page[Line]:
    currency = wallet(db, wallet_id=wallet_id).currency
    own = select(Movement).where(Movement.wallet_id == wallet_id)
    found = page(db, own, by=Movement.created_at, id=Movement.id, limit=limit, cursor=cursor)
    return Page([line(row, currency) for row in found.items], found.next_cursor)


def line(row: Movement, currency: str) -> Line:
    return Line(
        id=row.id,
        transfer_id=row.transfer_id,
        type=row.type,
        currency=currency,
        amount=row.amount,
        balance=row.balance_after,
        note=row.description,
        reference_type=row.reference_type,
        reference_id=row.reference_id,
        created_at=row.created_at,
    )


def holds(db: Db, *, limit: int, cursor: str | None) -> Page[Held]:
    found = page(db, select(Hold), by=Hold.created_at, id=Hold.id, limit=limit, cursor=cursor)
    currencies = {row.id: row.currency for row in db.execute(select(Wallet.id, Wallet.currency))}
    return Page([_held(row, currencies[row.wallet_id]) for row in found.items], found.next_cursor)


def hold(db: Db, *, hold_id: UUID) -> Held:
    both = select(Hold, Wallet.currency).join(Wallet, Wallet.id == Hold.wallet_id).where(Hold.id == hold_id)
    found = db.execute(both).one_or_none()
    if found is None:
        raise NotFound
    return _held(*found)


def _held(row: Hold, currency: str) -> Held:
    return Held(
        id=row.id,
        wallet_id=row.wallet_id,
        currency=currency,
        amount=row.amount,
        reason=row.reason,
        note=row.note,
        status=row.status,
        expires_at=row.expires_at,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )


def limits(db: Db) -> Limits:
    used = func.financial.spending(work(db).now).table_valued("time_zone", "today", "this_month")
    row, own = tables.Limits, select(tables.Limits, used.c.time_zone, used.c.today, used.c.this_month)
    found = db.execute(own.join_from(row, used, literal(True))).one_or_none()
    if found is None:
        raise NoWallet("You have no wallet yet: limits begin with the first.")
    kept, time_zone, today, this_month = found
    is_coming = kept.next_from is not None and kept.next_from > work(db).now
    return Limits(
        single=kept.single_tx_limit,
        daily=kept.daily_limit,
        monthly=kept.monthly_limit,
        used_today=_known(today),
        used_this_month=_known(this_month),
        time_zone=time_zone,
        next_time_zone=kept.next_time_zone if is_coming else None,
        next_from=kept.next_from if is_coming else None,
    )


def _known(used: Decimal) -> Decimal | None:
    return used if used.is_finite() else None


def beginnings(db: Db, *days: date) -> list[datetime]:
    """Of days, where their owner lives."""
    row = tables.Limits
    zone = case((row.next_from <= work(db).now, row.next_time_zone), else_=row.time_zone)
    midnights = [func.timezone(zone, cast(literal(day.isoformat()), DateTime())) for day in days]
    found = db.execute(select(*midnights)).one_or_none()
    if found is None:
        raise NoWallet
    return list(found)


def market(db: Db, *, from_currency: str, to_currency: str) -> Market:
    """The middle of it. Fresh: at most a week old."""
    asked = func.financial.market(from_currency, to_currency, work(db).now)
    found = db.execute(select(asked.table_valued("rate", "as_of", "source"))).one_or_none()
    if found is None:
        raise NoRate
    return Market(from_currency, to_currency, found.rate, found.as_of, found.source)


def offer(db: Db, *, quote_id: UUID) -> Offer:
    """In the transaction that made it: the market is the same."""
    quote = db.get_one(Quote, quote_id)
    priced = market(db, from_currency=quote.from_currency, to_currency=quote.to_currency)
    return Offer(
        id=quote.id,
        wallet_id=quote.wallet_id,
        from_currency=quote.from_currency,
        to_currency=quote.to_currency,
        amount_from=quote.amount_from,
        amount_to=quote.amount_to,
        fee=quote.fee,
        rate=quote.rate,
        rate_as_of=quote.rate_as_of,
        rate_source=priced.source,
        expires_at=quote.expires_at,
    )
