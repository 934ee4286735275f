"""What there is to see of the platform at one moment: numbers and times, no words yet."""

import asyncio
import logging
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from functions.financial.tables import Payment
from functions.platform import queries
from infra.discover import Function
from infra.local import demo, mailbox
from infra.local.pages.memory import descendants, program, weight
from infra.local.supervisor import Platform
from shared import clock
from shared.money import Money

log = logging.getLogger(__name__)

PATIENCE = 2  # seconds for the database: the page is for the day it does not answer, too


@dataclass(frozen=True)
class Process:
    name: str
    size: int
    memory: int  # bytes
    busy: int | None = None  # None: no worker, so it has no calls
    restarts: int | None = None


@dataclass(frozen=True)
class Deposit:
    amount: Money
    status: str


@dataclass(frozen=True)
class Sight:
    now: datetime
    functions: tuple[Function, ...]
    calls: Mapping[str, int]  # since the start, by function
    next_runs: Mapping[str, datetime]
    processes: list[Process]
    status: queries.Status | None  # None: the database does not answer
    letters: int
    wallets: Sequence[Money]  # of the demo account
    deposit: Deposit | None = None  # whose payment page somebody came back from


async def look(platform: Platform, mail: Path, *, paid: UUID | None = None) -> Sight:
    """`paid`: a deposit that somebody wants to know of."""
    status, wallets, deposit = await _stored(platform, paid)
    return Sight(
        now=clock.now(),
        functions=platform.functions,
        calls=sum((pool.calls for pool in platform.pools.values()), Counter()),
        next_runs=dict(platform.clock.next_runs),
        processes=await asyncio.to_thread(lambda: list(_processes(platform))),
        status=status,
        letters=mailbox.count(mail),
        wallets=wallets,
        deposit=deposit,
    )


Stored = tuple[queries.Status | None, Sequence[Money], Deposit | None]


async def _stored(platform: Platform, paid: UUID | None) -> Stored:
    def read(db: Session) -> Stored:
        return queries.status(db, now=clock.now()), demo.wallets(db), _deposit(db, paid) if paid else None

    try:
        async with asyncio.timeout(PATIENCE):
            return await platform.database.run(read)
    except Exception as error:
        log.warning("the status cannot be read: %r", error)
        return None, (), None


def _deposit(db: Session, payment_id: UUID) -> Deposit | None:
    asked = select(Payment.amount, Payment.currency, Payment.status).where(Payment.id == payment_id)
    found = db.execute(asked).one_or_none()
    return Deposit(Money.of(found.amount, found.currency), found.status) if found else None


def _processes(platform: Platform) -> Iterator[Process]:
    supervisor, nursery = os.getpid(), platform.nursery.pid
    beside = set(descendants(supervisor)) - set(descendants(nursery)) - {nursery}
    database = {pid for pid in beside if program(pid) == "postgres"}
    yield Process("supervisor", 1, weight(supervisor))
    yield Process("database", len(database), sum(map(weight, database)))
    if processor := beside - database:
        yield Process("processor", len(processor), sum(map(weight, processor)))
    yield Process("nursery", 1, weight(nursery))
    for name, pool in platform.pools.items():
        memory = sum(map(weight, pool.pids))
        yield Process(name, len(pool.pids), memory, len(pool.running), pool.restarts)
