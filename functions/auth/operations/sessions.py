"""Keeping somebody signed in, and signing them out."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session as Db

from functions.auth import tokens
from functions.auth.errors import SessionEnded, TokenReused
from functions.auth.events import SessionsRevoked
from functions.auth.operations import trail
from functions.auth.operations.trail import Actor
from functions.auth.rules import SESSION_LIFE, Held, Turn, refresh_turn
from functions.auth.tables import Session, User
from functions.auth.tokens import RefreshToken, Tokens
from shared import audit
from shared.db import work
from shared.device import Device
from shared.errors import NotFound
from shared.outbox import publish

TOLD_AT_ONCE = 1_000  # ids in an event: who opens thousands of sessions does not keep them by their weight


def refresh(db: Db, *, token: RefreshToken, device: Device) -> Tokens | SessionEnded | TokenReused:
    """The session's row puts parallel requests in a line: the first rotates, all get the same answer."""
    found = db.execute(
        select(Session, User.role)
        .join(User, User.id == Session.user_id)
        .where(Session.id == token.session_id, User.status == "active")
        .with_for_update(of=Session, key_share=True)
    ).one_or_none()
    if found is None:
        return SessionEnded()
    session, role = found
    match refresh_turn(_held(session), token.hash, now=work(db).now):
        case Turn.ENDED:
            return SessionEnded()
        case Turn.REUSED:
            _close_stolen(db, session, device)
            return TokenReused()
        case Turn.ROTATE:
            _rotate(db, session, token, device)
    return tokens.pair(token.successor(), user_id=session.user_id, role=role, now=work(db).now)


def _held(session: Session) -> Held:
    return Held(
        current=session.token_hash,
        previous=session.previous_hash,
        rotated_at=session.rotated_at,
        expires_at=session.expires_at,
        revoked_at=session.revoked_at,
    )


def _rotate(db: Db, session: Session, token: RefreshToken, device: Device) -> None:
    now = work(db).now
    session.previous_hash, session.token_hash = token.hash, token.successor().hash
    session.rotated_at = session.last_used_at = session.updated_at = now
    session.expires_at = now + SESSION_LIFE
    session.ip_address, session.user_agent = device.address, device.user_agent


def _close_stolen(db: Db, session: Session, device: Device) -> None:
    audit.security_event(
        db,
        code="auth.refresh_token_reused",
        user_id=session.user_id,
        address=device.address,
        review=True,
        facts={"session": str(session.id)},
    )
    revoke(db, user_id=session.user_id, only=session.id, reason="token_reused", device=device)


def log_out(db: Db, *, user_id: UUID, session_id: UUID | None, device: Device) -> None:
    if session_id is not None:
        revoke(db, user_id=user_id, only=session_id, reason="signed_out", device=device)


def revoke_one(db: Db, *, user_id: UUID, session_id: UUID, device: Device) -> None:
    """Somebody else's session, or one that ended, is not there."""
    if not revoke(db, user_id=user_id, only=session_id, reason="revoked", device=device):
        raise NotFound


def revoke_others(db: Db, *, user_id: UUID, keep: UUID | None, device: Device) -> None:
    revoke(db, user_id=user_id, keep=keep, reason="revoked", device=device)


def revoke(
    db: Db,
    *,
    user_id: UUID,
    reason: str,
    only: UUID | None = None,
    keep: UUID | None = None,
    device: Device | None = None,
    actor: Actor = "owner",
) -> Sequence[UUID]:
    now = work(db).now
    alive = select(Session.id).where(
        Session.user_id == user_id, Session.revoked_at.is_(None), Session.expires_at > now
    )
    if only is not None:
        alive = alive.where(Session.id == only)
    if keep is not None:
        alive = alive.where(Session.id != keep)
    locked = alive.order_by(Session.id).with_for_update(key_share=True)
    ended = update(Session).where(Session.id.in_(locked)).values(revoked_at=now, updated_at=now)
    revoked = sorted(db.scalars(ended.returning(Session.id)))
    for at in range(0, len(revoked), TOLD_AT_ONCE):
        some = revoked[at : at + TOLD_AT_ONCE]
        publish(db, SessionsRevoked(user_id=user_id, session_ids=some, reason=reason))
        new = {"sessions": [str(session_id) for session_id in some], "reason": reason}
        trail.leave(db, event="sessions_revoked", user_id=user_id, device=device, new=new, actor=actor)
    return revoked
