"""Opening an account, without telling anybody who has one already."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as Db

from functions.auth import passwords
from functions.auth.derived import derived_token, mailed_token
from functions.auth.errors import BadLink, UsernameTaken
from functions.auth.events import EmailVerified, UserRegistered
from functions.auth.jobs import SendAccountMail
from functions.auth.operations import trail
from functions.auth.rules import VERIFICATION_LIFE
from functions.auth.tables import EmailVerification, User, UserKey
from shared.crypto import token_hash
from shared.db import affected, violated, work
from shared.device import Device
from shared.envelope import new_data_key, seal
from shared.errors import Unavailable
from shared.ids import new_id
from shared.outbox import enqueue, publish
from shared.wrapped_key import WrappedKey


@dataclass(frozen=True)
class Standing:
    """Who has the address now."""

    user_id: UUID
    status: str


@dataclass(frozen=True)
class Application:
    """What registering writes: an account, or for an address that has one, a username held for a day."""

    row_id: UUID
    email: str | None  # None: only the name is held
    username: str
    password_hash: str
    key: WrappedKey
    sealed_email: str
    owner_id: UUID | None  # of an address that has an account: gets a letter instead
    again: bool  # the row is there already


def standing(db: Db) -> Standing | None:
    """Of the address's owner, for whom the transaction works."""
    found = db.execute(select(User.id, User.status)).one_or_none()
    return Standing(found.id, found.status) if found else None


def application(*, email: str, username: str, password: str, held: Standing | None) -> Application:
    """Argon2 and a data key, whoever has the address. No transaction is open."""
    taken = held is not None and held.status != "pending"
    row_id = _reservation(email) if taken else held.user_id if held else new_id()
    data_key, wrapped = new_data_key(row_id)
    return Application(
        row_id=row_id,
        email=None if taken else email,
        username=username,
        password_hash=passwords.hashed(password),
        key=wrapped,
        sealed_email=seal(data_key, email, field="email"),
        owner_id=held.user_id if held and taken else None,
        again=held is not None,
    )


def _reservation(email: str) -> UUID:
    """One row an address, so that a second try frees the first name, as it does for a new account."""
    return UUID(bytes=token_hash(derived_token("reservation", email.lower()))[:16])


def register(db: Db, *, application: Application, device: Device) -> None:
    """As many statements whoever has the address, so that the time it takes tells nothing either."""
    if not _written(db, application):
        return  # somebody registered this address in the same moment, and gets the letter
    user_id, event = application.row_id, "registered"
    hold_key(db, user_id=user_id, key=application.key)
    link_id = _new_link(db, user_id)
    letter = SendAccountMail(
        user_id=user_id, letter="verify_email", link_id=link_id, language=device.language
    )
    if application.owner_id:
        event = "username_held"
        letter = SendAccountMail(
            user_id=application.owner_id, letter="already_registered", language=device.language
        )
    else:
        publish(db, UserRegistered(user_id=user_id))
    enqueue(db, letter)
    new = {} if application.again else {"email": application.sealed_email}
    trail.leave(db, event=event, user_id=user_id, device=device, new=new)


def _written(db: Db, application: Application) -> bool:
    """A registration replaces an unconfirmed one: nobody's password goes live on another's click."""
    now = work(db).now
    changed = {
        "username": application.username,
        "password_hash": application.password_hash,
        "updated_at": now,
    }
    row = insert(User).values(id=application.row_id, email=application.email, created_at=now, **changed)
    if application.again:
        row = row.on_conflict_do_update(index_elements=["id"], set_=changed, where=User.status == "pending")
    else:
        row = row.on_conflict_do_nothing(index_elements=[func.lower(User.email)])
    try:
        return affected(db.execute(row)) == 1
    except DBAPIError as error:
        match violated(error):
            case "users_lower_username_key":
                raise UsernameTaken from None
            case "users_lower_email_key":  # another row took the place of the unconfirmed one
                raise Unavailable(headers={"Retry-After": "1"}) from None
        raise


def hold_key(db: Db, *, user_id: UUID, key: WrappedKey) -> None:
    held = {"user_id": user_id, "key_id": key.key_id, "wrapped": key.wrapped, "created_at": work(db).now}
    db.execute(insert(UserKey).values(held).on_conflict_do_nothing())


def _new_link(db: Db, user_id: UUID) -> UUID:
    db.execute(delete(EmailVerification).where(EmailVerification.user_id == user_id))
    link_id, now = new_id(), work(db).now
    link = insert(EmailVerification).values(
        id=link_id,
        user_id=user_id,
        token_hash=token_hash(mailed_token("verify_email", link_id)),
        expires_at=now + VERIFICATION_LIFE,
        created_at=now,
    )
    db.execute(link)
    return link_id


def verify_email(db: Db, *, token: str, device: Device) -> None:
    """Status is nobody's to write: a function of the owner's takes the mailed secret as its proof."""
    user_id = db.scalar(select(User.id).with_for_update(key_share=True))  # then its link: as `register` locks
    if user_id is None or not db.scalar(func.auth.activate(token_hash(token), work(db).now)):
        raise BadLink
    publish(db, EmailVerified(user_id=user_id))
    trail.leave(db, event="email_verified", user_id=user_id, device=device)
