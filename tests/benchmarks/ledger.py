"""The ledger beside what PostgreSQL does at all: its own benchmark's transaction, and bare rows."""

import math
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from textwrap import dedent

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from functions.financial.verification import verify
from infra.database import engine
from infra.local import postgres
from infra.local.postgres import Server
from tests import databases
from tests.benchmarks import books
from tests.benchmarks.pgbench import Pgbench
from tests.benchmarks.scene import Scene
from tests.benchmarks.table import Figure

ROUNDS, SECONDS, SCALE = 3, 8, 10  # a new connection compiles and plans for a tenth of a second
CLIENTS = (1, 4, 8)
FOUR_FIFTHS = 1.25  # of the time: at least 80 % of the peer's number a second
CONSTANT = 1.25
PROOF = 300.0  # seconds

# As the product does it: a function that knows the accounts, and whose plans are kept, calls for the posting.
CALLERS = """
    create function public.deposit(number bigint) returns void language plpgsql as $$
    declare
        id uuid := financial.new_id(now());
        purse public.purses;
    begin
        select * into purse from public.purses p where p.n = number;
        perform financial.post(id, 'deposit', 'payment:' || id, 'payment', id::text, null, null, null,
            array[purse.cash, purse.id], array[10, -10], now());
    end $$;
    create function public.transfer(number bigint, other bigint) returns void language plpgsql as $$
    declare
        id uuid := financial.new_id(now());
        giver uuid;
        taker uuid;
    begin
        select p.id into giver from public.purses p where p.n = number;
        select p.id into taker from public.purses p where p.n = other;
        perform financial.post(id, 'transfer', 'transfer:' || id, 'user', id::text, null, null, null,
            array[giver, taker], array[0.01, -0.01], now());
    end $$;
"""
DEPOSIT = """
    \\set n random(1, 1000)
    select public.deposit(:n);
"""
TRANSFER = """
    \\set n random(1, 1000)
    \\set m 1 + (:n + random(0, 998)) % 1000
    select public.transfer(:n, :m);
"""
HOT = DEPOSIT.replace("random(1, 1000)", "1")

# A hundred thousand deposits, as the arrays that POST_ALL takes.
BATCH = """
    create unlogged table public.batch as
        select array_agg(id order by n) as ids, array_agg(key order by n) as keys,
            array_agg('deposit'::text) as kinds, array_agg(null::text) as nothing,
            array_agg(null::uuid) as no_ids, array_agg('00'::text) as prints,
            array_agg(id order by n) || array_agg(id order by n) as leg_ids,
            array_agg(cash order by n) || array_agg(wallet order by n) as accounts,
            array_agg(1::numeric) || array_agg(-1::numeric) as amounts
        from (select i.n, b.id, 'bulk:' || b.id as key, p.id as wallet, p.cash
              from generate_series(1, 100000) i(n) join public.purses p on p.n = 1 + mod(i.n, 1000),
                  lateral (select financial.new_id(now() + i.n * interval '1 ms')) b(id)) t
"""
POST_ALL = """
    select financial.post_all(ids, kinds, keys, nothing, nothing, nothing, no_ids, prints, leg_ids, accounts,
        amounts, now()) from public.batch
"""
# What that wrote, to be written once more as bare rows into tables with the same keys.
BOOK = {"ledger_transfers": "id", "ledger_entries": "transfer_id", "wallet_transactions": "transfer_id"}
COPY = "create table public.bare_{0} (like financial.{0} including all)"
STAGE = """
    create unlogged table public.staged_{0} as
        select r.* from financial.{0} r where r.{1} in (select unnest(ids) from public.batch)
"""
INSERT = "insert into public.bare_{0} overriding system value select * from public.staged_{0}"


def figures(_: Scene) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options = databases.FORGETFUL | {"shared_buffers": "1GB", "max_wal_size": "8GB"}
        with postgres.start(folder / "postgres", options=options) as server:
            database = databases.clone(server, databases.template(server))
            with databases.connected(server.url("app_owner", database)) as owner:
                books.fill_small(owner)
                owner.exec_driver_sql(CALLERS)
            yield from _single(server, database, folder)
            yield from _growth(server, database, folder)
            with databases.connected(server.url("postgres", database)) as administrator:
                yield _bulk(administrator)


def _single(server: Server, small: str, folder: Path) -> Iterator[Figure]:
    """First of all: what is tidied up after millions of rows would be in it."""
    database = databases.clone(server, server.url("app_owner", small))
    pgbench = Pgbench(server.url("postgres", database))
    pgbench.prepare(scale=SCALE)
    scripts = {"cash → wallet": DEPOSIT, "wallet → wallet": TRANSFER, "one hot wallet": HOT}
    files = {name: _script(folder, sql) for name, sql in scripts.items()}
    for clients in CLIENTS:
        tpcb, *ours = _medians(
            partial(pgbench.tpcb, clients=clients, seconds=SECONDS),
            *(partial(pgbench.script, file, clients=clients, seconds=SECONDS) for file in files.values()),
        )
        for name, spent in zip(files, ours, strict=True):
            goal = math.inf if name == "one hot wallet" else FOUR_FIFTHS
            yield Figure(f"posting {name}, {clients} at once", spent, tpcb, "pgbench's TPC-B", goal, "µs")
    databases.drop(server, database)


def _growth(server: Server, small: str, folder: Path) -> Iterator[Figure]:
    """The same posting in turn on a young book and on one of ten million entries, which are proven first."""
    big = databases.clone(server, server.url("app_owner", small))
    with databases.connected(server.url("postgres", big)) as administrator:
        books.fill_big(administrator)
        administrator.execute(text("vacuum (analyze)"))
        administrator.execute(text("checkpoint"))
    yield Figure(
        "proof of a book of 10⁷ entries", _proof(server.url("app_owner", big)), PROOF, "limit", 1.0, "s"
    )
    old, young = (Pgbench(server.url("postgres", name)) for name in (big, small))
    script = _script(folder, TRANSFER)
    ours, peer = _medians(
        lambda: old.script(script, clients=1, seconds=SECONDS),
        lambda: young.script(script, clients=1, seconds=SECONDS),
    )
    yield Figure("posting after 10⁷ entries", ours, peer, "after some 10⁴", CONSTANT, "µs")
    databases.drop(server, big)


def _proof(url: str) -> float:
    with engine(url).connect() as owner, Session(owner) as db:
        began = time.perf_counter()
        faults = verify(db)
        spent = time.perf_counter() - began
    if faults:
        raise RuntimeError(faults)
    return spent


def _bulk(administrator: Connection) -> Figure:
    for table in BOOK:
        administrator.execute(text(COPY.format(table)))

    def post_all() -> float:
        administrator.execute(text("drop table if exists public.batch"))
        administrator.execute(text(BATCH))
        return _timed(administrator, POST_ALL)

    def bare() -> float:
        for table, key in BOOK.items():
            administrator.execute(text(f"drop table if exists public.staged_{table}"))
            administrator.execute(text(STAGE.format(table, key)))
        return _timed(administrator, *(INSERT.format(table) for table in BOOK))

    ours, peer = _medians(post_all, bare)
    return Figure("100,000 transfers at once", ours, peer, "bare INSERT of their rows", FOUR_FIFTHS, "s")


def _timed(connection: Connection, *statements: str) -> float:
    began = time.perf_counter()
    for statement in statements:
        connection.execute(text(statement)).close()
    return time.perf_counter() - began


def _script(folder: Path, sql: str) -> Path:
    file = folder / f"{len(list(folder.iterdir()))}.sql"
    file.write_text(dedent(sql))
    return file


def _medians(*runs: Callable[[], float]) -> list[float]:
    """Of runs in turn: what slows the machine slows all."""
    rounds = [[run() for run in runs] for _ in range(ROUNDS + 1)]
    return [statistics.median(column) for column in zip(*rounds[1:], strict=True)]
