"""An answer too large to travel, on one machine: the function stores it, and the one door hands it out."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from shared.local_storage import Folder
from shared.settings import settings
from tests.infra.site import Site, serving

API = """
from starlette.responses import PlainTextResponse
from shared.http import Router, http, public

router = Router(prefix="/v1/large", tags=["tests"])

@router.get("/{size}", dependencies=[public()])
def of_size(size: int) -> PlainTextResponse:
    return PlainTextResponse("<script>" + "é" * size, headers={"Cache-Control": "max-age=60"})

handler = http(router)
"""
PUBLIC_URL = "https://astrolabe.test"
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("large")
    environment = {"STORAGE_DIR": str(folder / "storage"), "PUBLIC_URL": PUBLIC_URL}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        settings.cache_clear()
        with serving(folder, {"large/api.py": API}, environment=environment) as site:
            yield site
    settings.cache_clear()


@pytest.fixture
def visitor(site: Site) -> Iterator[httpx.Client]:
    with site.visitor() as client:
        yield client


def folder() -> Folder:
    root = settings().storage_dir
    assert root
    return Folder(root)


def told(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    return answer.status_code, answer.json()["code"]


def test_a_large_answer_is_fetched_whole_from_where_it_leads(visitor: httpx.Client) -> None:
    answer = visitor.get("/v1/large/5000000", headers={"accept-encoding": "identity"})
    assert (answer.status_code, answer.content) == (303, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert "content-type" not in answer.headers
    assert answer.headers["location"].startswith(f"{PUBLIC_URL}/storage/answers/")
    found = visitor.get(answer.headers["location"].removeprefix(PUBLIC_URL))
    assert found.text == "<script>" + "é" * 5_000_000
    assert found.headers["content-length"] == str(len(found.content)) == "10000008"


def test_what_was_stored_is_a_file_to_keep_and_never_a_page_of_ours(visitor: httpx.Client) -> None:
    folder().put("uploads/page", b"<script>alert(1)</script>", "text/html; charset=utf-8")
    found = visitor.get(folder().link("uploads/page", MINUTE))
    assert (found.status_code, found.text) == (200, "<script>alert(1)</script>")
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    assert found.headers["content-disposition"] == "attachment"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in found.headers["content-security-policy"]


@pytest.mark.parametrize(
    "altered",
    [
        ("signature=", "signature=0"),
        ("expires=", "expires=9"),
        ("uploads/a", "uploads/b"),
        ("uploads/a", "uploads/%2e%2e/uploads/a"),
        ("uploads/a", "%2Fetc%2Fpasswd"),
        ("uploads/a", "uploads/a%00"),
        ("uploads/a", "%FF"),
        ("&signature=", "&signature=%FF"),
        ("?", "?x="),
    ],
)
def test_a_link_that_was_altered_is_refused(visitor: httpx.Client, altered: tuple[str, str]) -> None:
    for key in ("uploads/a", "uploads/b"):
        folder().put(key, b"a secret", "text/plain")
    refused = visitor.get(folder().link("uploads/a", MINUTE).replace(*altered))
    assert told(refused) == (403, "bad_link")


def test_a_link_without_its_signature_is_refused(visitor: httpx.Client) -> None:
    folder().put("uploads/a", b"a secret", "text/plain")
    assert told(visitor.get("/storage/uploads/a")) == (403, "bad_link")
    assert told(visitor.get("/storage/.key")) == (403, "bad_link")
    assert visitor.post(folder().link("uploads/a", MINUTE)).status_code == 405


def test_a_link_that_has_ended_is_refused(visitor: httpx.Client) -> None:
    folder().put("uploads/a", b"a secret", "text/plain")
    assert told(visitor.get(folder().link("uploads/a", timedelta(0)))) == (403, "bad_link")


def test_a_good_link_to_what_is_gone_finds_nothing(visitor: httpx.Client) -> None:
    assert told(visitor.get(folder().link("uploads/gone", MINUTE))) == (404, "not_found")


def test_another_name_of_this_machine_hands_nothing_out(site: Site) -> None:
    folder().put("uploads/a", b"a secret", "text/plain")
    refused = httpx.get(site.url + folder().link("uploads/a", MINUTE), headers={"host": "elsewhere.test"})
    assert told(refused) == (421, "misdirected")
