"""Builders of this domain: accounts as people make them, through the functions themselves."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

from functions.auth import job_send_account_mail
from shared.settings import settings
from tests.calls import Answer, Api
from tests.queues import deliver

PASSWORD = "correct horse battery staple"


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


def signed_in(api: Api, account: Account = ADA) -> Api:
    return api.signed_in(tokens(api, verified(api, account))["access_token"])
