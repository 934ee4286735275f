"""People who are signed in, with money in their wallets: what tests over HTTP begin with."""

import json
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from functions.financial import ledger
from shared import clock
from shared.db import system, transaction
from tests.calls import Answer, Api
from tests.functions.auth import make as accounts
from tests.functions.auth.make import Account
from tests.functions.financial import make


@dataclass(frozen=True)
class Person:
    id: UUID
    username: str
    api: Api

    def get(self, path: str, **headers: str) -> Answer:
        return self.api.get(f"/v1/financial/{path}", **headers)

    def post(self, path: str, body: dict[str, Any], *, key: str = "") -> Answer:
        return self.api.post(f"/v1/financial/{path}", body, **{"Idempotency-Key": key or str(uuid4())})

    def put(self, path: str, body: dict[str, Any]) -> Answer:
        return self.api.send("PUT", f"/v1/financial/{path}", json.dumps(body).encode())

    def delete(self, path: str) -> Answer:
        return self.api.delete(f"/v1/financial/{path}")

    def wallet(self, currency: str = "USD", *, balance: Decimal | int | str = 0) -> UUID:
        """Opened as one opens it; the money comes from nowhere but the house's cash."""
        assert self.post("wallets", {"currency": currency}).status == 201
        opened = ledger.wallet_id(self.id, currency)
        if Decimal(balance):
            with transaction("fn_system", system()) as db:
                make.deposit(db, opened, balance, currency=currency)
        return opened

    def balance(self, wallet_id: UUID) -> str:
        return str(self.get(f"wallets/{wallet_id}").json()["balance"])


def signed_in(api: Api, username: str = "ada") -> Person:
    who = Account(f"{username}@example.com", username)
    user_id = accounts.account(who)
    return Person(user_id, username, api.signed_in(accounts.session(who).access_token))


def rates(**euros: str) -> None:
    """As of an hour ago: a currency without one has no price."""
    with transaction("fn_system", system()) as db:
        make.rates(db, as_of=clock.now() - timedelta(hours=1), **euros)


def refused(answer: Answer) -> tuple[int, str, list[str]]:
    """The status, the code, and the fields that it names."""
    told = answer.json()
    return answer.status, told["code"], [fault["field"] for fault in told.get("errors") or []]
