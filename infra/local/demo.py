"""The account that a first visitor finds: in the embedded database alone, with a password made for it."""

import os
import secrets
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from functions.auth import passwords
from functions.auth.operations import registration
from functions.auth.tables import User
from functions.financial.tables import Wallet
from infra.local.home import Home
from shared import audit
from shared.db import system, transaction, work
from shared.envelope import new_data_key
from shared.ids import new_id
from shared.money import Money
from shared.wrapped_key import WrappedKey

EMAIL = "demo@astrolabe.test"
USERNAME = "demo"


def ensure(home: Home) -> None:
    with transaction("fn_system", system()) as db:
        is_there = db.scalar(select(exists().where(func.lower(User.email) == EMAIL)))
    if not is_there:
        user_id, password_hash = new_id(), passwords.hashed(_password(home))
        _, key = new_data_key(user_id)
        with transaction("fn_system", system()) as db:
            _open(db, user_id, password_hash, key)


def wallets(db: Session) -> list[Money]:
    """What is in them, by currency."""
    held = select(Wallet.balance, Wallet.currency).join(User, User.id == Wallet.user_id)
    found = db.execute(held.where(func.lower(User.email) == EMAIL).order_by(Wallet.currency))
    return [Money.of(balance, currency) for balance, currency in found]


def _open(db: Session, user_id: UUID, password_hash: str, key: WrappedKey) -> None:
    now = work(db).now
    row = {"id": user_id, "email": EMAIL, "username": USERNAME, "password_hash": password_hash}
    times = {"email_verified_at": now, "created_at": now, "updated_at": now}
    db.execute(insert(User).values(status="active", **row, **times))
    registration.hold_key(db, user_id=user_id, key=key)
    audit.record(db, action="auth.demo_opened", resource=("user", user_id), actor=None, tenant=user_id)


def _password(home: Home) -> str:
    file = home.demo_password
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as text:
            text.write(secrets.token_urlsafe(12))
    return file.read_text()
