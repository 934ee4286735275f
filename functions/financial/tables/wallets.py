"""What people have. Balances move with the book; all else by the functions that app_user may call."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from functions.financial.tables.rows import Balance, Rate, Rows, one_of
from shared.db.schema import rights
from shared.ids import UserId

OWNED = {"info": rights(owner="user_id", select="*")}


STATUS = one_of("wallet_status", ["active", "frozen"])


class Wallet(Rows):
    """One a currency. `held` is set aside: what is left may be spent."""

    __tablename__ = "wallets"
    __table_args__ = (
        UniqueConstraint("user_id", "currency"),
        CheckConstraint("balance >= 0", "balance"),
        CheckConstraint("held >= 0", "held"),
        CheckConstraint("held <= balance", "left"),
        OWNED,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UserId]
    currency: Mapped[str] = mapped_column(ForeignKey("financial.currencies.code"))
    balance: Mapped[Balance] = mapped_column(server_default=text("0"))
    held: Mapped[Balance] = mapped_column(server_default=text("0"))
    ledger_account_id: Mapped[UUID] = mapped_column(
        ForeignKey("financial.ledger_accounts.id"), Computed("id", persisted=True)
    )
    status: Mapped[str] = mapped_column(STATUS, server_default="active")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Movement(Rows):
    """An entry of the wallet's account, as its owner reads it: written with the entry."""

    __tablename__ = "wallet_transactions"
    __table_args__ = (Index(None, "user_id", "created_at", "id"), OWNED)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    wallet_id: Mapped[UUID]
    transfer_id: Mapped[UUID]
    type: Mapped[str]  # the transfer's kind
    amount: Mapped[Decimal]  # what left is negative
    balance_after: Mapped[Balance]
    status: Mapped[str]
    reference_type: Mapped[str | None]
    reference_id: Mapped[str | None]
    description: Mapped[str | None]
    created_at: Mapped[datetime]
    account_seq: Mapped[int] = mapped_column(BigInteger)


class Hold(Rows):
    __tablename__ = "holds"
    __table_args__ = (
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("reason in ('own', 'payout', 'dispute', 'order')", "reason"),
        CheckConstraint("status in ('held', 'released', 'captured')", "status"),
        Index(None, "user_id", "created_at", "id"),
        Index("holds_lapsing_idx", "expires_at", postgresql_where=text("status = 'held'")),
        OWNED,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    wallet_id: Mapped[UUID] = mapped_column(ForeignKey("financial.wallets.id"))
    amount: Mapped[Decimal]
    reason: Mapped[str]
    reference_type: Mapped[str | None]
    reference_id: Mapped[str | None]
    note: Mapped[str | None]
    status: Mapped[str]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Limits(Rows):
    """In dollars, for what leaves its owner. The next time zone counts from `next_from` on."""

    __tablename__ = "wallet_limits"
    __table_args__ = (OWNED,)

    user_id: Mapped[UserId] = mapped_column(primary_key=True)
    single_tx_limit: Mapped[Decimal]
    daily_limit: Mapped[Decimal]
    monthly_limit: Mapped[Decimal]
    time_zone: Mapped[str] = mapped_column(server_default="UTC")
    next_time_zone: Mapped[str | None]
    next_from: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class ExchangeRate(Rows):
    __tablename__ = "currency_exchange_rates"
    __table_args__ = (CheckConstraint("rate > 0", "rate"), {"info": rights(select="*")})

    from_currency: Mapped[str] = mapped_column(primary_key=True)
    to_currency: Mapped[str] = mapped_column(primary_key=True)
    rate: Mapped[Rate]
    source: Mapped[str]
    as_of: Mapped[datetime] = mapped_column(primary_key=True)
    updated_at: Mapped[datetime]


class Quote(Rows):
    """A price that is good for half a minute, and for one exchange."""

    __tablename__ = "quotes"
    __table_args__ = ({"info": rights(owner="user_id", select="*", retention="30 days after expires_at")},)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    wallet_id: Mapped[UUID] = mapped_column(ForeignKey("financial.wallets.id"))
    from_currency: Mapped[str]
    to_currency: Mapped[str]
    amount_from: Mapped[Decimal]
    amount_to: Mapped[Decimal]
    fee: Mapped[Decimal]
    rate: Mapped[Rate]
    rate_as_of: Mapped[datetime]
    expires_at: Mapped[datetime]
    exchanged_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
