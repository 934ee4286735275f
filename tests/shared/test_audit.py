"""The audit row: what it says, and a hash that the database gives back as it was."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import HASHED, record, row_hash, security_event
from shared.db import house, identity, system, transaction, work
from tests.conftest import Database
from tests.shared.notes import ADA, BOB, stored

DEEP = {
    "b": [1, {"z": None, "a": True, "né 😀": '\u2028 \\ " / \x7f'}],
    "a": {"9": 1, "10": 2},
    "": "",
    "big": 2**70,
    "negative": -1,
}


def changed(db: Session, **told: Any) -> None:
    record(db, action="notes.changed", resource=("note", UUID(int=7)), actor=ADA, tenant=ADA, **told)


def kept() -> list[dict[str, Any]]:
    with transaction("fn_system", system()) as db:
        return [dict(row) for row in db.execute(select(house.audit_logs)).mappings()]


@pytest.mark.parametrize("at", ["12:00:00", "12:00:00.100000", "12:00:00.000001", "23:59:59.999999"])
def test_a_row_that_the_database_gives_back_has_the_hash_that_it_was_written_with(
    at: str, database: Database
) -> None:
    with transaction("fn_http", identity.user(ADA), request_id="réq-1") as db:
        work(db).now = datetime.fromisoformat(f"2026-03-02 {at}+00:00")
        changed(db, old=DEEP, new={**dict(reversed(DEEP.items())), "more": []})
        changed(db, old=None, new={})
        changed(db, succeeded=False)
    rows = kept()
    assert len(rows) == 3
    assert [row_hash(row) for row in rows] == [row["row_hash"] for row in rows]
    assert rows[0]["created_at"].isoformat() == work(db).now.isoformat()
    assert len({row["row_hash"] for row in rows}) == 3


def test_it_says_who_did_what_to_what_in_whose_chain(database: Database) -> None:
    with transaction("fn_http", identity.user(ADA), request_id="abcd.1234") as db:
        changed(db, old={"text": "a"}, new={"text": "b"})
        record(db, action="notes.purged", resource=("notes", 3), actor=None, succeeded=False)
    columns = (
        "event_type, action, resource_type, resource_id, user_id, tenant, request_id, event_status, severity"
    )
    assert stored(database, f"{columns} from audit.audit_logs order by action") == [
        ("notes", "notes.changed", "note", str(UUID(int=7)), ADA, str(ADA), "abcd.1234", "succeeded", "info"),
        ("notes", "notes.purged", "notes", "3", None, "notes", "abcd.1234", "refused", "warning"),
    ]
    values = "old_values, new_values from audit.audit_logs order by action"
    assert stored(database, values) == [({"text": "a"}, {"text": "b"}), (None, None)]


ROW: dict[str, Any] = dict.fromkeys(HASHED) | {
    "id": UUID(int=1),
    "created_at": datetime(2026, 3, 2, 12, tzinfo=UTC),
    "event_type": "notes",
    "event_status": "succeeded",
    "severity": "info",
    "resource_type": "ab",
    "resource_id": "c",
    "action": "notes.changed",
    "tenant": "notes",
}


def test_text_that_moves_from_one_field_to_the_next_is_seen() -> None:
    """ "ab"|"c" is not "a"|"bc", and no letter between them could be smuggled into either."""
    assert row_hash(ROW) != row_hash(ROW | {"resource_type": "a", "resource_id": "bc"})
    assert row_hash(ROW) != row_hash(ROW | {"resource_type": "abc", "resource_id": ""})
    one, other = {"resource_type": "a", "resource_id": "btc"}, {"resource_type": "atb", "resource_id": "c"}
    assert row_hash(ROW | one) != row_hash(ROW | other)


@given(st.sampled_from(HASHED), st.text())
def test_a_change_of_any_one_field_is_seen(name: str, text: str) -> None:
    assume(ROW[name] is None or text != str(ROW[name]))
    assert row_hash(ROW | {name: text}) != row_hash(ROW)


def test_nothing_and_the_empty_text_and_an_empty_document_differ() -> None:
    values: list[Any] = [None, "", {}, "{}", "-"]
    assert len({row_hash(ROW | {"new_values": value}) for value in values}) == 5


@given(st.dictionaries(st.text(), st.integers(), min_size=2))
def test_the_order_of_a_document_s_keys_says_nothing(document: dict[str, int]) -> None:
    other_way = dict(reversed(document.items()))
    assert row_hash(ROW | {"new_values": document}) == row_hash(ROW | {"new_values": other_way})


def test_what_is_no_json_is_refused_where_it_is_written(db: Session) -> None:
    with pytest.raises(TypeError):
        changed(db, new={"user": BOB})


def test_what_looks_like_an_attack_is_kept_for_a_review(database: Database) -> None:
    facts = {"session": "1"}
    with transaction("fn_auth", identity.user(ADA)) as db:
        security_event(
            db, code="auth.token_reused", user_id=ADA, address="203.0.113.7", review=True, facts=facts
        )
    columns = "category, event_code, user_id, host(ip_address), is_blocked, requires_review, raw_data"
    assert stored(database, f"{columns} from audit.security_events") == [
        ("auth", "auth.token_reused", ADA, "203.0.113.7", True, True, facts)
    ]
