"""What every answer has: a name for its request, the headers of safety, and a size that suits the line."""

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from infra.local.postgres import Server
from shared.http import HEADERS
from tests.calls import Answer, Api
from tests.shared import notes_api
from tests.shared.notes import token


@pytest.fixture(scope="module")
def api(
    server: Server, template: str, keys_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    with notes_api.standing(server, template, keys_folder, tmp_path_factory.mktemp("notes")) as standing:
        yield standing


def all_kinds(api: Api) -> dict[int, Answer]:
    ada = api.signed_in(token())
    return {
        200: api.get("/v1/notes/public/thread"),
        201: ada.post("/v1/notes", {"text": "a"}),
        401: api.get("/v1/notes"),
        403: ada.get("/v1/notes/staff/count"),
        404: api.get("/v1/notes/a/b/c"),
        405: api.send("PUT", "/v1/notes"),
        409: ada.post("/v1/notes/refused/returned"),
        422: ada.post("/v1/notes", {}),
        500: ada.post("/v1/notes/broken"),
    }


def test_every_answer_has_the_headers_of_safety(api: Api) -> None:
    for status, answer in all_kinds(api).items():
        assert answer.status == status
        assert {name: answer.headers.get(name.lower()) for name in HEADERS} == HEADERS
        assert "server" not in answer.headers


def test_whoever_asks_for_the_head_alone_is_answered_as_for_all_of_it(api: Api) -> None:
    asked, got = api.send("HEAD", "/v1/notes/public/thread"), api.get("/v1/notes/public/thread")
    assert (asked.status, asked.headers["content-length"]) == (200, got.headers["content-length"])
    assert api.send("HEAD", "/v1/notes").status == 401
    assert api.send("HEAD", "/v1/notes/a/b/c").status == 404


def test_every_answer_names_its_request(api: Api) -> None:
    answers = all_kinds(api)
    names = {answer.headers["x-request-id"] for answer in answers.values()}
    assert len({UUID(name) for name in names}) == len(answers)


def test_a_request_s_own_name_is_taken_where_it_is_one(api: Api) -> None:
    def named(name: str) -> str:
        return api.get("/v1/notes/public/thread", **{"x-request-id": name}).headers["x-request-id"]

    for name in ("0af7651916cd43dd8448eb211c80319c", "client.42_a-b", "a" * 64):
        assert named(name) == name
    for name in ("", "short", "a" * 65, "two words", "line\nbreak", "ñandúes-1"):
        assert str(UUID(named(name))) != name


def unpacked(answer: Answer) -> bytes:
    return gzip.decompress(base64.b64decode(answer.text))


def test_a_long_answer_is_compressed_for_those_who_can_read_that(api: Api) -> None:
    def asked(size: int, accepted: str) -> Answer:
        return api.get(f"/v1/notes/public/length/{size}", **{"accept-encoding": accepted})

    assert len(asked(999, "gzip").text) == 999
    for accepted in ("", "identity", "br"):
        assert len(asked(1_000, accepted).text) == 1_000
    packed = asked(1_000, "br, gzip")
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert len(unpacked(packed)) == 1_000
    assert int(packed.headers["content-length"]) < 200


def test_a_long_problem_is_compressed_as_well(api: Api) -> None:
    many = json.dumps({"text": "a", "tags": [{}] * 100}).encode()
    answer = api.signed_in(token()).send("POST", "/v1/notes", many, {"accept-encoding": "gzip"})
    assert answer.status == 422
    assert len(json.loads(unpacked(answer))["errors"]) == 100
