"""Builders of this domain: rows that domains write, the sealer's turn, and somebody with the owner's hand."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from functions.audit import loop_seal, queries
from functions.audit.queries import Report
from shared import audit, clock
from shared.db import house, system, transaction
from shared.steps import Steps
from tests.conftest import Database

ADA = UUID("01900000-0000-7000-8000-00000000000a")
BOB = UUID("01900000-0000-7000-8000-00000000000b")


def steps() -> Steps:
    return Steps(lambda: transaction("fn_system", system()))


def record(
    db: Session, *, tenant: UUID | None = ADA, lamp: int = 1, new: dict[str, Any] | None = None
) -> None:
    resource = ("lamp", lamp)
    audit.record(db, action="garden.lamp_lit", resource=resource, actor=ADA, tenant=tenant, new=new)


def recorded(count: int = 1, *, tenant: UUID | None = ADA) -> None:
    for lamp in range(1, count + 1):
        steps()(record, tenant=tenant, lamp=lamp, new={"light": "dim", "lamp": lamp})
        time.sleep(0.002)  # within a millisecond ids have no order, and so the numbers of a chain have none


def sealed() -> None:
    while loop_seal.handle(steps()):
        pass


def chain(tenant: object = ADA) -> list[tuple[int, str]]:
    """The numbers of a chain, each with the lamp it is about."""
    logs = house.audit_logs.c
    with transaction("fn_system", system()) as db:
        rows = select(logs.seq, logs.resource_id).where(logs.tenant == str(tenant)).order_by(logs.seq)
        return [tuple(row) for row in db.execute(rows)]


def verify() -> Report:
    with transaction("fn_system", system()) as db:
        return queries.verify(db, now=clock.now())


def tamper(database: Database, statements: Sequence[str], **values: object) -> None:
    """As the owner, who can stop the trigger that keeps everybody else from it."""
    engine = create_engine(database.url("app_owner"))
    with engine.begin() as connection:
        connection.execute(text("alter table audit.audit_logs disable trigger keep"))
        for statement in statements:
            names = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), names)
        connection.execute(text("alter table audit.audit_logs enable trigger keep"))
    engine.dispose()
