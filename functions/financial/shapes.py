"""What the wallets' routes take and what they answer."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, field_serializer

from shared.http import Body
from shared.money import Amount, CurrencyCode, written

Id = Annotated[UUID, Field(examples=["0198a7c2-6f1e-7d7b-8c7e-3b1f0a5d9e42"])]
Note = Annotated[
    str, Field(min_length=1, max_length=140, description="Both sides read it.", examples=["Dinner"])
]
Price = Annotated[
    Decimal,
    PlainSerializer(lambda price: f"{price.normalize():f}", return_type=str),
    Field(examples=["1.1269"]),
]


class WalletIn(Body):
    currency: CurrencyCode


class TransferIn(Body):
    wallet_id: Id
    to: Annotated[
        str, Field(min_length=1, max_length=100, description="Somebody's username.", examples=["bob"])
    ]
    amount: Amount
    note: Note | None = None


class QuoteIn(Body):
    wallet_id: Id
    to_currency: Annotated[CurrencyCode, Field(examples=["EUR"])]
    amount: Annotated[Amount, Field(description="In the currency of the wallet.")]


class ExchangeIn(Body):
    quote_id: Id


class HoldIn(Body):
    wallet_id: Id
    amount: Amount
    note: Annotated[str, Field(min_length=1, max_length=140, examples=["Rent"])] | None = None
    expires_at: Annotated[AwareDatetime | None, Field(description="None: until it is released.")] = None


class TimeZoneIn(Body):
    time_zone: Annotated[str, Field(min_length=1, max_length=64, examples=["Europe/Madrid"])]


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class InCurrency(Out):
    """Amounts go out with the decimals of their currency."""

    currency: Annotated[str, Field(examples=["USD"])]

    @field_serializer("amount", "balance", "held", "opening", "closing", check_fields=False)
    def _written(self, amount: Decimal) -> str:
        return written(amount, self.currency)


class WalletOut(InCurrency):
    id: UUID
    balance: Decimal
    held: Annotated[Decimal, Field(description="Set aside: the rest may be spent.")]
    status: Literal["active", "frozen"]
    created_at: datetime


class MovementOut(InCurrency):
    id: UUID
    transfer_id: UUID
    type: Annotated[str, Field(examples=["deposit"])]
    amount: Annotated[Decimal, Field(description="What left is negative.")]
    balance: Annotated[Decimal, Field(description="After it.")]
    note: str | None
    reference_type: str | None
    reference_id: str | None
    created_at: datetime


class StatementOut(InCurrency):
    """Opening and movements are closing, to the last unit."""

    wallet_id: UUID
    since: datetime
    until: datetime
    opening: Decimal
    closing: Decimal
    lines: list[MovementOut]


class TransferOut(InCurrency):
    id: UUID
    wallet_id: UUID
    to: str
    amount: Decimal
    note: str | None
    created_at: datetime


class BetweenCurrencies(Out):
    id: UUID
    wallet_id: UUID
    from_currency: str
    to_currency: str
    amount_from: Decimal
    amount_to: Annotated[Decimal, Field(description="What arrives, the fee taken off.")]
    fee: Annotated[Decimal, Field(description="In the currency that arrives.")]
    rate: Annotated[Price, Field(description="The middle of the market.")]
    rate_as_of: datetime

    @field_serializer("amount_from")
    def _given(self, amount: Decimal) -> str:
        return written(amount, self.from_currency)

    @field_serializer("amount_to", "fee")
    def _taken(self, amount: Decimal) -> str:
        return written(amount, self.to_currency)


class QuoteOut(BetweenCurrencies):
    rate_source: Annotated[str | None, Field(description="`shipped`: a day's that came along, no market's.")]
    expires_at: datetime


class ExchangeOut(BetweenCurrencies):
    exchanged_at: datetime


class HoldOut(InCurrency):
    id: UUID
    wallet_id: UUID
    amount: Decimal
    reason: Literal["own", "payout", "dispute", "order"]
    note: str | None
    status: Literal["held", "released", "captured"]
    expires_at: datetime | None
    created_at: datetime
    ended_at: datetime | None


class LimitsOut(Out):
    """In US dollars, for what is sent to others and paid out."""

    single: Decimal
    daily: Decimal
    monthly: Decimal
    used_today: Annotated[
        Decimal | None, Field(description="Null: a currency that you sent has lost its price.")
    ]
    used_this_month: Decimal | None
    time_zone: Annotated[str, Field(description="Whose days and months count.")]
    next_time_zone: str | None
    next_from: Annotated[datetime | None, Field(description="When the next time zone begins to count.")]

    @field_serializer("single", "daily", "monthly", "used_today", "used_this_month")
    def _written(self, amount: Decimal | None) -> str | None:
        return None if amount is None else written(amount, "USD")


class MarketOut(Out):
    from_currency: str
    to_currency: str
    mid: Price
    as_of: datetime
    source: str | None
