"""Accounts, and what proves that somebody is their owner."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import schema
from shared.db.schema import rights


class Rows(schema.Rows):
    __abstract__ = True
    metadata = schema.metadata("auth")


class User(Rows):
    """A pending row without an email holds a username for a day; a `deleted` one is a tombstone."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("status in ('pending','active','suspended','deleted')", "status"),
        CheckConstraint("role in ('user','instructor','support','compliance','admin')", "role"),
        CheckConstraint("email is not null or status in ('pending','deleted')", "email"),
        Index("users_lower_email_key", text("lower(email)"), unique=True),
        Index("users_lower_username_key", text("lower(username)"), unique=True),
        Index("users_active_email_idx", text("lower(email)"), postgresql_where=text("status = 'active'")),
        Index("users_lapsing_idx", "updated_at", postgresql_where=text("status = 'pending'")),
        {
            "info": rights(
                owner="id",
                select="*",
                insert="id email username password_hash created_at updated_at",
                update="username password_hash last_login_at updated_at",
            )
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str | None]
    username: Mapped[str]
    password_hash: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="pending")
    role: Mapped[str] = mapped_column(server_default="user")
    mfa_enabled: Mapped[bool] = mapped_column(server_default=text("false"))
    mfa_secret_enc: Mapped[str | None]
    mfa_last_step: Mapped[int | None]
    email_verified_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class UserKey(Rows):
    """The key that seals a user's personal data, itself sealed. Destroyed, it takes the data along."""

    __tablename__ = "user_keys"
    __table_args__ = (
        {
            "info": rights(
                owner="user_id",
                select="*",
                insert="user_id key_id wrapped created_at",
            )
        },
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("auth.users.id"), primary_key=True)
    key_id: Mapped[str]
    wrapped: Mapped[bytes | None]
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class Session(Rows):
    """A device that is signed in, with the hashes of its refresh token and of the one before."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index(None, "user_id", "created_at"),
        Index(None, "expires_at"),
        {
            "info": rights(
                owner="user_id",
                select="*",
                insert="id user_id token_hash ip_address user_agent device_info expires_at"
                " last_used_at created_at updated_at",
                update="token_hash previous_hash rotated_at ip_address user_agent expires_at revoked_at"
                " last_used_at updated_at",
                retention="30 days after expires_at",
            )
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("auth.users.id"))
    token_hash: Mapped[bytes]
    previous_hash: Mapped[bytes | None]
    rotated_at: Mapped[datetime | None]
    ip_address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str | None]
    device_info: Mapped[dict[str, Any] | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class EmailVerification(Rows):
    __tablename__ = "email_verifications"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index(None, "user_id"),
        {
            "info": rights(
                owner="user_id",
                select="*",
                insert="id user_id token_hash expires_at created_at",
                update="sent_at",
                delete=True,
                retention="1 days after expires_at",
            )
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("auth.users.id"))
    token_hash: Mapped[bytes]
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class PasswordReset(Rows):
    __tablename__ = "password_resets"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index(None, "user_id"),
        {
            "info": rights(
                owner="user_id",
                select="*",
                insert="id user_id token_hash expires_at created_at",
                update="used_at",
                retention="1 days after expires_at",
            )
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("auth.users.id"))
    token_hash: Mapped[bytes]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class LoginAttempt(Rows):
    """Failures of one email from one address block, counted whether or not there is such an account."""

    __tablename__ = "login_attempts"
    __table_args__ = (
        {
            "info": rights(
                select="*",
                insert="subject_hash address_prefix failed window_started_at locked_until",
                update="failed window_started_at locked_until",
                delete=True,
                retention="1 days after window_started_at",
            )
        },
    )

    subject_hash: Mapped[bytes] = mapped_column(primary_key=True)
    address_prefix: Mapped[str] = mapped_column(primary_key=True)
    failed: Mapped[int]
    window_started_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]


class AuthLog(Rows):
    """What happened to an account, for its owner to read."""

    __tablename__ = "auth_logs"
    __table_args__ = (
        Index(None, "user_id", "created_at"),
        {
            "info": rights(
                owner="user_id",
                select="*",
                insert="id user_id event ip_address user_agent success reason created_at",
                retention="365 days after created_at",
            )
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    event: Mapped[str]
    ip_address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str | None]
    success: Mapped[bool]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]


class ApiKey(Rows):
    __tablename__ = "api_keys"
    __table_args__ = (
        UniqueConstraint("key_hash"),
        Index(None, "user_id", "created_at"),
        CheckConstraint("scopes <@ array['read','trade','transfer','admin']", "scopes"),
        {
            "info": rights(
                owner="user_id",
                select="*",
                insert="id user_id name key_prefix key_hash scopes expires_at created_at updated_at",
                update="name revoked_at updated_at",
            )
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("auth.users.id"))
    name: Mapped[str]
    key_prefix: Mapped[str]
    key_hash: Mapped[bytes]
    scopes: Mapped[list[str]]
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
