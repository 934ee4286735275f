"""A chain of audit rows, and what a verifier says of one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.audit.rules import GENESIS, Head, Link, Unsealed, faults_of, link_hash, seal

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TENANTS = st.lists(st.sampled_from(["ada", "bob", "auth"]), min_size=1, max_size=30)


def unsealed(tenants: list[str]) -> list[Unsealed]:
    return [
        Unsealed(UUID(int=n), NOON + timedelta(seconds=n), tenant, sha256(str(n).encode()).digest())
        for n, tenant in enumerate(tenants)
    ]


def chains(rows: list[Unsealed], *, turns: list[list[Unsealed]] | None = None) -> dict[str, list[Link]]:
    """Sealed in one turn, or in these."""
    heads: dict[str, Head] = {}
    seals = []
    for turn in turns or [rows]:
        made, moved = seal(turn, heads)
        seals, heads = seals + made, heads | moved
    links: dict[str, list[Link]] = {}
    for row, mark in zip(rows, seals, strict=True):
        facts = (row.tenant, mark.seq, row.id, row.created_at, mark.previous_hash, row.row_hash, row.row_hash)
        links.setdefault(row.tenant, []).append(Link(*facts, head=heads[row.tenant]))
    return links


def verdicts(links: list[Link]) -> set[str]:
    return {fault.verdict for fault in faults_of(links)}


@given(TENANTS)
def test_each_tenant_has_a_chain_without_gaps_in_the_order_of_the_rows(tenants: list[str]) -> None:
    for tenant, links in chains(unsealed(tenants)).items():
        assert [link.seq for link in links] == list(range(1, tenants.count(tenant) + 1))
        assert [link.previous_hash for link in links] == [GENESIS] + [link.hash for link in links[:-1]]
        assert list(faults_of(links)) == []


@given(TENANTS, st.data())
def test_turns_of_the_sealer_leave_no_trace(tenants: list[str], data: st.DataObject) -> None:
    rows = unsealed(tenants)
    at = data.draw(st.integers(0, len(rows)))
    assert chains(rows, turns=[rows[:at], rows[at:]]) == chains(rows)


def test_a_number_is_bound_to_its_place() -> None:
    assert link_hash(1, GENESIS, b"row") == sha256(bytes(7) + b"\1" + GENESIS + b"row").digest()
    assert len({link_hash(seq, before, b"row") for seq in (-1, 1, 2) for before in (GENESIS, b"")}) == 6


Plant = Callable[[list[Link], int], list[Link]]


def edited(links: list[Link], at: int) -> list[Link]:
    return [*links[:at], replace(links[at], hash_of_fields=b"other"), *links[at + 1 :]]


def rewritten(links: list[Link], at: int) -> list[Link]:
    """Edited, with the row's own hash made anew."""
    return [*links[:at], replace(links[at], hash_of_fields=b"other", row_hash=b"other"), *links[at + 1 :]]


def deleted(links: list[Link], at: int) -> list[Link]:
    return links[:at] + links[at + 1 :]


def forked(links: list[Link], at: int) -> list[Link]:
    other = replace(links[at], id=UUID(int=99), row_hash=b"other", hash_of_fields=b"other")
    return [*links[: at + 1], other, *links[at + 1 :]]


def relinked(links: list[Link], at: int) -> list[Link]:
    return [*links[:at], replace(links[at], previous_hash=bytes(31) + b"x"), *links[at + 1 :]]


def antedated(links: list[Link], at: int) -> list[Link]:
    if at == 0:
        links = [replace(link, created_at=link.created_at - timedelta(hours=1)) for link in links]
        return [replace(links[0], created_at=NOON), *links[1:]]
    return [*links[:at], replace(links[at], created_at=NOON - timedelta(hours=1)), *links[at + 1 :]]


@pytest.mark.parametrize(
    ("plant", "verdict"),
    [
        (edited, {"edited"}),
        (rewritten, {"forked"}),
        (deleted, {"deleted"}),
        (forked, {"forked"}),
        (relinked, {"forked"}),
        (antedated, {"inserted"}),
    ],
)
@given(st.integers(2, 9), st.data())
def test_each_fault_has_its_verdict_wherever_it_is_planted(
    plant: Plant, verdict: set[str], length: int, data: st.DataObject
) -> None:
    links = chains(unsealed(["ada"] * length))["ada"]
    assert verdicts(plant(links, data.draw(st.integers(0, length - 1)))) == verdict


def test_a_row_may_be_no_older_than_the_newest_before_it() -> None:
    links = chains(unsealed(["ada"] * 3))["ada"]
    hours = [
        replace(link, created_at=NOON + timedelta(hours=h)) for link, h in zip(links, (0, 2, 1), strict=True)
    ]
    assert [(fault.verdict, fault.seq) for fault in faults_of(hours)] == [("inserted", 3)]


@pytest.mark.parametrize(
    ("head", "verdict"),
    [(None, "deleted"), (Head(2, b""), "inserted"), (Head(3, b"other"), "forked"), (Head(4, b""), "deleted")],
)
def test_a_head_that_is_not_the_last_row_is_a_fault(head: Head | None, verdict: str) -> None:
    links = chains(unsealed(["ada"] * 3))["ada"]
    assert verdicts([replace(link, head=head) for link in links]) == {verdict}
