"""A forgotten password: a letter to the mailbox, and a new one for whoever reads it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session as Db

from functions.auth import tokens
from functions.auth.errors import BadLink
from functions.auth.events import PasswordReset as PasswordWasReset
from functions.auth.events import PasswordResetRequested
from functions.auth.jobs import Letter, SendAccountMail
from functions.auth.operations import login, sessions, trail
from functions.auth.rules import RESET_LIFE, RESETS_AT_A_TIME
from functions.auth.tables import PasswordReset, User
from shared.crypto import token_hash
from shared.db import work
from shared.device import Device
from shared.ids import new_id
from shared.outbox import enqueue, publish
from shared.words import Language


@dataclass(frozen=True)
class Link:
    """A reset that may still be used."""

    user_id: UUID
    email: str


def request_reset(db: Db, *, device: Device) -> None:
    """For the owner of the address, if it has an account; whoever asks is told nothing either way."""
    now = work(db).now
    user_id = db.scalar(select(User.id).where(User.status == "active"))
    waiting = select(PasswordReset.id).where(PasswordReset.expires_at > now, PasswordReset.used_at.is_(None))
    if user_id is None or len(db.scalars(waiting).all()) >= RESETS_AT_A_TIME:
        return
    send_link(db, user_id=user_id, letter="reset_password", language=device.language)
    publish(db, PasswordResetRequested(user_id=user_id))
    trail.leave(db, event="password_reset_requested", user_id=user_id, device=device)


def send_link(db: Db, *, user_id: UUID, letter: Letter, language: Language = "en") -> None:
    link_id, now = new_id(), work(db).now
    link = insert(PasswordReset).values(
        id=link_id,
        user_id=user_id,
        token_hash=token_hash(tokens.mailed_token(letter, link_id)),
        expires_at=now + RESET_LIFE,
        created_at=now,
    )
    db.execute(link)
    enqueue(db, SendAccountMail(user_id=user_id, letter=letter, link_id=link_id, language=language))


def link(db: Db, *, token: str) -> Link:
    """Looked at before the new password is: its rules need the address."""
    row, email = _usable(db, token)
    return Link(row.user_id, email)


def reset_password(db: Db, *, token: str, password_hash: str, device: Device) -> None:
    row, email = _usable(db, token)
    now = work(db).now
    row.used_at = now
    user = db.get_one(User, row.user_id)
    user.password_hash, user.updated_at = password_hash, now
    login.forget_attempts(db, email=email)
    sessions.revoke(db, user_id=user.id, reason="password_reset", device=device)
    publish(db, PasswordWasReset(user_id=user.id))
    trail.leave(db, event="password_reset", user_id=user.id, device=device)


def _usable(db: Db, token: str) -> tuple[PasswordReset, str]:
    found = db.execute(
        select(PasswordReset, User.email)
        .join(User, User.id == PasswordReset.user_id)
        .where(
            PasswordReset.token_hash == token_hash(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > work(db).now,
            User.status == "active",
        )
        .with_for_update(of=PasswordReset, key_share=True)
    ).one_or_none()
    if found is None or found.email is None:
        raise BadLink
    return found[0], found.email
