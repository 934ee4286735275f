"""Every refusal and every fault is a problem document that says what, and never what was sent."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.postgres import Server
from shared import log
from tests.calls import Answer, Api
from tests.shared import notes_api
from tests.shared.notes import token


@pytest.fixture(scope="module")
def api(
    server: Server, template: str, keys_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """Over one database for all: no test here looks at what is stored."""
    with notes_api.standing(server, template, keys_folder, tmp_path_factory.mktemp("notes")) as standing:
        yield standing


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What the log says, as it is once the test has called."""
    said = Said()
    handler = logging.StreamHandler(said)
    handler.setFormatter(log._logger().registered_formatter)
    logging.getLogger("astrolabe").addHandler(handler)
    yield said.lines
    logging.getLogger("astrolabe").removeHandler(handler)


class Said(io.StringIO):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []

    def write(self, text: str) -> int:
        self.lines += [json.loads(line) for line in text.splitlines()]
        return len(text)


def said(answer: Answer) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["type"], body["status"]) == ("about:blank", answer.status)
    return body


def fields(answer: Answer) -> list[tuple[str, str]]:
    body = said(answer)
    assert (answer.status, body["title"], body["code"]) == (422, "Unprocessable Content", "invalid")
    assert all(fault["detail"] in body["detail"] for fault in body["errors"])
    return [(fault["field"], fault["code"]) for fault in body["errors"]]


def test_a_path_that_nothing_answers(api: Api) -> None:
    for path in ("/v1/notes/a/b/c", "/v1/notes/", "/v1/notes/%2e%2e/x"):
        assert said(api.get(path)) | {"detail": ""} == {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "code": "not_found",
            "detail": "",
        }


def test_a_method_that_a_path_does_not_have(api: Api) -> None:
    for method in ("PUT", "OPTIONS", "TRACE"):
        answer = api.send(method, "/v1/notes")
        assert (answer.status, said(answer)["code"]) == (405, "method_not_allowed")
        assert answer.headers["allow"] == "GET, HEAD, POST"


BODIES = {
    b"": [("body", "missing")],
    b"{not json": [("body", "json_invalid")],
    b"[]": [("body", "model_attributes_type")],
    b"null": [("body", "model_attributes_type")],
    b"{}": [("text", "missing")],
    b'{"text": 1}': [("text", "string_type")],
    b'{"text": "a", "colour": "red"}': [("colour", "extra_forbidden")],
    b'{"text": "a", "tags": [{"word": "b"}, {}]}': [("tags.1.word", "missing")],
    b'{"text": "a", "remind_at": "2026-01-01T00:00:00"}': [("remind_at", "timezone_aware")],
    b'{"text": "a", "remind_at": "9999-12-31T23:59:59-01:00"}': [("remind_at", "value_error")],
    b'{"text": "a", "remind_at": "0001-01-01T00:00:00+01:00"}': [("remind_at", "value_error")],
    b'{"text": "a\\u0000"}': [("text", "value_error")],
    b'{"text": "\\ud800"}': [("text", "string_unicode")],
    b'{"text": "a", "lines": ["b", "\\u0000"]}': [("lines.1", "value_error")],
    b'{"text": "a", "lines": ["\\udfff"]}': [("lines.0", "value_error")],
    b'{"text": "a", "tags": [{"word": "\\ud83d"}]}': [("tags.0.word", "value_error")],
    b'{"text": "a", "\\ud800": 1}': [("body", "string_unicode")],
    b'{"text": "a", "colour": 1, "tags": 2}': [("tags", "tuple_type"), ("colour", "extra_forbidden")],
}


def test_what_a_body_may_not_be_is_told_by_its_field(api: Api) -> None:
    ada = api.signed_in(token())
    assert {body: fields(ada.send("POST", "/v1/notes", body)) for body in BODIES} == BODIES
    whole = b'{"text": "\\ud83d\\ude00 \\u00e9", "remind_at": "2026-01-01T00:00:00+02:00"}'
    assert ada.send("POST", "/v1/notes", whole).json()["text"] == "😀 é"


def test_a_body_that_is_not_sent_as_json_is_none(api: Api) -> None:
    sent_as = {"content-type": "text/plain"}
    answer = api.signed_in(token()).send("POST", "/v1/notes", b'{"text": "a"}', sent_as)
    assert [field for field, _ in fields(answer)] == ["body"]


@pytest.mark.parametrize("body", [b"\xff", b"[" * 200_000, b"1" * 5_000], ids=["no text", "deep", "long"])
def test_a_body_that_no_reader_gets_through_is_refused(body: bytes, api: Api) -> None:
    answer = api.signed_in(token()).send("POST", "/v1/notes", body)
    assert (answer.status, said(answer)["code"]) == (400, "bad_request")


def test_a_query_and_a_path_are_held_to_their_shapes(api: Api) -> None:
    ada = api.signed_in(token())
    assert fields(ada.get("/v1/notes?limit=101")) == [("limit", "less_than_equal")]
    assert fields(ada.get("/v1/notes?limit=x")) == [("limit", "int_parsing")]
    assert fields(ada.get("/v1/notes?limit=99999999999999999999")) == [("limit", "less_than_equal")]
    assert fields(ada.get("/v1/notes/1")) == [("note_id", "uuid_parsing")]


def test_a_refusal_says_what_a_person_reads_and_a_program_branches_on(api: Api) -> None:
    body = said(api.signed_in(token()).post("/v1/notes/refused/returned"))
    assert (body["title"], body["code"]) == ("Conflict", "already_there")
    assert (body["detail"], body["note"]) == ("There is such a note already.", "returned")


def test_a_fault_is_told_to_the_log_and_not_to_the_caller(api: Api, lines: list[dict[str, Any]]) -> None:
    answer = api.signed_in(token()).post("/v1/notes/broken", **{"x-request-id": "abcd.1234"})
    assert said(answer)["detail"] == "Something broke on our side; the error has been recorded."
    assert "secret" not in answer.text
    failed, call = lines
    assert (failed["level"], failed["exception_name"]) == ("ERROR", "RuntimeError")
    assert "notes_api.py" in failed["exception"]
    assert "a secret of ours" in failed["exception"]
    assert (call["outcome"], call["status"], call["route"]) == ("failed", 500, "/v1/notes/broken")
    assert call["request_id"] == failed["request_id"] == "abcd.1234"


def test_what_a_person_wrote_is_in_no_line_of_the_log(api: Api, lines: list[dict[str, Any]]) -> None:
    ada = api.signed_in(token())
    assert ada.post("/v1/notes", {"text": "dear diary"}).status == 201
    assert ada.post("/v1/notes", {"text": "dear diary", "unknown": 1}).status == 422
    assert ada.post("/v1/notes/orphans").status == 500  # a note, "orphan", is refused by the database
    told = json.dumps(lines)
    assert "insert into notes" in told.lower() or "DatabaseError" in told
    assert "diary" not in told
    assert "'orphan'" not in told
    assert token()[:40] not in told
