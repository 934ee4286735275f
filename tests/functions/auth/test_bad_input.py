"""Whatever is sent, the answer names the field and is no fault of ours. Nothing of it meets a database."""

import json
from typing import Any

import pytest

from tests.calls import Answer, Api
from tests.functions.auth.make import ADA

FORM = {**ADA.credentials, "username": ADA.username}
PATHS = ["register", "verify-email", "login", "refresh", "forgot-password", "reset-password"]
API = Api()  # with no database at all


def send(path: str, body: bytes, content_type: str = "application/json") -> Answer:
    return API.send("POST", f"/v1/auth/{path}", body, {"content-type": content_type})


def refused_fields(answer: Answer) -> set[str]:
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    return {fault["field"] for fault in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ada"),
        ("email", "a\0da@example.com"),
        ("email", "\ud800@example.com"),
        ("email", f"{'a' * 250}@example.com"),
        ("email", None),
        ("email", {"nested": ["deep"]}),
        ("password", "correct\0horse battery"),
        ("password", "correct horse \udfff battery"),
        ("password", "x" * 1_000_000),
        ("password", 1234567890),
        ("username", ["ada"]),
        ("role", "admin"),
        ("status", "active"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(field: str, value: Any) -> None:
    body = json.dumps(FORM | {field: value}).encode()
    assert refused_fields(send("register", body)) == {field}


@pytest.mark.parametrize("field", list(FORM))
def test_a_field_that_is_missing_is_named(field: str) -> None:
    body = {name: value for name, value in FORM.items() if name != field}
    assert refused_fields(send("register", json.dumps(body).encode())) == {field}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"email": "ada@example.com"', b"[]", b"null", b"7", b'"text"', b"NaN", b"\xef\xbb\xbf{}"],
    ids=repr,
)
def test_what_is_no_json_object_is_refused_as_the_body_or_its_fields(path: str, body: bytes) -> None:
    assert refused_fields(send(path, body)) != set()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 100_000, b"1" * 10_000], ids=["bytes", "deep", "huge"])
def test_what_cannot_be_read_at_all_is_the_caller_s_fault(path: str, body: bytes) -> None:
    assert send(path, body).status in (400, 422)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "image/png"])
def test_a_body_of_another_type_is_refused(content_type: str) -> None:
    assert refused_fields(send("login", json.dumps(ADA.credentials).encode(), content_type)) == {"body"}


@pytest.mark.parametrize(
    "path",
    ["/v1/auth/api-keys/7", "/v1/auth/sessions/%00", "/v1/auth/sessions/%F0%9F%99%82", "/v1/auth/nothing"],
)
def test_a_path_that_names_nothing_is_refused_and_tells_nothing_to_strangers(path: str) -> None:
    assert API.delete(path).status in (401, 404)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=%00"])
def test_a_page_that_cannot_be_is_named(signed_in: Api, query: str) -> None:
    assert refused_fields(signed_in.get(f"/v1/auth/sessions?{query}")) == {query.partition("=")[0]}
