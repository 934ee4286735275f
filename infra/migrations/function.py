"""The one function with the owner's rights: secrets, roles and schema, between two versions of the code.

Its event may ask for more: `{"admin": {"email": …, "username": …}}` makes the first admin,
`{"rotate": ["logins"]}` and `{"rotate": ["signing"]}` put new secrets in the place of old ones.
"""

from typing import Any

from functions.auth.operations import admins
from infra import database
from infra.migrations import secrets
from shared import log
from shared.db import system, transaction
from shared.handler import Context, Event, Handler, Trigger


def handle(event: Event) -> dict[str, Any]:
    """As often as it is called: what stands already is left alone."""
    rotate = event.get("rotate", ())
    secrets.keep_signing(anew="signing" in rotate)
    passwords = secrets.passwords(anew="logins" in rotate)
    database.prepare(secrets.admin_url(), passwords, database=secrets.DATABASE)
    owner_url = secrets.keep_logins(passwords)
    database.migrate(owner_url)
    done = {"schema": database.revision(owner_url)}
    return done | {"admin": make_admin(**event["admin"])} if "admin" in event else done


def make_admin(*, email: str, username: str = "admin") -> str:
    """Where there is none; every further one is made by an admin."""
    candidate = admins.candidate(email=email, username=username)
    with transaction("fn_system", system()) as db:
        return str(admins.make_admin(db, candidate=candidate, by=None))


def call(event: Event, context: Context) -> dict[str, Any]:
    with log.call(context.function_name, request_id=context.aws_request_id):
        return handle(event)


handler = Handler(Trigger(kind="call", timeout=900, memory=1024, concurrency=1), call)
