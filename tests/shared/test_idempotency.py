"""A request with a key happens once: its answer is kept with its effect, in one transaction."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from functions.auth import tokens
from functions.platform import cron_purge_expired
from shared import clock
from shared.claim import KEPT_FOR
from shared.crypto import token_hash
from shared.db import system, transaction
from tests.calls import Api
from tests.conftest import Database, forget
from tests.functions.auth import make
from tests.functions.auth.crowd import room
from tests.shared import once_api
from tests.shared.notes import ADA, BOB, change, stored, token
from tests.shared.once_api import at_once, in_its_own_loop, is_again, keys, post, told
from tests.wire import Wire

TRACES = "(select count(*) from platform.outbox), (select count(*) from audit.audit_logs)"
REQUESTS = "endpoint, status_code from audit.api_request_logs order by created_at"


@pytest.fixture
def api(database: Database, monkeypatch: pytest.MonkeyPatch) -> Api:
    return once_api.face(database, monkeypatch)


@pytest.fixture
def ada(api: Api) -> Api:
    return api.signed_in(token(ADA))


def test_the_same_request_is_done_once_and_answered_twice_alike(ada: Api, database: Database) -> None:
    first, second = (post(ada, "notes", {"text": "hello"}) for _ in range(2))
    assert (first.status, told(second)) == (201, told(first))
    assert second.headers["location"] == first.headers["location"]
    assert [is_again(first), is_again(second)] == [False, True]
    assert "x-of-this-try" not in second.headers
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert stored(database) == ["hello"]
    assert stored(database, TRACES) == [(1, 1)]
    assert stored(database, REQUESTS) == [("/v1/once/notes", 201)]


def test_another_key_is_another_request(ada: Api, database: Database) -> None:
    answers = [post(ada, "notes", {"text": "hello"}, key=key) for key in ("k1", "k2", "K1")]
    assert [(answer.status, is_again(answer)) for answer in answers] == [(201, False)] * 3
    assert stored(database) == ["hello"] * 3


def test_a_key_is_its_owner_s_alone(api: Api, ada: Api, database: Database) -> None:
    bob = api.signed_in(token(BOB))
    answers = [post(who, "notes", {"text": text}) for who, text in ((ada, "hers"), (bob, "his"))]
    assert [is_again(answer) for answer in answers] == [False, False]
    assert sorted(stored(database)) == ["hers", "his"]
    assert is_again(post(bob, "notes", {"text": "his"}))


@pytest.mark.parametrize(
    ("path", "body"),
    [("notes", {"text": "other"}), ("notes?x=1", {"text": "hello"}), ("one-step", {"text": "hello"})],
    ids=["body", "query", "path"],
)
def test_a_key_of_another_request_is_refused(
    path: str, body: dict[str, str], ada: Api, database: Database
) -> None:
    assert post(ada, "notes", {"text": "hello"}).status == 201
    answer = post(ada, path, body)
    assert (answer.status, answer.json()["code"]) == (422, "key_reused")
    assert stored(database) == ["hello"]


def test_the_order_of_a_query_s_parts_says_nothing(ada: Api) -> None:
    assert post(ada, "notes?b=2&a=1", {"text": "hello"}).status == 201
    assert is_again(post(ada, "notes?a=1&b=2", {"text": "hello"}))


@pytest.mark.parametrize("key", ["", "two words", "ñ", "k" * 256, "tab\t"])
def test_a_key_is_required_and_has_a_shape(key: str, ada: Api, database: Database) -> None:
    answer = post(ada, "notes", {"text": "hello"}, key=key)
    assert (answer.status, answer.json()["code"]) == (422, "invalid")
    assert [fault["field"] for fault in answer.json()["errors"]] == ["Idempotency-Key"]
    answer = ada.post("/v1/once/steps", {"text": "hello"})
    assert [(fault["field"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("Idempotency-Key", "missing")
    ]
    assert stored(database) + keys(database) == []


def test_a_key_of_any_visible_letters_is_taken(ada: Api, database: Database) -> None:
    visible = "".join(map(chr, range(0x21, 0x7F)))
    for key in (visible, "k" * 255):
        assert post(ada, "notes", {"text": "hello"}, key=key).status == 201
    assert keys(database, ["key"]) == [visible, "k" * 255]


def test_a_refusal_that_is_raised_is_kept_without_what_was_done(ada: Api, database: Database) -> None:
    first, second = (post(ada, "raised/conflict") for _ in range(2))
    assert (first.status, first.json()["code"]) == (409, "already_there")
    assert (told(second), is_again(second)) == (told(first), True)
    assert stored(database) == []
    assert stored(database, TRACES) == [(0, 0)]
    assert keys(database) == [("k1", 409)]
    assert stored(database, REQUESTS) == [("/v1/once/raised/{what}", 409)]


def test_so_is_one_for_what_the_database_refused(ada: Api, database: Database) -> None:
    """A statement that fails ends what follows the savepoint, a failed flush the whole transaction."""
    for where in ("statement", "flush"):
        first, second = (post(ada, f"caught/{where}", key=where) for _ in range(2))
        assert (first.status, told(second), is_again(second)) == (409, told(first), True)
    assert stored(database) == []
    assert keys(database) == [("statement", 409), ("flush", 409)]


def test_a_domain_may_forbid_and_that_is_kept(ada: Api, database: Database) -> None:
    first, second = (post(ada, "raised/forbidden") for _ in range(2))
    assert (first.status, told(second), is_again(second)) == (403, told(first), True)


def test_a_refusal_that_is_returned_is_kept_with_its_trace(ada: Api, database: Database) -> None:
    first, second = (post(ada, "returned/conflict") for _ in range(2))
    assert (first.status, told(second), is_again(second)) == (409, told(first), True)
    assert stored(database) == ["conflict"]


@pytest.mark.parametrize(
    ("path", "status"), [("raised/too-many", 429), ("raised/unavailable", 503), ("raised/bug", 500)]
)
def test_what_may_come_out_otherwise_the_next_time_is_not_kept(
    path: str, status: int, ada: Api, database: Database
) -> None:
    for _ in range(2):
        answer = post(ada, path)
        assert (answer.status, is_again(answer)) == (status, False)
    assert stored(database) + keys(database) == []


def test_nor_is_a_refusal_that_a_trace_is_kept_of(ada: Api, database: Database) -> None:
    assert [post(ada, "returned/too-many").status for _ in range(2)] == [429, 429]
    assert stored(database) == ["too-many", "too-many"]
    assert keys(database) == []


def test_what_is_misshapen_takes_no_key(ada: Api, database: Database) -> None:
    assert post(ada, "notes", {"text": 1}).status == 422
    assert post(ada, "notes", {"text": "mended"}).status == 201
    assert stored(database) == ["mended"]


def test_a_commit_that_the_database_refuses_takes_no_key(ada: Api, database: Database) -> None:
    for path, body in (("orphans", None), ("one-step", {"text": "orphan"})):
        answers = [post(ada, path, body) for _ in range(2)]
        assert [(a.status, is_again(a)) for a in answers] == [(500, False)] * 2, path
    assert stored(database) + keys(database) == []


def test_who_may_not_ask_learns_nothing_of_a_key(api: Api, ada: Api, database: Database) -> None:
    owner = make.account()
    able, unable = (add_key(database, owner=str(owner), scopes=scopes) for scopes in ("transfer", "read"))
    assert post(api.signed_in(able), "money").status == 204
    assert is_again(post(api.signed_in(able), "money"))
    for who, status in ((unable, 403), ("ask_live_1.2", 401), ("no token", 401)):
        answer = post(api.signed_in(who), "money")
        assert (answer.status, is_again(answer)) == (status, False)
    assert post(api, "money").status == 401
    revoked = api.signed_in(make.session().access_token)
    assert is_again(post(revoked, "money"))
    change(database, "update auth.sessions set revoked_at = now()")
    assert (post(revoked, "money").status, post(revoked, "money", key="k2").status) == (401, 401)
    assert keys(database) == [("k1", 204)]


def add_key(database: Database, *, owner: str, scopes: str) -> str:
    key = tokens.key_name(uuid4())
    values = f"gen_random_uuid(), '{owner}', 'bot', '{key}', '\\x{token_hash(f'{key}.secret').hex()}'"
    columns = "id, user_id, name, key_prefix, key_hash, scopes, created_at, updated_at"
    change(database, f"insert into auth.api_keys ({columns}) values ({values}, '{{{scopes}}}', now(), now())")
    return f"{key}.secret"


def test_an_answer_of_no_effect_is_kept_as_well(ada: Api) -> None:
    first, second = (post(ada, "nothing") for _ in range(2))
    assert (told(second), is_again(second)) == (told(first), True)


def test_of_twenty_at_once_one_is_done_and_the_others_wait_or_hear_of_it(
    ada: Api, database: Database
) -> None:
    with room():
        answers = at_once([partial(post, ada, "notes", {"text": "slowly"})] * 20)
        assert stored(database) == ["slowly"]
        statuses = Counter((answer.status, is_again(answer)) for answer in answers)
        assert statuses[201, False] == 1
        assert statuses[409, False] > 0
        assert set(statuses) <= {(201, False), (201, True), (409, False)}
        assert len({answer.text for answer in answers if answer.status == 201}) == 1
        for refused in (answer for answer in answers if answer.status == 409):
            assert (refused.json()["code"], refused.headers["retry-after"]) == ("in_progress", "1")
        assert is_again(in_its_own_loop(lambda: post(ada, "notes", {"text": "slowly"})))


def test_an_answer_leaves_after_a_day_and_one_that_is_not_given_yet_never(
    ada: Api, database: Database
) -> None:
    for key in ("old", "new", "open"):
        assert post(ada, "notes", {"text": key}, key=key).status == 201
    now = clock.now()
    ends = stored(database, "expires_at - created_at from platform.idempotency_keys")
    assert ends == [KEPT_FOR] * 3
    update = "update platform.idempotency_keys set"
    change(database, f"{update} expires_at = '{now}' where key = 'old'")
    change(
        database, f"{update} status_code = null, expires_at = null, created_at = 'epoch' where key = 'open'"
    )
    with transaction("fn_system", system()) as db:
        cron_purge_expired.handle(now + KEPT_FOR / 2, db)
    assert sorted(keys(database, ["key"])) == ["new", "open"]


@pytest.fixture
def wire(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    direct = make_url(database.url("fn_system"))
    with Wire(str(direct.query["unix_sock"])) as wire:
        wired = direct.update_query_dict({"unix_sock": wire.socket})
        monkeypatch.setenv("DATABASE_URL_SYSTEM", wired.render_as_string(hide_password=False))
        forget()
        yield wire
        forget()


def test_a_key_costs_no_round_trip(api: Api, database: Database, wire: Wire) -> None:
    """Opening, with bucket, identity, session and key; the insert; closing, with the answer and the log."""
    bot = api.signed_in(add_key(database, owner=str(make.account()), scopes="read,transfer"))
    person = api.signed_in(make.session().access_token)

    def trips(who: Api, path: str) -> list[int]:
        """Of the first time, and of the second."""
        counted = [sum(wire.round_trips)]
        key = str(uuid4())
        for _ in range(2):
            post(who, path, key=key)
            counted.append(sum(wire.round_trips))
        return [after - before for before, after in pairwise(counted)]

    trips(person, "money")  # SQLAlchemy asks what server this is
    opening, insert, back, closing, end = 1, 1, 1, 1, 1
    for who in (person, bot):
        assert trips(who, "money") == [opening + insert + closing, opening + end]
        assert trips(who, "raised/conflict") == [opening + insert + back + closing, opening + end]
