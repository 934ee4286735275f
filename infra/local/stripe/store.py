"""Everything that is remembered: one SQLite file, one transaction at a time."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.stripe.errors import Object

KEPT = 86_400  # seconds for which an idempotency key is good
TABLES = """
create table if not exists objects (
  seq integer primary key autoincrement,
  id text not null unique,
  kind text not null,
  body text not null,
  created integer as (json_extract(body, '$.created')),
  customer text as (json_extract(body, '$.customer')),
  payment_intent text as (json_extract(body, '$.payment_intent')),
  payment_method text as (json_extract(body, '$.payment_method')),
  charge text as (json_extract(body, '$.charge')),
  status text as (json_extract(body, '$.status')),
  type text as (json_extract(body, '$.type')),
  email text as (json_extract(body, '$.email')),
  source text as (json_extract(body, '$.source')),
  session text as (json_extract(body, '$.session'))
);
create index if not exists objects_by_kind on objects (kind, seq);
create index if not exists objects_by_customer on objects (customer, kind) where customer is not null;
create index if not exists objects_by_intent on objects (payment_intent, kind)
  where payment_intent is not null;
create index if not exists objects_by_charge on objects (charge, kind) where charge is not null;
create index if not exists objects_by_session on objects (session, kind) where session is not null;
create table if not exists answers (
  key text primary key, request text not null, status integer not null, body text not null,
  created real not null
);
create table if not exists deliveries (
  seq integer primary key autoincrement, event_id text not null, endpoint text not null,
  forgery text, attempts integer not null default 0, due_at real not null
);
create table if not exists balances (currency text primary key, amount integer not null);
create table if not exists tasks (
  seq integer primary key autoincrement, name text not null, object_id text not null, due_at real not null
);
"""
CONDITIONS = {
    "customer": " and customer = ?",
    "payment_intent": " and payment_intent = ?",
    "payment_method": " and payment_method = ?",
    "charge": " and charge = ?",
    "status": " and status = ?",
    "type": " and type = ?",
    "email": " and email = ?",
    "source": " and source = ?",
    "session": " and session = ?",
    "gt": " and created > ?",
    "gte": " and created >= ?",
    "lt": " and created < ?",
    "lte": " and created <= ?",
    "created": " and created = ?",
    "delivered": " and ? = not exists (select 1 from deliveries where event_id = objects.id)",
}
NEWEST_FIRST = "select body from objects where kind = ? and seq < ?{} order by seq desc limit ?"
END = 2**62  # beyond every sequence number
NEVER = 1e12  # seconds since 1970: when a delivery is due that was given up


@dataclass(frozen=True)
class Stored:
    """An answer under an idempotency key, and what was asked with it."""

    request: str
    status: int
    body: str


@dataclass(frozen=True)
class Delivery:
    seq: int
    event_id: str
    endpoint: str
    forgery: str | None
    attempts: int


@dataclass(frozen=True)
class Task:
    """What happens to an object later: a bank's answer, the end of a session."""

    seq: int
    name: str
    object_id: str


class Store:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            folder / "stripe.sqlite", isolation_level=None, check_same_thread=False
        )
        self._connection.execute("pragma journal_mode = wal")
        self._connection.executescript(f"begin;{TABLES}commit;")

    @contextmanager
    def transaction(self) -> Iterator["Records"]:
        """Committed when it ends, forgotten when it raises. They come one after another."""
        with self._lock:
            self._connection.execute("begin immediate")
            try:
                yield Records(self._connection)
                self._connection.execute("commit")
            except BaseException:
                self._connection.execute("rollback")
                raise

    def close(self) -> None:
        with self._lock:
            self._connection.close()


class Records:
    """What one transaction sees and changes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    # objects

    def add(self, made: Object) -> Object:
        self._execute(
            "insert into objects (id, kind, body) values (?, ?, ?)",
            (made["id"], made["object"], json.dumps(made)),
        )
        return made

    def save(self, changed: Object) -> Object:
        self._execute("update objects set body = ? where id = ?", (json.dumps(changed), changed["id"]))
        return changed

    def find(self, object_id: str, kind: str | None = None) -> Object | None:
        row = self._execute("select kind, body from objects where id = ?", (object_id,)).fetchone()
        return json.loads(row[1]) if row and kind in (None, row[0]) else None

    def listed(
        self, kind: str, where: Mapping[str, str | int], *, limit: int, after: str | None = None
    ) -> list[Object]:
        """Newest first. `after` is the last that was seen."""
        conditions = "".join(CONDITIONS[name] for name in where)
        seen = self._execute("select seq from objects where id = ?", (after,)).fetchone()
        values = (kind, seen[0] if seen else END, *where.values(), limit)
        return [json.loads(body) for (body,) in self._execute(NEWEST_FIRST.format(conditions), values)]

    def newest(self, kind: str, **where: str) -> Object | None:
        return next(iter(self.listed(kind, where, limit=1)), None)

    # answers

    def answer(self, key: str, *, now: float) -> Stored | None:
        self._execute("delete from answers where key = ? and created < ?", (key, now - KEPT))
        row = self._execute("select request, status, body from answers where key = ?", (key,)).fetchone()
        return Stored(*row) if row else None

    def keep_answer(self, key: str, stored: Stored, *, now: float) -> None:
        values = (key, stored.request, stored.status, stored.body, now)
        self._execute("insert into answers values (?, ?, ?, ?, ?)", values)

    # the balance

    def change_balance(self, currency: str, amount: int) -> None:
        self._execute(
            "insert into balances values (?, ?)"
            " on conflict (currency) do update set amount = amount + excluded.amount",
            (currency, amount),
        )

    def balances(self) -> dict[str, int]:
        return dict(self._execute("select currency, amount from balances").fetchall())

    # deliveries

    def deliver(self, event_id: str, endpoint: str, *, now: float, forgery: str | None = None) -> None:
        self._execute(
            "insert into deliveries (event_id, endpoint, forgery, due_at) values (?, ?, ?, ?)",
            (event_id, endpoint, forgery, now),
        )

    def due_deliveries(self, now: float) -> list[Delivery]:
        """The oldest first."""
        columns = "select seq, event_id, endpoint, forgery, attempts from deliveries"
        return [Delivery(*row) for row in self._execute(f"{columns} where due_at <= ? order by seq", (now,))]

    def delivered(self, delivery: Delivery) -> None:
        self._execute("delete from deliveries where seq = ?", (delivery.seq,))

    def deliver_later(self, delivery: Delivery, *, due_at: float, attempts: int) -> None:
        self._execute(
            "update deliveries set due_at = ?, attempts = ? where seq = ?", (due_at, attempts, delivery.seq)
        )

    def give_up(self, delivery: Delivery) -> None:
        self.deliver_later(delivery, due_at=NEVER, attempts=delivery.attempts)

    def undelivered(self, event_id: str) -> int:
        """With those that were given up."""
        query = "select count(*) from deliveries where event_id = ?"
        return int(self._execute(query, (event_id,)).fetchone()[0])

    def on_their_way(self) -> int:
        query = "select count(*) from deliveries where due_at < ?"
        return int(self._execute(query, (NEVER,)).fetchone()[0])

    # tasks

    def plan(self, name: str, object_id: str, *, due_at: float) -> None:
        self._execute(
            "insert into tasks (name, object_id, due_at) values (?, ?, ?)", (name, object_id, due_at)
        )

    def take_task(self, now: float) -> Task | None:
        query = "select seq, name, object_id from tasks where due_at <= ? order by due_at, seq limit 1"
        row = self._execute(query, (now,)).fetchone()
        if row is None:
            return None
        self._execute("delete from tasks where seq = ?", (row[0],))
        return Task(*row)

    def next_due(self) -> float | None:
        """When the next delivery or task is due."""
        query = """
            select min(due_at) from (select due_at from deliveries union all select due_at from tasks)
            where due_at < ?
        """
        due: float | None = self._execute(query, (NEVER,)).fetchone()[0]
        return due
