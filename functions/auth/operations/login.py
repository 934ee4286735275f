"""Signing in: counted before the password is looked at, given back when it was right."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from sqlalchemy import ColumnElement, case, delete, func, literal, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Db

from functions.auth import tokens
from functions.auth.errors import LockedOut, WrongCredentials
from functions.auth.events import SignedIn, SignInRefused
from functions.auth.operations import trail
from functions.auth.passwords import Proof
from functions.auth.rules import ATTEMPTS, LOCK, SESSION_LIFE
from functions.auth.tables import AuthLog, LoginAttempt, Session, User
from functions.auth.tokens import RefreshToken, Tokens
from shared.db import affected, work
from shared.device import Device
from shared.ids import new_id
from shared.limits import block_of
from shared.outbox import publish


@dataclass(frozen=True)
class Attempt:
    subject_hash: bytes
    address_prefix: str
    user_id: UUID | None = None  # of an account that may sign in
    role: str = ""
    password_hash: str | None = None
    updated_at: datetime | None = None


def count_attempt(db: Db, *, email: str, device: Device) -> Attempt | LockedOut:
    """A try counts as a failure until it has succeeded: fifty at once look at five passwords, not more."""
    subject, block = subject_of(email), block_of(device.address)
    if not _counted(db, subject=subject, block=block, now=work(db).now):
        return _locked_out(db, subject=subject, block=block)
    columns = (User.id, User.role, User.password_hash, User.updated_at)
    user = db.execute(select(*columns).where(User.status == "active")).one_or_none()
    return Attempt(subject, block, *user) if user else Attempt(subject, block)


def _counted(db: Db, *, subject: bytes, block: str, now: datetime) -> bool:
    """One upsert: the row's lock puts racing tries in a line. The last one that is left locks the pair."""
    row = {"subject_hash": subject, "address_prefix": block, "failed": 1, "window_started_at": now}
    seen = LoginAttempt
    is_over = func.coalesce(seen.locked_until, seen.window_started_at + LOCK) <= now
    is_last = seen.failed + 1 >= ATTEMPTS
    counted = (
        insert(LoginAttempt)
        .values(row)
        .on_conflict_do_update(
            index_elements=["subject_hash", "address_prefix"],
            set_={
                "failed": case((is_over, 1), else_=seen.failed + 1),
                "window_started_at": case((is_over, now), else_=seen.window_started_at),
                "locked_until": case((is_over, null()), (is_last, now + LOCK), else_=null()),
            },
            where=is_over | (seen.failed < ATTEMPTS),
        )
    )
    return affected(db.execute(counted)) == 1


def _locked_out(db: Db, *, subject: bytes, block: str) -> LockedOut:
    until = db.scalar(select(LoginAttempt.locked_until).where(*_pair(subject, block)))
    wait = (until - work(db).now).total_seconds() if until else 0
    return LockedOut(headers={"Retry-After": str(max(ceil(wait), 1))})


def _pair(subject: bytes, block: str) -> tuple[ColumnElement[bool], ...]:
    return LoginAttempt.subject_hash == subject, LoginAttempt.address_prefix == block


def proven(db: Db, *, attempt: Attempt, proof: Proof, device: Device) -> UUID | WrongCredentials:
    """Whose password it was. The try is given back, or stays counted and leaves its trace."""
    user_id = _accepted(db, attempt, proof) if proof.matches else None
    if user_id is None:
        _note_failure(db, attempt=attempt, device=device)
        return WrongCredentials()
    one_less = {"failed": func.greatest(LoginAttempt.failed - 1, 0), "locked_until": None}
    pair = _pair(attempt.subject_hash, attempt.address_prefix)
    db.execute(update(LoginAttempt).where(*pair).values(one_less))
    return user_id


def _accepted(db: Db, attempt: Attempt, proof: Proof) -> UUID | None:
    """Nobody, if the account was changed while Argon2 ran: it may have been the password that was reset."""
    is_same = (User.id == attempt.user_id, User.updated_at == attempt.updated_at)
    unchanged = (*is_same, User.status == "active")
    changed = {"last_login_at": work(db).now} | ({"password_hash": proof.rehashed} if proof.rehashed else {})
    return db.scalar(update(User).where(*unchanged).values(changed).returning(User.id))


def open_session(db: Db, *, attempt: Attempt, proof: Proof, device: Device) -> Tokens | WrongCredentials:
    user_id = proven(db, attempt=attempt, proof=proof, device=device)
    if isinstance(user_id, WrongCredentials):
        return user_id
    token, now = RefreshToken.first(new_id()), work(db).now
    session = insert(Session).values(
        id=token.session_id,
        user_id=user_id,
        token_hash=token.hash,
        ip_address=device.address,
        user_agent=device.user_agent,
        expires_at=now + SESSION_LIFE,
        last_used_at=now,
        created_at=now,
        updated_at=now,
    )
    db.execute(session)
    publish(db, SignedIn(user_id=user_id, session_id=token.session_id))
    trail.leave(db, event="signed_in", user_id=user_id, device=device, new={"session": str(token.session_id)})
    return tokens.pair(token, user_id=user_id, role=attempt.role, now=now)


def _note_failure(db: Db, *, attempt: Attempt, device: Device) -> None:
    """The same statement with an account and without one: then it finds nobody to write a line for."""
    line = {
        "id": new_id(),
        "event": "sign_in_refused",
        "ip_address": device.address,
        "user_agent": device.user_agent,
        "success": False,
        "created_at": work(db).now,
    }
    values = [literal(value, AuthLog.__table__.c[name].type) for name, value in line.items()]
    owner = select(User.id, *values).where(User.status == "active")
    db.execute(insert(AuthLog).from_select(["user_id", *line], owner))
    publish(db, SignInRefused(user_id=attempt.user_id))


def forget_attempts(db: Db, *, email: str) -> None:
    """Whoever reads the mailbox is let in again, whatever others tried."""
    db.execute(delete(LoginAttempt).where(LoginAttempt.subject_hash == subject_of(email)))


def subject_of(email: str) -> bytes:
    return hashlib.sha256(email.lower().encode()).digest()
