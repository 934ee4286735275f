"""What makes a chain of audit rows, and what is wrong with one. Values in, values out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Literal
from uuid import UUID

GENESIS = bytes(32)  # what a first row follows
LATE = timedelta(seconds=60)  # the sealer comes each second
LONGEST_TRANSACTION = timedelta(minutes=15)  # a row is numbered at its commit: so much after it was made

Verdict = Literal["edited", "deleted", "inserted", "forked", "unsealed"]


@dataclass(frozen=True)
class Unsealed:
    id: UUID
    created_at: datetime
    tenant: str
    row_hash: bytes


@dataclass(frozen=True)
class Head:
    """Where a chain ends."""

    seq: int = 0
    last_hash: bytes = GENESIS


@dataclass(frozen=True)
class Seal:
    id: UUID
    created_at: datetime
    seq: int
    previous_hash: bytes


@dataclass(frozen=True)
class Link:
    """A sealed row as a verifier finds it, beside its chain's head of the same moment."""

    tenant: str
    seq: int
    id: UUID
    created_at: datetime
    previous_hash: bytes
    row_hash: bytes
    hash_of_fields: bytes
    head: Head | None

    @property
    def hash(self) -> bytes:
        return link_hash(self.seq, self.previous_hash, self.row_hash)


@dataclass(frozen=True)
class Fault:
    verdict: Verdict
    tenant: str
    seq: int | None
    sentence: str


def link_hash(seq: int, previous_hash: bytes, row_hash: bytes) -> bytes:
    return sha256(seq.to_bytes(8, signed=True) + previous_hash + row_hash).digest()


def seal(rows: Iterable[Unsealed], heads: Mapping[str, Head]) -> tuple[list[Seal], dict[str, Head]]:
    """Number the rows, each in its tenant's chain; the heads that this moves."""
    seals, moved = [], dict[str, Head]()
    for row in rows:
        head = moved.get(row.tenant) or heads.get(row.tenant) or Head()
        seq = head.seq + 1
        seals.append(Seal(row.id, row.created_at, seq, head.last_hash))
        moved[row.tenant] = Head(seq, link_hash(seq, head.last_hash, row.row_hash))
    return seals, moved


def faults_of(chain: Iterable[Link]) -> Iterator[Fault]:
    """One tenant's rows, by seq."""
    end = [Head()]  # several where a number was given twice: the next row may follow any
    newest: datetime | None = None
    head, tenant = None, ""
    for seq, group in groupby(chain, key=lambda link: link.seq):
        links = list(group)
        yield from _misplaced(links, end)
        for link in links:
            if link.hash_of_fields != link.row_hash:
                yield _fault("edited", link, "says something else than when it was written")
            if newest and link.created_at < newest - LONGEST_TRANSACTION:
                yield _fault("inserted", link, "claims to be older than rows that were sealed before it")
        newest = max([link.created_at for link in links] + ([newest] if newest else []))
        end = [Head(seq, link.hash) for link in links]
        head, tenant = links[-1].head, links[-1].tenant
    yield from _misended(tenant, end, head)


def _misplaced(links: list[Link], end: list[Head]) -> Iterator[Fault]:
    first, expected = links[0], end[0].seq + 1
    if first.seq > expected:
        yield _fault("deleted", first, f"follows {expected - 1}: what was between is missing")
    elif any(link.previous_hash not in [head.last_hash for head in end] for link in links):
        yield _fault("forked", first, "does not follow from the row before it")
    if len(links) > 1:
        yield _fault("forked", first, f"is {len(links)} rows")


def _misended(tenant: str, end: list[Head], head: Head | None) -> Iterator[Fault]:
    last = end[0].seq
    if head is None:
        yield Fault("deleted", tenant, last, "the chain's head is missing")
    elif head.seq > last:
        yield Fault("deleted", tenant, head.seq, f"rows {last + 1} to {head.seq} are missing at the end")
    elif head.seq < last:
        yield Fault("inserted", tenant, last, f"the sealer numbered no row after {head.seq}")
    elif head not in end:
        yield Fault("forked", tenant, last, "the chain's head is another row's")


def _fault(verdict: Verdict, link: Link, sentence: str) -> Fault:
    return Fault(verdict, link.tenant, link.seq, f"row {link.seq} ({link.id}) {sentence}")
