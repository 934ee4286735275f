"""Objects by key: the same in a bucket and in a folder, behind links that end."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from shared import clock, storage
from shared.aws import client
from shared.local_storage import BadLink, Folder
from shared.settings import settings
from tests.shared.moto import REGION, Set

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BODY = bytes(range(256)) * 1_000  # no text, and with line ends of every kind


@pytest.fixture
def bucket(aws: Set) -> str:
    where: Any = {"LocationConstraint": REGION}
    client("s3").create_bucket(Bucket="objects", CreateBucketConfiguration=where)
    aws(BUCKET="objects")
    return "objects"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    monkeypatch.setenv("STORAGE_DIR", str(tmp_path / "data" / "storage"))
    settings.cache_clear()
    yield Folder(tmp_path / "data" / "storage")
    settings.cache_clear()


@pytest.fixture(params=["bucket", "folder"])
def place(request: pytest.FixtureRequest) -> object:
    return request.getfixturevalue(request.param)


def test_what_was_put_is_there_as_it_was_until_it_is_put_anew(place: object) -> None:
    storage.put("models/direction/1/model.onnx", BODY, "application/octet-stream")
    storage.put("models/direction/1/card.json", b"", "application/json")
    assert storage.get("models/direction/1/model.onnx") == BODY
    assert storage.get("models/direction/1/card.json") == b""
    storage.put("models/direction/1/model.onnx", b"new", "application/octet-stream")
    assert storage.get("models/direction/1/model.onnx") == b"new"


@pytest.mark.parametrize("key", ["models/none", "models", "models/a/b"])
def test_what_is_not_there_is_a_key_error(place: object, key: str) -> None:
    storage.put("models/a", BODY, "text/plain")
    with pytest.raises(KeyError, match=key):
        storage.get(key)


def test_a_bucket_s_link_opens_one_object_for_a_while_with_its_type(bucket: str) -> None:
    storage.put("answers/a", BODY, "text/csv")
    link = storage.url("answers/a", MINUTE)
    answer = httpx.get(link)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, BODY, "text/csv")
    asked = parse_qs(urlsplit(link).query)
    assert (asked["X-Amz-Algorithm"], asked["X-Amz-Expires"]) == (["AWS4-HMAC-SHA256"], ["60"])
    assert f"/{REGION}/s3/" in asked["X-Amz-Credential"][0]


def test_in_aws_a_link_names_the_bucket_s_own_region(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another host would send the reader on to this one, where the signature does not fit."""
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    client.cache_clear()
    assert storage.url("answers/a", MINUTE).startswith(
        f"https://s3.{REGION}.amazonaws.com/objects/answers/a?"
    )


def followed(folder: Folder, link: str, **changed: str) -> bytes:
    """As the one door reads it; `changed` is what somebody altered."""
    url = urlsplit(link)
    given = {name: values[0] for name, values in parse_qs(url.query).items()}
    given |= {"key": url.path.removeprefix("/storage/")} | changed
    return b"".join(folder.followed(given["key"], expires=given["expires"], signature=given["signature"]))


def test_a_folder_s_link_leads_to_the_platform_s_own_address(folder: Folder) -> None:
    storage.put("answers/a", BODY, "text/csv")
    link = storage.url("answers/a", MINUTE)
    assert link.startswith(f"{settings().public_url}/storage/answers/a?expires=")
    assert followed(folder, link) == BODY


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "answers/b"},
        {"key": "../answers/a"},
        {"key": ""},
        {"expires": "99999999999"},
        {"expires": ""},
        {"expires": "soon"},
        {"signature": ""},
        {"signature": "0" * 64},
        {"signature": "\xe9"},
    ],
)
def test_a_link_that_was_altered_opens_nothing(folder: Folder, changed: dict[str, str]) -> None:
    for key in ("answers/a", "answers/b"):
        storage.put(key, BODY, "text/csv")
    with pytest.raises(BadLink):
        followed(folder, storage.url("answers/a", MINUTE), **changed)


def test_a_link_ends(folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage.put("answers/a", BODY, "text/csv")
    link = storage.url("answers/a", MINUTE)
    monkeypatch.setenv("CLOCK_FILE", str(tmp_path / "clock"))
    settings.cache_clear()
    (tmp_path / "clock").write_text("55")
    assert followed(folder, link) == BODY
    (tmp_path / "clock").write_text("61")
    with pytest.raises(BadLink):
        followed(folder, link)


def test_another_folder_s_links_open_nothing_here(folder: Folder, tmp_path: Path) -> None:
    other = Folder(tmp_path / "other")
    for each in (folder, other):
        each.put("answers/a", BODY, "text/csv")
    with pytest.raises(BadLink):
        followed(folder, other.link("answers/a", MINUTE))


@pytest.mark.parametrize(
    "key",
    ["../out", "answers/../../out", "/etc/passwd", ".key", "answers/.hidden", "", "a//b", "a/", "a\0", "a\n"],
)
def test_no_key_leads_out_of_the_folder_or_to_what_is_hidden(folder: Folder, key: str) -> None:
    with pytest.raises(ValueError, match="no key of an object"):
        storage.put(key, BODY, "text/plain")
    with pytest.raises(ValueError, match="no key of an object"):
        storage.get(key)
    assert list(folder.root.glob("**/*")) == []


def test_the_folder_is_its_owner_s_and_so_is_the_secret_of_its_links(folder: Folder) -> None:
    storage.put("a", BODY, "text/plain")
    storage.url("a", MINUTE)
    assert folder.root.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.stat().st_mode & 0o777 for file in folder.root.glob(".*")} == {".key": 0o600}


def test_many_at_once_agree_on_the_secret(folder: Folder) -> None:
    with ThreadPoolExecutor(16) as makers:
        links = set(makers.map(lambda _: folder.link("a", DAY).rpartition("=")[2], range(64)))
    assert len(links) <= 2  # a second may have turned meanwhile
    assert folder.link("a", DAY) == folder.link("a", DAY)


def test_answers_of_yesterday_go_when_another_comes_and_nothing_else_does(folder: Folder) -> None:
    for key in ("answers/old", "answers/young", "models/old"):
        storage.put(key, BODY, "text/plain")
    (folder.root / "answers" / ".half-written").touch()
    now = clock.now().timestamp()
    for file, hours in (
        ("answers/old", 25),
        ("answers/young", 23),
        ("models/old", 25),
        ("answers/.half-written", 25),
    ):
        os.utime(folder.root / file, times=(now - hours * 3_600,) * 2)
    storage.put("models/new", BODY, "text/plain")
    assert storage.get("answers/old") == BODY
    storage.put("answers/new", BODY, "text/plain")
    assert sorted(file.name for file in (folder.root / "answers").iterdir()) == ["new", "young"]
    assert storage.get("models/old") == BODY


def test_where_nothing_is_set_the_settings_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STORAGE_DIR", "BUCKET"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    with pytest.raises(RuntimeError, match="BUCKET or STORAGE_DIR"):
        storage.put("a", BODY, "text/plain")
