"""The world that every route is asked in: Ada has something of everything, a card at the processor too."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from infra.local.postgres import Server
from infra.migrations.whole import whole
from shared.currencies import CURRENCIES
from shared.http import Route, Rule
from shared.idempotency import NAME
from shared.ids import new_id
from shared.permissions import Permission
from tests.architecture.routes import Found
from tests.calls import Answer, Api
from tests.conftest import Database
from tests.functions.auth import make
from tests.functions.auth.make import ADA, BOB, Account
from tests.functions.financial import people
from tests.functions.financial.people import Person
from tests.functions.financial.processor import Processor, deposit, processing
from tests.journeys.asked import BODIES, IDS, QUERIES
from tests.shared.notes import change, one_database, stored

ADMIN = Account("admin@example.com", "admin")
CAROL = Account("carol@example.com", "carol")  # who asks for what the admin decides
IN_BRACES = re.compile(r"\{(\w+)\}")
THINGS = """
    insert into auth.email_verifications (id, user_id, token_hash, expires_at, created_at)
        values (gen_random_uuid(), '{ada}', 'hash', now() + interval '1 day', now());
    insert into audit.security_events
        (id, category, severity, user_id, event_code, is_blocked, requires_review, created_at)
        values (gen_random_uuid(), 'auth', 'warning', '{ada}', 'auth.token_reused', true, true, now());
    insert into platform.dead_letters (id, consumer, event_id, payload, attempts, failed_at)
        values (gen_random_uuid(), 'auth-job-send-account-mail', gen_random_uuid(),
            '{{"id": "00000000-0000-7000-8000-000000000001", "body": {{"user_id": "{ada}"}}}}', 5, now());
"""


class World:
    """Ada has something in every table that has owners; Bob is signed in."""

    def __init__(self, database: Database, processor: Processor, *, ada: Account = ADA) -> None:
        self.nobody, self.database = Api(), database
        self.ada_id, self.bob_id = make.account(ada), make.account(BOB)
        make.session(ada)  # the one that others would like to end
        self.ada = self.nobody.signed_in(make.session(ada).access_token)
        make.account(ADMIN, role="admin")
        assert self.ada.post("/v1/auth/api-keys", {"name": "bot", "scopes": ["read"]}).status == 201
        assert self.nobody.post("/v1/auth/forgot-password", {"email": ada.email}).status == 202
        change(database, THINGS.format(ada=self.ada_id))
        self._pay(Person(self.ada_id, ada.username, self.ada), processor)

    def _pay(self, ada: Person, processor: Processor) -> None:
        """By the routes, as anybody does; of what one route uses up there is enough for all."""
        people.rates(**dict.fromkeys(CURRENCIES.keys() - {"EUR"}, "1.0812"))  # none is without a price
        wallet = {"wallet_id": str(ada.wallet(balance=4_000))}
        paid = deposit(ada).json()["id"]
        deposit(ada, card="createDispute")
        self._ask(ada, "payments/setup-intents", {"payment_method": "pm_card_visa"})
        processor.tells()
        self._ask(ada, f"payments/deposits/{paid}/refunds", {"amount": "1.00"})
        self._ask(ada, "holds", wallet | {"amount": "1.00"})
        self._ask(ada, "quotes", wallet | {"to_currency": "EUR", "amount": "1.00"})
        to_the_bank = {"amount": "1000.01", "holder": "Ada Lovelace", "iban": "DE89370400440532013000"}
        for _ in ("approved", "rejected", "canceled"):
            self._ask(ada, "payments/payouts", wallet | to_the_bank)
        carol = Person(make.account(CAROL, role="compliance"), CAROL.username, self.signed_in(CAROL))
        for _ in ("approved", "rejected"):
            sent = self._ask(ada, "transfers", wallet | {"to": BOB.username, "amount": "1.00"})
            self._ask(carol, "admin/reversals", {"transfer_id": sent["id"], "reason": "A mistake."})

    def _ask(self, who: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = who.post(path, body)
        assert answer.status == 201, answer.text
        return dict(answer.json())

    def signed_in(self, who: Account) -> Api:
        return self.nobody.signed_in(make.session(who).access_token)

    def bob(self) -> Api:
        """Newly signed in: some routes sign out."""
        return self.signed_in(BOB)

    def admin(self) -> Api:
        return self.signed_in(ADMIN)

    def ask(self, asker: Api, found: Found) -> Answer:
        path, body = self.filled(found.path), self.body(found.name)
        query = f"?{QUERIES[found.name]}" if found.name in QUERIES else ""
        sent = json.dumps(body).encode() if body else b""
        return asker.send(found.method, path + query, sent, fresh_key(found))

    def body(self, name: str) -> Any:
        """With ids of Ada's, where it names some."""
        return json.loads(self.filled(json.dumps(BODIES.get(name))))

    def filled(self, text: str) -> str:
        return IN_BRACES.sub(lambda name: self.id_of_ada(name[1]), text)

    def id_of_ada(self, name: str) -> str:
        """Nobody's, where all were used up."""
        found = stored(self.database, IDS[name].format(ada=self.ada_id))
        return str(found[0] if found else UUID(int=0))

    def of_ada(self) -> dict[str, list[Any]]:
        """Every row of hers, and all that was told or noted of her."""
        owned = {
            table.fullname: table.info["owner"] for table in whole().sorted_tables if table.info["owner"]
        }
        owned |= {"platform.outbox": "key", "audit.audit_logs": "tenant"}
        owned |= {"financial.ledger_accounts": "owner_id"}
        rows = "to_jsonb(t)::text from {table} t where t.{owner}::text = '{ada}' order by 1"
        return {
            table: stored(self.database, rows.format(table=table, owner=owner, ada=self.ada_id))
            for table, owner in owned.items()
        }


def permission(found: Found) -> Permission | None:
    assert isinstance(found.rule, Rule)
    return found.rule.permission


def is_for_staff(found: Found) -> bool:
    wanted = permission(found)
    return wanted is not None and "user" not in wanted.roles


def fresh_key(found: Found) -> dict[str, str]:
    assert isinstance(found.route, Route)
    return {NAME: str(new_id())} if found.route.is_idempotent else {}


@contextmanager
def one_world(
    server: Server, template: str, keys_folder: Path, folder: Path, *, ada: Account = ADA
) -> Iterator[World]:
    with (
        one_database(server, template, keys_folder, folder) as database,
        processing(keys_folder, folder) as processor,
    ):
        yield World(database, processor, ada=ada)
