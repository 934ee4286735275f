"""The one function with the owner's rights: secrets, roles and schema, between two versions of the code.

Its event may ask for more: `{"admin": {"email": …, "username": …}}` makes the first admin,
`{"rotate": ["logins"]}` and `{"rotate": ["signing"]}` put new secrets in the place of old ones.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.auth.addresses import Email
from functions.auth.operations import admins
from functions.auth.rules import USERNAME
from infra import database
from infra.migrations import secrets
from shared import log
from shared.db import system, transaction
from shared.handler import Context, Event, Handler, Trigger


class Whole(BaseModel):
    """A word that it does not know is refused: whoever calls would think that it was done."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Admin(Whole):
    email: Email
    username: Annotated[str, Field(pattern=USERNAME)] = "admin"


class Asked(Whole):
    rotate: frozenset[Literal["logins", "signing"]] = frozenset()
    admin: Admin | None = None


def handle(asked: Asked) -> dict[str, Any]:
    """As often as it is called: what stands is left alone, what a kill left half is made whole."""
    secrets.keep_signing(anew="signing" in asked.rotate)
    passwords = secrets.passwords(anew="logins" in asked.rotate)
    database.prepare(secrets.admin_url(), passwords, database=secrets.DATABASE)
    owner_url = secrets.keep_logins(passwords)
    database.migrate(owner_url)
    done = {"schema": database.revision(owner_url)}
    return done | ({"admin": make_admin(asked.admin)} if asked.admin else {})


def make_admin(wanted: Admin) -> str:
    """Where there is none; every further one is made by an admin."""
    candidate = admins.candidate(email=wanted.email, username=wanted.username)
    with transaction("fn_system", system()) as db:
        return str(admins.make_admin(db, candidate=candidate, by=None))


def call(event: Event, context: Context) -> dict[str, Any]:
    with log.call(context.function_name, request_id=context.aws_request_id):
        return handle(Asked.model_validate(event))


handler = Handler(Trigger(kind="call", timeout=900, memory=1024, concurrency=1), call)
