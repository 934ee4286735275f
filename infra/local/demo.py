"""The account that a first visitor finds: in the embedded database alone, with a password made for it."""

import os
import secrets

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from functions.auth import passwords
from functions.auth.tables import User
from infra.local.home import Home
from shared import audit
from shared.db import system, transaction, work
from shared.ids import new_id

EMAIL = "demo@astrolabe.test"
USERNAME = "demo"


def ensure(home: Home) -> None:
    with transaction("fn_system", system()) as db:
        if not db.scalar(select(exists().where(func.lower(User.email) == EMAIL))):
            _open(db, passwords.hashed(_password(home)))


def _open(db: Session, password_hash: str) -> None:
    user_id, now = new_id(), work(db).now
    row = {"id": user_id, "email": EMAIL, "username": USERNAME, "password_hash": password_hash}
    times = {"email_verified_at": now, "created_at": now, "updated_at": now}
    db.execute(insert(User).values(status="active", **row, **times))
    audit.record(db, action="auth.demo_opened", resource=("user", user_id), actor=None, tenant=user_id)


def _password(home: Home) -> str:
    file = home.demo_password
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as text:
            text.write(secrets.token_urlsafe(12))
    return file.read_text()
