"""Pages of a history: each row once, whatever is written meanwhile, and no cursor but our own."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from shared.db import identity, transaction
from shared.errors import Invalid
from shared.pagination import Page, page
from tests.calls import Api
from tests.conftest import NOON, Database
from tests.shared import notes, notes_api
from tests.shared.notes import ADA, BOB, Note, token


@pytest.fixture
def api(database: Database, monkeypatch: pytest.MonkeyPatch) -> Api:
    notes.add_tables(database)
    return notes_api.faces(monkeypatch).signed_in(token(ADA))


def write(*texts: str, minutes: int = 0) -> None:
    """All at one moment, so many minutes after noon."""
    with transaction("fn_http", identity.user(ADA)) as db:
        for text in texts:
            notes.write(db, user_id=ADA, text=text, at=NOON + timedelta(minutes=minutes, microseconds=1))


def texts(found: dict[str, Any]) -> list[str]:
    return [item["text"] for item in found["items"]]


def test_pages_go_back_from_the_newest_and_hold_each_row_once(api: Api) -> None:
    for minute in range(5):
        write(f"note {minute}", minutes=minute)
    first = api.get("/v1/notes?limit=2").json()
    second = api.get(f"/v1/notes?limit=2&cursor={first['next_cursor']}").json()
    third = api.get(f"/v1/notes?limit=2&cursor={second['next_cursor']}").json()
    assert [texts(found) for found in (first, second, third)] == [
        ["note 4", "note 3"],
        ["note 2", "note 1"],
        ["note 0"],
    ]
    assert third["next_cursor"] is None


def test_what_is_written_meanwhile_shifts_no_page(api: Api) -> None:
    write("old", minutes=1)
    write("new", minutes=2)
    first = api.get("/v1/notes?limit=1").json()
    write("newer", minutes=3)
    write("between, late", minutes=1)
    rest = api.get(f"/v1/notes?cursor={first['next_cursor']}").json()
    assert texts(first) == ["new"]
    assert sorted(texts(rest)) == ["between, late", "old"]


def test_rows_of_one_moment_are_told_apart(api: Api) -> None:
    write(*(f"note {number}" for number in range(7)))
    seen, cursor = [], ""
    while cursor is not None:
        found = api.get(f"/v1/notes?limit=3{cursor and f'&cursor={cursor}'}").json()
        seen += texts(found)
        cursor = found["next_cursor"]
    assert sorted(seen) == [f"note {number}" for number in range(7)]


def test_a_last_page_that_is_just_full_has_no_next_one(api: Api) -> None:
    write("one", "two")
    assert api.get("/v1/notes?limit=2").json()["next_cursor"] is None
    assert api.get("/v1/notes?limit=1").json()["next_cursor"] is not None


def test_another_s_cursor_shows_nothing_of_theirs(api: Api) -> None:
    write("one", "two")
    cursor = api.get("/v1/notes?limit=1").json()["next_cursor"]
    bob = api.signed_in(token(BOB))
    assert bob.get(f"/v1/notes?cursor={cursor}").json() == {"items": [], "next_cursor": None}


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


ID = "00000000-0000-7000-8000-000000000000"
NOT_OURS = ["", "x", "====", "%00", "ñ", "a" * 101, encoded("now"), encoded(f"{NOON.isoformat()} 7")]
NOT_OURS += [
    encoded(f"{at} {ID}") for at in ("2026-03-02", "2026-03-02T12:00:00", "2026-03-02T12:00:00+01:00")
]
NOT_OURS += [encoded(f"{at} {ID}") for at in ("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00")]
NOT_OURS += [encoded(f"2026-03-02T12:00:00+00:00 {{{ID}}}"), encoded(f"2026-03-02T12:00:00+00:00 {ID}") + "!"]


def test_what_no_page_has_given_is_no_cursor(api: Api) -> None:
    """Nor is one that says the same in other letters."""
    answers = {cursor: api.get(f"/v1/notes?cursor={cursor}") for cursor in NOT_OURS}
    assert {cursor: answer.status for cursor, answer in answers.items()} == dict.fromkeys(NOT_OURS, 422)
    fields = [fault["field"] for answer in answers.values() for fault in answer.json()["errors"]]
    assert set(fields) == {"cursor"}
    assert api.get(f"/v1/notes?cursor={encoded(f'{NOON.isoformat()} {ID}')}").status == 200


def test_an_operation_refuses_it_as_the_edge_does(api: Api) -> None:
    def found(cursor: str | None) -> Page[Note]:
        with transaction("fn_http", identity.user(ADA)) as db:
            return page(db, select(Note), by=Note.created_at, id=Note.id, limit=1, cursor=cursor)

    write("one", "two")
    first = found(None)
    assert len(found(first.next_cursor).items) == 1
    with pytest.raises(Invalid, match="not a cursor that a page has given"):
        found("x")
