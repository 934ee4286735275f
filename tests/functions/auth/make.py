"""Builders of this domain: accounts as people make them, and a short way to those that are only needed."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from functions.auth import job_send_account_mail, passwords
from functions.auth.operations import login, registration
from functions.auth.passwords import Proof
from functions.auth.rules import SESSION_LIFE
from functions.auth.tables import Session, User
from functions.auth.tokens import Tokens
from shared.db import identity, system, transaction
from shared.device import Device
from shared.envelope import new_data_key
from shared.ids import new_id
from shared.permissions import Role
from shared.settings import settings
from tests.calls import Answer, Api
from tests.queues import deliver

PASSWORD = "correct horse battery staple"
DEVICE = Device("203.0.113.7", "a test")


@dataclass(frozen=True)
class Account:
    email: str
    username: str
    password: str = PASSWORD

    @property
    def credentials(self) -> dict[str, str]:
        return {"email": self.email, "password": self.password}


ADA = Account("Ada@example.com", "ada")
BOB = Account("bob@example.com", "bob")


def register(api: Api, account: Account = ADA) -> Answer:
    return api.post("/v1/auth/register", {**account.credentials, "username": account.username})


def mails(*, to: str = "") -> list[Any]:
    """The letters that were sent, oldest first, once the queue is empty."""
    deliver(job_send_account_mail.handler)
    folder = settings().mail_dir
    assert folder is not None
    letters = [
        message_from_bytes(f.read_bytes(), policy=policy.default) for f in sorted(folder.glob("*.eml"))
    ]
    return [letter for letter in letters if to.lower() in letter["To"].lower()]


def link_token(letter: Any) -> str:
    return str(letter.get_content().split("#")[1].split()[0])


def verified(api: Api, account: Account = ADA) -> Account:
    assert register(api, account).status == 202
    token = link_token(mails(to=account.email)[-1])
    assert api.post("/v1/auth/verify-email", {"token": token}).status == 204
    return account


def tokens(api: Api, account: Account = ADA) -> dict[str, Any]:
    answer = api.post("/v1/auth/login", account.credentials)
    assert answer.status == 200, answer.text
    return dict(answer.json())


def account(account: Account = ADA, *, role: Role = "user", status: str = "active") -> UUID:
    """The row as registering and confirming leave it, without their letters."""
    user_id = new_id()
    with transaction("fn_system", system()) as db:
        row = {"id": user_id, "email": account.email, "username": account.username, "role": role}
        row |= {"status": status, "password_hash": password_hash(account.password)}
        db.execute(insert(User).values(**row, created_at=db.now, updated_at=db.now))
        registration.hold_key(db, user_id=user_id, key=new_data_key(user_id)[1])
    return user_id


@cache
def password_hash(password: str) -> str:
    return passwords.hashed(password)


def tried(account: Account = ADA, *, device: Device = DEVICE) -> bool:
    """Is a password looked at? The try stays counted, as that of a wrong one."""
    with transaction("fn_auth", identity.owner_of_email(account.email)) as db:
        return isinstance(login.count_attempt(db, email=account.email, device=device), login.Attempt)


def session(account: Account = ADA, *, device: Device = DEVICE) -> Tokens:
    """Signed in, with no password looked at."""
    with transaction("fn_auth", identity.owner_of_email(account.email)) as db:
        attempt = login.count_attempt(db, email=account.email, device=device)
        assert isinstance(attempt, login.Attempt)
        opened = login.open_session(db, attempt=attempt, proof=Proof(matches=True), device=device)
        assert isinstance(opened, Tokens)
    return opened


def sessions(user_id: UUID, number: int) -> None:
    """Rows alone, of so many devices."""
    with transaction("fn_system", system()) as db:
        now = {"created_at": db.now, "updated_at": db.now, "last_used_at": db.now}
        times = now | {"user_id": user_id, "expires_at": db.now + SESSION_LIFE}
        ids = [new_id() for _ in range(number)]
        db.execute(insert(Session), [{"id": one, "token_hash": one.bytes, **times} for one in ids])


def signed_in(api: Api, who: Account = ADA, *, role: Role = "user") -> Api:
    account(who, role=role)
    return api.signed_in(session(who).access_token)
