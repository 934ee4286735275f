"""A request that leaves the database half-way: what broke off is taken up by the same intent, to end once."""

from collections.abc import Callable, Iterator
from functools import partial
from threading import Timer
from time import monotonic
from typing import Never
from uuid import UUID

import pytest
from sqlalchemy import make_url

from shared.db import system
from shared.db.driver import connect
from shared.errors import TooMany, Unavailable
from tests.calls import Answer, Api
from tests.conftest import Database, forget
from tests.functions.auth.crowd import room
from tests.shared import once_api
from tests.shared.notes import ADA, change, stored, token
from tests.shared.once_api import at_once, in_its_own_loop, is_again, keys, post, told
from tests.wire import Phase, Wire, WireConnection

STATE = ("status_code", "claimed_at is not null", "expires_at is not null")
REQUESTS = "endpoint, status_code from audit.api_request_logs order by created_at"


class Killed(BaseException):
    """Nothing of ours hears of it: the connection ends, and whoever asked learns nothing."""


@pytest.fixture
def ada(database: Database, monkeypatch: pytest.MonkeyPatch) -> Api:
    return once_api.face(database, monkeypatch).signed_in(token(ADA))


@pytest.fixture(name="room")
def _room(ada: Api) -> Iterator[None]:
    """For a second call while a first one is under way."""
    with room():
        yield


def pay(ada: Api, text: str = "paid") -> Answer:
    return post(ada, "steps", {"text": text})


def meanwhile(happens: Callable[[], object]) -> None:
    once_api.OUTSIDE.happens.append(happens)


def fails(error: BaseException) -> Callable[[], Never]:
    def fail() -> Never:
        raise error

    return fail


def age(database: Database, seconds: int) -> None:
    change(
        database,
        f"update platform.idempotency_keys set claimed_at = claimed_at - interval '{seconds} s'",
    )


def kill(ada: Api) -> Answer:
    meanwhile(fails(Killed()))
    return pay(ada)


def asked() -> list[UUID]:
    return once_api.OUTSIDE.asked


def test_it_is_done_once_and_answered_twice_alike(ada: Api, database: Database) -> None:
    first, second = pay(ada), pay(ada)
    assert (first.status, told(second), is_again(second)) == (202, told(first), True)
    assert stored(database) == ["begun", "paid"]
    assert len(asked()) == 1
    assert keys(database, STATE) == [(202, False, True)]
    assert stored(database, REQUESTS) == [("/v1/once/steps", 202)]


@pytest.mark.parametrize("path", ["one-step", "staff", "no-last-step"])
def test_however_the_steps_are_taken(path: str, ada: Api, database: Database) -> None:
    first, second = (post(ada, path, {"text": "paid"}) for _ in range(2))
    assert (told(second), is_again(second)) == (told(first), True)
    assert len(stored(database)) == (2 if path == "staff" else 1)
    assert keys(database, STATE) == [(first.status, False, True)]
    assert stored(database, "count(*) from audit.api_request_logs") == [1]


def test_while_it_is_outside_another_try_is_told_to_wait(ada: Api, database: Database, room: None) -> None:
    seen: list[Answer] = []
    meanwhile(lambda: seen.extend(at_once([partial(pay, ada)])))
    first = in_its_own_loop(lambda: pay(ada))
    (second,) = seen
    assert (second.status, second.json()["code"]) == (409, "in_progress")
    assert second.headers["retry-after"] == "1"
    assert (first.status, stored(database), len(asked())) == (202, ["begun", "paid"], 1)
    assert told(in_its_own_loop(lambda: pay(ada))) == told(first)


def test_what_was_killed_outside_is_taken_up_after_a_minute_by_the_same_intent(
    ada: Api, database: Database
) -> None:
    assert kill(ada).status == 500
    assert keys(database, STATE) == [(None, True, False)]
    for seconds, status in ((0, 409), (58, 409), (2, 202), (0, 202)):
        age(database, seconds)
        assert pay(ada).status == status
    assert stored(database) == ["begun", "paid"]
    assert (len(asked()), len(set(asked()))) == (2, 1)
    assert keys(database, ["intent_id"]) == asked()[:1]


def test_who_was_thought_dead_and_comes_back_changes_nothing(
    ada: Api, database: Database, room: None
) -> None:
    seen: list[Answer] = []

    def late() -> None:
        age(database, 60)
        seen.extend(at_once([partial(pay, ada)]))

    meanwhile(late)
    first = in_its_own_loop(lambda: pay(ada))
    assert (seen[0].status, is_again(seen[0])) == (202, False)
    assert (told(first), is_again(first)) == (told(seen[0]), True)
    assert stored(database) == ["begun", "paid"]


def test_who_comes_back_while_another_is_at_it_is_told_to_wait(
    ada: Api, database: Database, room: None
) -> None:
    def late() -> None:
        age(database, 60)
        at_once([partial(kill, ada)])

    meanwhile(late)
    first = in_its_own_loop(lambda: pay(ada))
    assert (first.status, first.json()["code"]) == (409, "in_progress")
    assert stored(database) == ["begun"]
    assert keys(database, STATE) == [(None, True, False)]


@pytest.mark.parametrize(
    ("error", "status"), [(Unavailable(), 503), (TooMany(), 429), (RuntimeError("a bug"), 500)]
)
def test_what_failed_outside_may_be_tried_again_at_once_by_the_same_intent(
    error: Exception, status: int, ada: Api, database: Database
) -> None:
    meanwhile(fails(error))
    assert pay(ada).status == status
    assert keys(database, STATE) == [(None, False, False)]
    again = pay(ada)
    assert (again.status, is_again(again)) == (202, False)
    assert (len(asked()), len(set(asked()))) == (2, 1)
    assert stored(database) == ["begun", "paid"]


def test_a_commit_that_the_database_refuses_leaves_it_open(ada: Api, database: Database) -> None:
    for _ in range(2):
        assert pay(ada, "orphan").status == 500
        assert keys(database, STATE) == [(None, False, False)]
    assert stored(database) == ["begun"]
    assert len(set(asked())) == 1


def test_a_refusal_between_the_steps_is_kept(ada: Api, database: Database) -> None:
    meanwhile(fails(once_api.Limit()))
    first, second = pay(ada), pay(ada)
    assert (first.json()["code"], told(second), is_again(second)) == ("limit", told(first), True)
    assert keys(database, STATE) == [(409, False, True)]
    assert stored(database, REQUESTS) == [("/v1/once/steps", 409)]


@pytest.mark.parametrize(
    ("text", "code", "kept", "asks"),
    [
        ("refused first", "already_there", [], 0),
        ("over the limit", "limit", ["begun"], 0),
        ("refused last", "already_there", ["begun"], 1),
        ("declined", "already_there", ["begun", "declined"], 1),
    ],
)
def test_a_step_s_refusal_is_kept_and_what_it_did_where_it_returned_it(
    text: str, code: str, kept: list[str], asks: int, ada: Api, database: Database
) -> None:
    first, second = pay(ada, text), pay(ada, text)
    assert (first.status, first.json()["code"], is_again(first)) == (409, code, False)
    assert (told(second), is_again(second)) == (told(first), True)
    assert stored(database) == kept
    assert len(asked()) == asks
    assert keys(database, STATE) == [(409, False, True)]
    assert stored(database, REQUESTS) == [("/v1/once/steps", 409)]


def test_a_refusal_that_passes_is_not_kept_though_its_trace_is(ada: Api, database: Database) -> None:
    for _ in range(2):
        answer = pay(ada, "too often")
        assert (answer.status, is_again(answer)) == (429, False)
        assert keys(database, STATE) == [(None, False, False)]
    assert stored(database) == ["begun", "too often", "too often"]


def test_nor_is_one_that_the_endpoint_returns(ada: Api, database: Database) -> None:
    for _ in range(2):
        answer = post(ada, "no-last-step", {"text": "too often"})
        assert (answer.status, is_again(answer)) == (429, False)
        assert keys(database, STATE) == [(None, False, False)]
    assert stored(database) == ["begun"]


def test_a_step_waits_for_another_try_that_is_just_looking(ada: Api, database: Database) -> None:
    other = connect(database.url("fn_system"))

    def look() -> None:
        other.open([("begin", ()), system(), ("select platform.claim($1, 'k1', false)", (ADA,))])
        Timer(0.3, other.rollback).start()

    meanwhile(look)
    began = monotonic()
    assert pay(ada).status == 202
    assert monotonic() - began >= 0.3
    other.close()


def test_where_the_commit_happened_and_nobody_heard_of_it_the_answer_is_the_one_that_was_kept(
    ada: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_at: list[int] = []

    def cut(connection: WireConnection, number: int, phase: Phase) -> None:
        if phase == "after" and number in cut_at:
            cut_at.clear()
            connection.cut()

    direct = make_url(database.url("fn_system"))
    with Wire(str(direct.query["unix_sock"]), cut) as wire:
        wired = direct.update_query_dict({"unix_sock": wire.socket})
        monkeypatch.setenv("DATABASE_URL_SYSTEM", wired.render_as_string(hide_password=False))
        forget()
        post(ada, "notes", {"text": "warm"}, key="warm")
        for key, path, trips in (("k1", "steps", 4 + 4), ("k2", "notes", 3)):
            cut_at.append(wire.round_trips[-1] + trips)
            first, second = (post(ada, path, {"text": key}, key=key) for _ in range(2))
            assert is_again(second)
            assert cut_at == []
            assert first.status == (second.status if path == "steps" else 503)
        forget()
    assert stored(database) == ["warm", "begun", "k1", "k2"]


def test_an_answer_that_cannot_be_written_leaves_nothing_of_the_last_step(
    ada: Api, database: Database
) -> None:
    """It is written while the step's transaction is open."""
    answer = post(ada, "ill-answered", {"text": "paid"})
    assert answer.status == 500
    assert stored(database) == ["begun"]
    assert keys(database, STATE) == [(None, False, False)]
