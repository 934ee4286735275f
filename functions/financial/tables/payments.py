"""Money in and out through the payment processor.

`fetched` is the number of the fetch that a row's state comes from: one that began earlier changes nothing.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Sequence, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from functions.financial.tables.rows import Rows
from functions.financial.tables.wallets import OWNED
from shared.db.schema import rights
from shared.ids import UserId

FETCHES = Sequence("fetches", schema="financial")
Rows.metadata.info["sequences"] = [FETCHES.name]


def one_of(column: str, words: str) -> CheckConstraint:
    return CheckConstraint(f"{column} in ({', '.join(map(repr, words.split()))})", column)


class Customer(Rows):
    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("user_id"),
        UniqueConstraint("stripe_customer_id"),
        {"info": rights(owner="user_id", select="*", insert="id user_id stripe_customer_id created_at")},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UserId]
    stripe_customer_id: Mapped[str]
    created_at: Mapped[datetime]


class PaymentMethod(Rows):
    """A detached one stays, so that no late news brings it back: the processor never attaches it again."""

    __tablename__ = "payment_methods"
    __table_args__ = (
        UniqueConstraint("stripe_pm_id"),
        Index(None, "user_id", "created_at", "id"),
        OWNED,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UserId]
    type: Mapped[str]
    stripe_pm_id: Mapped[str]
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    last_four: Mapped[str | None]
    brand: Mapped[str | None]
    expires_on: Mapped[date | None]
    created_at: Mapped[datetime]
    detached_at: Mapped[datetime | None]


class Payment(Rows):
    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("stripe_payment_intent_id"),
        UniqueConstraint("stripe_session_id"),
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("refunded >= 0 and refunded <= amount", "refunded"),
        one_of("method", "card checkout"),
        one_of("status", "pending requires_action processing succeeded failed canceled"),
        Index(None, "user_id", "created_at", "id"),
        Index(
            "payments_open_idx",
            "created_at",
            postgresql_where=text("status in ('pending', 'requires_action', 'processing')"),
        ),
        {
            "info": rights(
                owner="user_id",
                select="*",
                insert="id user_id amount currency method created_at",
                update="stripe_payment_intent_id stripe_session_id",
            )
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UserId]
    invoice_id: Mapped[UUID | None]
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(ForeignKey("financial.currencies.code"))
    method: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="pending")
    stripe_payment_intent_id: Mapped[str | None]
    stripe_session_id: Mapped[str | None]
    failure_code: Mapped[str | None]
    refunded: Mapped[Decimal] = mapped_column(server_default=text("0"))
    fetched: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    processed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Refund(Rows):
    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("stripe_refund_id"),
        CheckConstraint("amount > 0", "amount"),
        one_of("status", "pending succeeded failed"),
        Index(None, "user_id", "created_at", "id"),
        Index("refunds_open_idx", "created_at", postgresql_where=text("status = 'pending'")),
        OWNED,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UserId]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("financial.payments.id"))
    amount: Mapped[Decimal]
    status: Mapped[str]
    stripe_refund_id: Mapped[str | None]
    fetched: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    created_at: Mapped[datetime]


class Dispute(Rows):
    """A cardholder's bank has asked for the money back. `hold_id`: what of it could be set aside."""

    __tablename__ = "disputes"
    __table_args__ = (
        UniqueConstraint("stripe_dispute_id"),
        CheckConstraint("amount > 0", "amount"),
        one_of("status", "open won lost"),
        Index(None, "user_id"),
        Index(None, "payment_id"),
        OWNED,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UserId]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("financial.payments.id"))
    amount: Mapped[Decimal]
    status: Mapped[str]
    hold_id: Mapped[UUID | None] = mapped_column(ForeignKey("financial.holds.id"))
    stripe_dispute_id: Mapped[str]
    fetched: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    created_at: Mapped[datetime]


class Payout(Rows):
    __tablename__ = "payouts"
    __table_args__ = (
        UniqueConstraint("stripe_payout_id"),
        CheckConstraint("amount > 0", "amount"),
        one_of("status", "in_review approved rejected canceled sent paid failed"),
        Index(None, "user_id", "requested_at", "id"),
        Index(
            "payouts_open_idx",
            "status",
            "requested_at",
            postgresql_where=text("status in ('in_review', 'approved', 'sent')"),
        ),
        OWNED,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UserId]
    wallet_id: Mapped[UUID] = mapped_column(ForeignKey("financial.wallets.id"))
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(ForeignKey("financial.currencies.code"))
    destination_enc: Mapped[str]
    status: Mapped[str]
    hold_id: Mapped[UUID] = mapped_column(ForeignKey("financial.holds.id"))
    stripe_payout_id: Mapped[str | None]
    reviewed_by: Mapped[UUID | None]
    failure_reason: Mapped[str | None]
    fetched: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    requested_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]


class StripeEvent(Rows):
    __tablename__ = "stripe_events"
    __table_args__ = (
        Index("stripe_events_open_idx", "received_at", postgresql_where=text("processed_at is null")),
        {"info": rights()},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    payload: Mapped[str]  # as it was signed, to the byte; or as it was asked for
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    error: Mapped[str | None]


class Reversal(Rows):
    """Asked by one of the staff, decided by another."""

    __tablename__ = "reversals"
    __table_args__ = (
        one_of("status", "asked done refused"),
        CheckConstraint("decided_by <> asked_by", "decided_by"),
        {"info": rights()},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    transfer_id: Mapped[UUID] = mapped_column(ForeignKey("financial.ledger_transfers.id"))
    reason: Mapped[str]
    status: Mapped[str]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
