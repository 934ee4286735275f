"""Signing in: counted before the password is looked at, given back when it was right."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, delete, func, literal, null, or_, select, update
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
from shared.db import work
from shared.device import Device
from shared.ids import new_id
from shared.limits import block_of
from shared.outbox import publish


@dataclass(frozen=True)
class Attempt:
    subject_hash: bytes
    address_prefix: str
    user_id: UUID | None  # of an account that may sign in
    role: str
    password_hash: str | None


def count_attempt(db: Db, *, email: str, device: Device) -> Attempt | LockedOut:
    """A try counts as a failure until it has succeeded: fifty at once look at five passwords, not more."""
    subject, block = subject_of(email), block_of(device.address)
    failed, locked_until = _counted(db, subject=subject, block=block, now=work(db).now)
    user = db.execute(select(User.id, User.role, User.status, User.password_hash)).one_or_none()
    if failed > ATTEMPTS and locked_until:
        wait = max(1, round((locked_until - work(db).now).total_seconds()))
        return LockedOut(headers={"Retry-After": str(wait)})
    if user is None or user.status != "active":
        return Attempt(subject, block, user_id=None, role="", password_hash=None)
    return Attempt(subject, block, user.id, user.role, user.password_hash)


def _counted(db: Db, *, subject: bytes, block: str, now: datetime) -> tuple[int, datetime | None]:
    """One upsert: the row's lock puts racing tries in a line. A window or a lock that is over starts anew."""
    row = {"subject_hash": subject, "address_prefix": block, "failed": 1, "window_started_at": now}
    seen = LoginAttempt
    over = or_(seen.locked_until <= now, seen.locked_until.is_(None) & (seen.window_started_at <= now - LOCK))
    full = seen.failed + 1 >= ATTEMPTS
    counted = (
        insert(LoginAttempt)
        .values(row)
        .on_conflict_do_update(
            index_elements=["subject_hash", "address_prefix"],
            set_={
                "failed": case((over, 1), else_=func.least(seen.failed + 1, ATTEMPTS + 1)),
                "window_started_at": case((over, now), else_=seen.window_started_at),
                "locked_until": case(
                    (over, null()), (full, func.coalesce(seen.locked_until, now + LOCK)), else_=null()
                ),
            },
        )
    )
    failed, until = db.execute(counted.returning(seen.failed, seen.locked_until)).one()
    return failed, until


def open_session(db: Db, *, attempt: Attempt, proof: Proof, device: Device) -> Tokens | WrongCredentials:
    now = work(db).now
    if not proof.matches or attempt.user_id is None:
        _note_failure(db, attempt=attempt, device=device)
        return WrongCredentials()
    _give_back(db, attempt)
    user_id = attempt.user_id
    changed = {"last_login_at": now} | ({"password_hash": proof.rehashed} if proof.rehashed else {})
    db.execute(update(User).where(User.id == user_id).values(changed))
    token = RefreshToken.first(new_id())
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


def _give_back(db: Db, attempt: Attempt) -> None:
    counted = (
        LoginAttempt.subject_hash == attempt.subject_hash,
        LoginAttempt.address_prefix == attempt.address_prefix,
    )
    one_less = func.greatest(LoginAttempt.failed - 1, 0)
    db.execute(update(LoginAttempt).where(*counted).values(failed=one_less, locked_until=None))


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
