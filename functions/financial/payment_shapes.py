"""What the routes of payments take and what they answer."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, field_serializer

from functions.financial.shapes import Id, InCurrency, Out
from shared.http import Body
from shared.money import Amount, CurrencyCode, written

CardAtProcessor = Annotated[
    str,
    Field(
        pattern="^pm_[A-Za-z0-9_]{1,100}$",
        description="What the payment processor calls a card: one of yours, or a test card's name.",
        examples=["pm_card_visa"],
    ),
]


class DepositIn(Body):
    currency: CurrencyCode
    amount: Amount
    payment_method: Annotated[
        CardAtProcessor | None, Field(description="None: the answer leads to a page to pay on.")
    ] = None


class RefundIn(Body):
    amount: Annotated[Amount | None, Field(description="None: all that is left.")] = None


class SetupIn(Body):
    payment_method: CardAtProcessor | None = None


class PayoutIn(Body):
    wallet_id: Id
    amount: Amount
    holder: Annotated[str, Field(min_length=2, max_length=140, examples=["Ada Lovelace"])]
    iban: Annotated[str, Field(max_length=50, examples=["DE89 3704 0044 0532 0130 00"])]


class PaymentOut(InCurrency):
    id: UUID
    status: str
    amount: Decimal


class DepositOut(PaymentOut):
    method: str
    refunded: Decimal
    failure_code: str | None
    created_at: datetime
    next_url: Annotated[str | None, Field(description="Where a person has to go, to pay or to confirm.")] = (
        None
    )

    @field_serializer("refunded")
    def _in_currency(self, refunded: Decimal) -> str:
        return written(refunded, self.currency)


class RefundOut(PaymentOut):
    deposit_id: UUID
    created_at: datetime


class SetupOut(BaseModel):
    client_secret: Annotated[str, Field(description="For the processor's own code in a browser.")]


class MethodOut(Out):
    id: UUID
    payment_method: Annotated[str, Field(validation_alias="stripe_pm_id", examples=["pm_1RiExampleCard01"])]
    type: str
    brand: str | None
    last_four: str | None
    expires_on: Annotated[date | None, Field(description="Some day of its last month.")]
    created_at: datetime


class PayoutOut(PaymentOut):
    wallet_id: UUID
    holder: str | None
    destination: Annotated[str | None, Field(examples=["DE89 … 3000"])]
    failure_reason: str | None
    requested_at: datetime
    processed_at: datetime | None
