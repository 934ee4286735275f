"""A forgotten password: a letter to the mailbox, and a new one for whoever reads it."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session as Db

from functions.auth.derived import mailed_token
from functions.auth.errors import BadLink
from functions.auth.events import PasswordReset as PasswordWasReset
from functions.auth.events import PasswordResetRequested
from functions.auth.jobs import Letter, SendAccountMail
from functions.auth.operations import login, sessions, trail
from functions.auth.rules import RESET_LIFE, RESETS_AT_A_TIME
from functions.auth.tables import PasswordReset, User
from shared.crypto import token_hash
from shared.db import travel, work
from shared.device import Device
from shared.ids import new_id
from shared.outbox import enqueue, publish
from shared.words import Language

PASSWORD_RESETS = cast(Table, PasswordReset.__table__)


@dataclass(frozen=True)
class Link:
    """A reset that may still be used."""

    user_id: UUID
    email: str


def request_reset(db: Db, *, device: Device) -> None:
    """For the owner of the address, if it has an account; whoever asks is told nothing either way."""
    owner = select(User.id).where(User.status == "active")
    user_id = db.scalar(owner.with_for_update(key_share=True))  # parallel requests count one after the other
    usable = (PasswordReset.used_at.is_(None), PasswordReset.expires_at > work(db).now)
    waiting = db.scalar(select(func.count()).where(*usable)) or 0
    if user_id is None or waiting >= RESETS_AT_A_TIME:
        return
    send_link(db, user_id=user_id, letter="reset_password", language=device.language)
    publish(db, PasswordResetRequested(user_id=user_id))
    trail.leave(db, event="password_reset_requested", user_id=user_id, device=device)


def send_link(db: Db, *, user_id: UUID, letter: Letter, language: Language = "en") -> None:
    """The row travels with the commit: who asked about an unknown address has waited for as many answers."""
    link_id, now = new_id(), work(db).now
    link = {
        "id": link_id,
        "user_id": user_id,
        "token_hash": token_hash(mailed_token(letter, link_id)),
        "expires_at": now + RESET_LIFE,
        "created_at": now,
    }
    travel(db, PASSWORD_RESETS, link)
    enqueue(db, SendAccountMail(user_id=user_id, letter=letter, link_id=link_id, language=language))


def link(db: Db, *, token: str) -> Link:
    """Looked at before the new password is: its rules need the address."""
    found = db.execute(
        select(PasswordReset.user_id, User.email)
        .join(User, User.id == PasswordReset.user_id)
        .where(
            PasswordReset.token_hash == token_hash(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > work(db).now,
            User.status == "active",
        )
    ).one_or_none()
    if found is None:
        raise BadLink
    return Link(found.user_id, found.email)


def reset_password(db: Db, *, token: str, password_hash: str, device: Device) -> None:
    """One link is used, and with it goes every other that waits. The account's lock puts two in a line."""
    owner, now = link(db, token=token), work(db).now
    user_id = owner.user_id
    db.execute(update(User).where(User.id == user_id).values(password_hash=password_hash, updated_at=now))
    waiting = update(PasswordReset).where(PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
    used = db.scalars(waiting.values(used_at=now).returning(PasswordReset.token_hash))
    if token_hash(token) not in used.all():
        raise BadLink
    login.forget_attempts(db, email=owner.email)
    sessions.revoke(db, user_id=user_id, reason="password_reset", device=device)
    publish(db, PasswordWasReset(user_id=user_id))
    trail.leave(db, event="password_reset", user_id=user_id, device=device)
