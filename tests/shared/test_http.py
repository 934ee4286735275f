"""The edge of HTTP: who asks, by what right, and what is stored when it went well and when it did not."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from functions.auth import tokens
from shared.crypto import token_hash
from tests.calls import Api
from tests.conftest import Database, forget
from tests.functions.auth import make
from tests.shared import notes, notes_api
from tests.shared.notes import ADA, BOB, change, stored, token
from tests.wire import Phase, Wire, WireConnection


@pytest.fixture
def api(database: Database, monkeypatch: pytest.MonkeyPatch) -> Api:
    notes.add_tables(database)
    return notes_api.faces(monkeypatch)


@pytest.fixture
def ada(api: Api) -> Api:
    return api.signed_in(token(ADA))


TRACES = "count(*) from platform.outbox union all select count(*) from audit.audit_logs"
REQUESTS = "method, endpoint, status_code, user_id from audit.api_request_logs order by created_at"


def test_the_change_its_event_its_audit_row_and_the_request_s_row_are_stored_together(
    ada: Api, database: Database
) -> None:
    answer = ada.post("/v1/notes", {"text": "hello"}, **{"x-request-id": "abcd.1234"})
    assert (answer.status, answer.json()["text"]) == (201, "hello")
    assert stored(database) == ["hello"]
    assert stored(database, "topic, key, payload ->> 'text' from platform.outbox") == [
        ("shared.NoteWritten", str(ADA), "hello")
    ]
    written = "action, resource_id, user_id, request_id from audit.audit_logs"
    assert stored(database, written) == [("notes.written", answer.json()["id"], ADA, "abcd.1234")]
    told = "endpoint, status_code, user_id, request_id, response_time_ms >= 0 from audit.api_request_logs"
    assert stored(database, told) == [("/v1/notes", 201, ADA, "abcd.1234", True)]


def test_a_commit_that_the_database_refuses_is_a_fault_and_stores_nothing(
    ada: Api, database: Database
) -> None:
    answer = ada.post("/v1/notes/orphans")
    assert (answer.status, answer.json()["code"]) == (500, "bug")
    assert stored(database) == []
    assert stored(database, TRACES) == [0, 0]
    assert stored(database, REQUESTS) == []
    assert ada.post("/v1/notes", {"text": "the connection is as good as new"}).status == 201


def test_where_the_connection_breaks_before_the_commit_nothing_is_stored_and_one_may_ask_again(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_at: list[int] = []

    def cut(connection: WireConnection, number: int, phase: Phase) -> None:
        if phase == "before" and number in cut_at:
            connection.cut()

    direct = make_url(database.url("fn_auth"))
    with Wire(str(direct.query["unix_sock"]), cut) as wire:
        wired = direct.update_query_dict({"unix_sock": wire.socket})
        monkeypatch.setenv("DATABASE_URL_AUTH", wired.render_as_string(hide_password=False))
        forget()
        ada = api.signed_in(token(ADA))
        assert ada.post("/v1/notes", {"text": "first"}).status == 201
        cut_at.append(wire.round_trips[0] + 3)  # opening, insert, closing
        answer = ada.post("/v1/notes", {"text": "second"})
        assert (answer.status, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"] == "1"
        assert ada.post("/v1/notes", {"text": "third"}).status == 201
    assert len(wire.round_trips) == 2
    assert stored(database) == ["first", "third"]


def test_a_raised_refusal_rolls_back_and_leaves_no_trace(ada: Api, database: Database) -> None:
    answer = ada.post("/v1/notes/refused/raised")
    assert (answer.status, answer.json()["code"]) == (409, "already_there")
    assert stored(database) == []
    assert stored(database, REQUESTS) == []


def test_a_returned_refusal_is_committed_and_then_answered(ada: Api, database: Database) -> None:
    answer = ada.post("/v1/notes/refused/returned")
    assert (answer.status, answer.json()["note"]) == (409, "returned")
    assert stored(database) == ["returned"]
    assert stored(database, REQUESTS) == [("POST", "/v1/notes/refused/{how}", 409, ADA)]


@pytest.mark.parametrize(
    ("how", "status", "kept"),
    [("done", 202, ["done", "first"]), ("returned", 409, ["first", "returned"]), ("raised", 409, ["first"])],
)
def test_each_step_is_a_transaction_of_its_own(
    how: str, status: int, kept: list[str], ada: Api, database: Database
) -> None:
    assert ada.post(f"/v1/notes/steps/{how}").status == status
    assert sorted(stored(database)) == kept
    row = ("POST", "/v1/notes/steps/{how}", status, ADA)
    assert stored(database, REQUESTS) == ([row] if how != "raised" else [])


def test_an_answer_of_the_wrong_shape_stores_nothing(ada: Api, database: Database) -> None:
    """Rows become JSON while the transaction is open, not after it."""
    assert ada.post("/v1/notes/wrong").status == 500
    assert stored(database) == []


def test_a_fault_stores_nothing(ada: Api, database: Database) -> None:
    assert ada.post("/v1/notes/broken").status == 500
    assert stored(database) == []
    assert stored(database, REQUESTS) == []


MISSHAPEN = [
    ("POST", "/v1/notes", b"{not json"),
    ("POST", "/v1/notes", b'{"text": "a", "unknown": 1}'),
    ("POST", "/v1/notes", b""),
    ("GET", "/v1/notes?limit=0", b""),
    ("GET", "/v1/notes/no-id", b""),
]


def test_who_asks_is_settled_before_what_is_asked(api: Api) -> None:
    askers = [api, api.signed_in(token(role="guest")), api.signed_in(token())]
    told = {request: [asker.send(*request).status for asker in askers] for request in MISSHAPEN}
    assert told == {request: [401, 403, 422] for request in MISSHAPEN}


def test_what_is_no_bearer_token_is_no_credential(api: Api) -> None:
    for header in ["", "Bearer", "Bearer ", "Basic YTpi", "Token abc"]:
        answer = api.get("/v1/notes", authorization=header)
        assert (answer.status, answer.json()["code"]) == (401, "unauthenticated"), header
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_or_key_that_is_not_ours_is_refused(api: Api) -> None:
    for bearer in ["abc", "a.b.c", "ask_live_1234.secret"]:
        answer = api.signed_in(bearer).get("/v1/notes")
        assert (answer.status, answer.json()["code"]) == (401, "bad_token"), bearer


def test_a_key_of_alpaca_s_clients_is_a_key(api: Api, database: Database) -> None:
    owner = make.account()
    key, secret = add_key(database, owner=str(owner), scopes="read"), "secret"
    pair = {"apca-api-key-id": key, "apca-api-secret-key": secret}
    assert api.get("/v1/notes", **pair).status == 200
    assert api.signed_in(f"{key}.{secret}").get("/v1/notes").status == 200
    assert stored(database, "api_key_id is not null from audit.api_request_logs") == [True, True]


def add_key(database: Database, *, owner: str, scopes: str) -> str:
    key = tokens.key_name(uuid4())
    values = f"gen_random_uuid(), '{owner}', 'bot', '{key}', '\\x{token_hash(f'{key}.secret').hex()}'"
    columns = "id, user_id, name, key_prefix, key_hash, scopes, created_at, updated_at"
    change(database, f"insert into auth.api_keys ({columns}) values ({values}, '{{{scopes}}}', now(), now())")
    return key


def test_a_key_may_do_what_its_owner_may_and_its_scopes_allow(api: Api, database: Database) -> None:
    admin, user = make.account(make.ADA, role="admin"), make.account(make.BOB)
    allowed = {}
    for owner, scopes in [(admin, "admin"), (admin, "read"), (user, "admin"), (user, "read")]:
        bearer = add_key(database, owner=str(owner), scopes=scopes) + ".secret"
        allowed[owner, scopes] = [
            api.signed_in(bearer).get(path).status for path in ("/v1/notes/staff/count", "/v1/notes")
        ]
    assert allowed == {
        (admin, "admin"): [200, 403],
        (admin, "read"): [403, 200],
        (user, "admin"): [403, 403],
        (user, "read"): [403, 200],
    }


def test_a_key_has_one_bucket_wherever_it_asks_from(api: Api, database: Database) -> None:
    keys = [add_key(database, owner=str(make.account()), scopes="read") + ".secret"]
    keys.append(keys[0].replace(".secret", ".other"))
    left = [
        api.at(f"203.0.113.{place}").signed_in(key).get("/v1/notes").headers["ratelimit-remaining"]
        for key in keys
        for place in (7, 8)
    ]
    first, second, *strange = map(int, left)
    assert (second, strange) == (first - 1, [first, first])


def test_where_it_matters_a_token_ends_with_its_session(api: Api, database: Database) -> None:
    make.account(make.ADA, role="admin")
    admin = api.signed_in(make.session(make.ADA).access_token)
    assert admin.get("/v1/all-notes/live").status == 200
    change(database, "update auth.sessions set revoked_at = now()")
    refused = admin.get("/v1/all-notes/live")
    assert (refused.status, refused.json()["code"]) == (401, "bad_token")
    assert admin.get("/v1/all-notes").status == 200


def test_staff_s_step_works_for_everybody_whatever_was_opened_to_learn_who_asks(
    api: Api, database: Database
) -> None:
    for owner, text in ((ADA, "hers"), (BOB, "his")):
        api.signed_in(token(owner)).post("/v1/notes", {"text": text})
    make.account(make.ADA, role="admin")
    admin = api.signed_in(make.session(make.ADA).access_token)
    assert admin.get("/v1/all-notes").json() == {"texts": ["hers", "his"]}
    assert admin.get("/v1/all-notes/live").json() == {"texts": ["hers", "his"]}


def test_an_endpoint_runs_in_the_thread_that_was_called(api: Api) -> None:
    assert api.get("/v1/notes/public/thread").json() == {"thread": threading.get_ident()}
