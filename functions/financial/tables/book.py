"""The book. Only the database's own functions write it: see functions/financial/ledger.py."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from functions.financial.tables.rows import Balance, Rows, one_of
from shared.db.schema import rights

KINDS = [
    *("wallet", "cash", "clearing", "payouts_pending", "fee_revenue", "fx", "disputed", "rounding", "loss"),
    *("promotion", "trading_result", "product_pool", "product_fee_payable", "product_rounding"),
]


class Currency(Rows):
    __tablename__ = "currencies"
    __table_args__ = ({"info": rights(select="*")},)

    code: Mapped[str] = mapped_column(primary_key=True)
    decimals: Mapped[int] = mapped_column(SmallInteger)


SIDE = one_of("side", ["debit", "credit"])
KIND = one_of("account_kind", KINDS)


class Account(Rows):
    """Its id is the hash of its code, so that nobody has to look it up."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("allow_negative or balance >= 0", "balance"),
        {"info": rights()},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]  # wallet:USD:<its owner>, cash:USD:07
    kind: Mapped[str] = mapped_column(KIND)
    currency: Mapped[str] = mapped_column(ForeignKey("financial.currencies.code"))
    normal_side: Mapped[str] = mapped_column(SIDE)
    balance: Mapped[Balance] = mapped_column(server_default=text("0"))
    entries: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    allow_negative: Mapped[bool]
    owner_id: Mapped[UUID | None]
    created_at: Mapped[datetime]


class Transfer(Rows):
    __tablename__ = "ledger_transfers"
    __table_args__ = (
        UniqueConstraint("idempotency_key"),
        Index(
            "ledger_transfers_reverses_id_key",
            "reverses_id",
            unique=True,
            postgresql_where=text("reverses_id is not null"),
        ),
        {"info": rights()},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    idempotency_key: Mapped[str]
    reference_type: Mapped[str | None]
    reference_id: Mapped[str | None]
    description: Mapped[str | None]
    posted_at: Mapped[datetime]
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("financial.ledger_transfers.id"))
    request_sha256: Mapped[bytes]


class Entry(Rows):
    """Each account's are a chain without a gap: number, and balance after it."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("amount > 0", "amount"),
        Index(None, "transfer_id"),
        {"info": rights()},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    transfer_id: Mapped[UUID]
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    currency: Mapped[str]
    direction: Mapped[str] = mapped_column(SIDE)
    amount: Mapped[Decimal]
    balance_after: Mapped[Balance]
    posted_at: Mapped[datetime]
    account_seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
