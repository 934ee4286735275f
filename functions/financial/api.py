"""Wallets over HTTP: what is in them and what moved; sending it, exchanging it, setting it aside."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Header, Query, Response
from pydantic import AfterValidator, AwareDatetime

from functions.financial import queries, statements
from functions.financial.errors import OverLimit
from functions.financial.operations import exchanges, holds, limits, wallets
from functions.financial.shapes import (
    ExchangeIn,
    ExchangeOut,
    HoldIn,
    HoldOut,
    LimitsOut,
    MarketOut,
    MovementOut,
    QuoteIn,
    QuoteOut,
    StatementOut,
    TimeZoneIn,
    TransferIn,
    TransferOut,
    WalletIn,
    WalletOut,
)
from functions.financial.statements import Statement
from functions.financial.tables import Quote, Wallet
from shared.http import CurrentUser, Db, From, Router, http, requires
from shared.idempotency import idempotent
from shared.money import CurrencyCode
from shared.pagination import Cursor, Limit, Page, PageOut

router = Router(prefix="/v1/financial", tags=["wallets"])


def _in_our_time(moment: datetime | date) -> datetime | date:
    if not 1970 <= moment.year <= 2200:
        raise ValueError("must lie in the years 1970 to 2200")
    return moment


Moment = Annotated[AwareDatetime | date, AfterValidator(_in_our_time)]
Since = Annotated[
    Moment, Query(alias="from", description="A day, in your time zone, or a time.", examples=["2026-03-01"])
]
Until = Annotated[
    Moment, Query(alias="to", description="A day or a time, not included.", examples=["2026-04-01"])
]
Format = Literal["json", "csv"]
CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}, "example": ",".join(statements.HEADER)}}}
}


@router.get("/wallets", response_model=PageOut[WalletOut], dependencies=[requires("money:read")])
def list_wallets(db: Db, limit: Limit = 20, cursor: Cursor = None) -> Page[Wallet]:
    return queries.wallets(db, limit=limit, cursor=cursor)


@router.post(
    "/wallets", status_code=201, response_model=WalletOut, dependencies=[requires("money:move"), idempotent()]
)
def open_wallet(body: WalletIn, user: CurrentUser, db: Db) -> Wallet:
    return wallets.open_wallet(db, user_id=user.id, currency=body.currency)


@router.get("/wallets/{wallet_id}", response_model=WalletOut, dependencies=[requires("money:read")])
def show_wallet(wallet_id: UUID, db: Db) -> Wallet:
    return queries.wallet(db, wallet_id=wallet_id)


@router.get(
    "/wallets/{wallet_id}/movements",
    response_model=PageOut[MovementOut],
    dependencies=[requires("money:read")],
)
def list_movements(wallet_id: UUID, db: Db, limit: Limit = 20, cursor: Cursor = None) -> Page[queries.Line]:
    return queries.movements(db, wallet_id=wallet_id, limit=limit, cursor=cursor)


@router.get(
    "/wallets/{wallet_id}/statement",
    response_model=StatementOut,
    responses=CSV,
    dependencies=[requires("money:read")],
)
def show_statement(
    wallet_id: UUID,
    db: Db,
    since: Since,
    until: Until,
    format: Annotated[Format | None, Query(description="Else by the header Accept.")] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Statement | Response:
    told = statements.statement(db, wallet_id=wallet_id, since=since, until=until)
    if (format or ("csv" if "text/csv" in accept else "json")) == "json":
        return told
    headers = {"Content-Disposition": f'attachment; filename="{statements.file_name(told)}"'}
    return Response(statements.as_csv(told), media_type="text/csv", headers=headers)


@router.post(
    "/transfers",
    status_code=201,
    response_model=TransferOut,
    dependencies=[requires("money:move"), idempotent()],
)
def transfer(body: TransferIn, user: CurrentUser, db: Db, device: From) -> wallets.Sent | OverLimit:
    return wallets.transfer(db, user_id=user.id, **dict(body), device=device)


@router.post("/quotes", status_code=201, response_model=QuoteOut, dependencies=[requires("money:read")])
def quote(body: QuoteIn, db: Db) -> queries.Offer:
    return exchanges.quote(db, wallet_id=body.wallet_id, to_currency=body.to_currency, amount=body.amount)


@router.post(
    "/exchanges",
    status_code=201,
    response_model=ExchangeOut,
    dependencies=[requires("money:move"), idempotent()],
)
def exchange(body: ExchangeIn, user: CurrentUser, db: Db) -> Quote:
    return exchanges.exchange(db, user_id=user.id, quote_id=body.quote_id)


@router.get("/holds", response_model=PageOut[HoldOut], dependencies=[requires("money:read")])
def list_holds(db: Db, limit: Limit = 20, cursor: Cursor = None) -> Page[queries.Held]:
    return queries.holds(db, limit=limit, cursor=cursor)


@router.post(
    "/holds", status_code=201, response_model=HoldOut, dependencies=[requires("money:move"), idempotent()]
)
def place_hold(body: HoldIn, user: CurrentUser, db: Db) -> queries.Held:
    return holds.place(db, user_id=user.id, **dict(body))


@router.delete("/holds/{hold_id}", status_code=204, dependencies=[requires("money:move")])
def release_hold(hold_id: UUID, user: CurrentUser, db: Db) -> None:
    holds.release(db, user_id=user.id, hold_id=hold_id)


@router.get("/limits", response_model=LimitsOut, dependencies=[requires("money:read")])
def show_limits(db: Db) -> queries.Limits:
    return queries.limits(db)


@router.put("/limits/time-zone", response_model=LimitsOut, dependencies=[requires("money:move")])
def set_time_zone(body: TimeZoneIn, user: CurrentUser, db: Db) -> queries.Limits:
    return limits.set_time_zone(db, user_id=user.id, time_zone=body.time_zone)


@router.get("/rates", response_model=MarketOut, dependencies=[requires("money:read")])
def show_rate(
    db: Db,
    from_currency: Annotated[CurrencyCode, Query(alias="from", examples=["EUR"])],
    to_currency: Annotated[CurrencyCode, Query(alias="to", examples=["USD"])],
) -> queries.Market:
    return queries.market(db, from_currency=from_currency, to_currency=to_currency)


handler = http(router)
