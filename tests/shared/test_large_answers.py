"""An answer over 4 MB is stored, and answered by where it lies."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.postgres import Server
from shared import storage
from shared.aws import client
from shared.http import HEADERS
from shared.large_answers import LARGE, stored_if_large
from tests.calls import Answer, Api
from tests.shared import notes_api
from tests.shared.moto import REGION, Set


@pytest.fixture(scope="module")
def api(
    server: Server, template: str, keys_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    with notes_api.standing(server, template, keys_folder, tmp_path_factory.mktemp("notes")) as standing:
        yield standing


@pytest.fixture
def bucket(aws: Set) -> None:
    where: Any = {"LocationConstraint": REGION}
    client("s3").create_bucket(Bucket="objects", CreateBucketConfiguration=where)
    aws(BUCKET="objects")


def stored(answer: Answer) -> bytes:
    """What lies where it leads."""
    assert (answer.status, answer.text) == (303, "")
    return storage.get(answer.headers["location"].partition("/storage/")[2].partition("?")[0])


def test_a_large_answer_is_a_way_to_it(api: Api) -> None:
    answer = api.get("/v1/notes/public/length/5000000")
    text = stored(answer).decode()
    assert (len(text), text[:10], text[-3:]) == (5_000_000, '{"text":"x', 'x"}')
    assert {name: answer.headers.get(name.lower()) for name in HEADERS} == HEADERS
    assert len(answer.headers["x-request-id"]) == 36
    assert {name for name in answer.headers if name.startswith("content-")} == set()


def test_what_says_something_of_the_body_does_not_go_along_and_the_rest_does(api: Api) -> None:
    answer = api.get("/v1/notes/public/noise/4100000")
    assert len(stored(answer)) == 4_100_000
    assert (answer.headers["x-own"], "etag" in answer.headers) == ("kept", False)


def test_a_packed_answer_is_weighed_packed_and_stored_unpacked(api: Api) -> None:
    small = api.get("/v1/notes/public/length/9000000", **{"accept-encoding": "gzip"})
    assert (small.status, small.headers["content-encoding"]) == (200, "gzip")
    large = api.get("/v1/notes/public/noise/6000000", **{"accept-encoding": "gzip"})
    content = stored(large)
    assert (len(content), len(base64.b64decode(content))) == (6_000_000, 4_500_000)
    assert "content-encoding" not in large.headers


def test_an_answer_that_is_no_success_stays_what_it_is(api: Api) -> None:
    answer = api.get("/v1/notes/public/noise/4100000?status=422")
    assert (answer.status, len(answer.text)) == (422, 4_100_000)


def answer_of(body: str, *, is_base64: bool = False) -> dict[str, Any]:
    headers = {"content-type": "text/plain"}
    return {"statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": is_base64}


@pytest.mark.parametrize(
    ("heaviest", "too_heavy"),
    [
        (answer_of("x" * (LARGE - 2)), answer_of("x" * (LARGE - 1))),
        (answer_of("字" * 1_333_332), answer_of("字" * 1_333_334)),
        (answer_of('"' * 1_999_999), answer_of('"' * 2_000_000)),
        (answer_of("AAAA" * 1_333_333, is_base64=True), answer_of("AAAA" * 1_333_334, is_base64=True)),
    ],
    ids=["plain", "of three bytes", "quotes", "binary"],
)
def test_an_answer_weighs_what_travels(api: Api, heaviest: dict[str, Any], too_heavy: dict[str, Any]) -> None:
    assert stored_if_large(heaviest) is heaviest
    assert stored_if_large(too_heavy)["statusCode"] == 303


def test_in_aws_the_way_leads_into_the_bucket(api: Api, bucket: None) -> None:
    answer = api.get("/v1/notes/public/length/5000000")
    assert (answer.status, answer.headers["cache-control"]) == (303, "no-store")
    found = httpx.get(answer.headers["location"])
    assert (found.status_code, found.headers["content-type"]) == (200, "application/json")
    assert len(found.json()["text"]) == 5_000_000 - len('{"text":""}')
