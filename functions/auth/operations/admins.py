"""Who runs the house: the first admin is made at its console, every further one by an admin."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Db

from functions.auth.errors import AccountClosed, AdminNeeded, UsernameTaken
from functions.auth.events import RoleGranted
from functions.auth.operations import purge, registration, resets, sessions, trail
from functions.auth.tables import User
from shared.db import affected, work
from shared.envelope import new_data_key, seal
from shared.ids import new_id
from shared.outbox import publish
from shared.wrapped_key import WrappedKey

ONE_AT_A_TIME = func.pg_advisory_xact_lock(func.hashtextextended("auth.admins", 0))


@dataclass(frozen=True)
class Candidate:
    """Whoever is to be an admin, with what an account needs if there is none yet."""

    email: str
    username: str
    user_id: UUID
    key: WrappedKey
    sealed_email: str


def candidate(*, email: str, username: str) -> Candidate:
    """Makes a data key. No transaction is open."""
    user_id = new_id()
    data_key, wrapped = new_data_key(user_id)
    return Candidate(email, username, user_id, wrapped, seal(data_key, email, field="email"))


def make_admin(db: Db, *, candidate: Candidate, by: UUID | None) -> UUID:
    """`by` an admin, or by the console alone (None) while there is no admin."""
    db.execute(select(ONE_AT_A_TIME))
    if by is None and db.scalar(select(exists().where(User.role == "admin", User.status == "active"))):
        raise AdminNeeded
    held = db.execute(
        select(User.id, User.status, User.role)
        .where(func.lower(User.email) == func.lower(candidate.email))
        .with_for_update(key_share=True)
    ).one_or_none()
    if held and held.status == "pending":  # whoever chose its password has confirmed nothing
        purge.drop_registrations(db, [held.id])
    if held is None or held.status == "pending":
        return _opened(db, candidate, by=by)
    if held.status != "active":
        raise AccountClosed
    user_id: UUID = held.id
    if held.role != "admin":
        _promoted(db, user_id=user_id, old=held.role, by=by)
    return user_id


def _opened(db: Db, candidate: Candidate, *, by: UUID | None) -> UUID:
    """Active, but without a password until somebody reads the letter."""
    user_id, now = candidate.user_id, work(db).now
    row = {"id": user_id, "email": candidate.email, "username": candidate.username, "status": "active"}
    account = insert(User).values(role="admin", created_at=now, updated_at=now, **row)
    if not affected(db.execute(account.on_conflict_do_nothing(index_elements=[func.lower(User.username)]))):
        raise UsernameTaken
    registration.hold_key(db, user_id=user_id, key=candidate.key)
    resets.send_link(db, user_id=user_id, letter="set_password")
    _announce(db, user_id=user_id, old=None, new={"role": "admin", "email": candidate.sealed_email}, by=by)
    return user_id


def _promoted(db: Db, *, user_id: UUID, old: str, by: UUID | None) -> None:
    """Tokens say the old role until they end: nobody stays signed in over a change of it."""
    db.execute(update(User).where(User.id == user_id).values(role="admin", updated_at=work(db).now))
    sessions.revoke(db, user_id=user_id, reason="role_granted", actor=by)
    _announce(db, user_id=user_id, old={"role": old}, new={"role": "admin"}, by=by)


def _announce(
    db: Db, *, user_id: UUID, old: dict[str, str] | None, new: dict[str, str], by: UUID | None
) -> None:
    publish(db, RoleGranted(user_id=user_id, role="admin"))
    trail.leave(db, event="role_granted", user_id=user_id, old=old, new=new, actor=by)
