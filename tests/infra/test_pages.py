"""The pages of one machine: who may open them, what they let in, and whose language they speak."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.local.home import Home
from infra.local.pages import docs_alone, link
from infra.local.pages.frame import source
from infra.local.pages.words import WORDS
from tests import web
from tests.infra.runtime import config, running
from tests.infra.site import API, LETTER, Site, Tags, serving

KEPT = ["/", "/status", "/tour", "/mailbox", f"/mailbox/{LETTER}"]
OPEN = ["/docs", "/openapi.json", "/docs/swagger-ui.css", "/icon.svg", "/nothing"]
SECURE = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("pages")) as site:
        yield site


@pytest.fixture
def visitor(site: Site) -> Iterator[httpx.Client]:
    with site.visitor() as client:
        yield client


@pytest.fixture
def owner(site: Site) -> Iterator[httpx.Client]:
    with site.owner() as client:
        yield client


# Who may open them


@pytest.mark.parametrize("path", KEPT)
def test_without_the_key_a_page_says_in_one_sentence_how_to_get_in(visitor: httpx.Client, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 401
    assert "opens with the link that <code>make up</code> prints" in answer.text


@pytest.mark.parametrize("key", ["", "wrong", "é\N{SNOWMAN}"])
def test_a_wrong_key_opens_nothing_even_for_the_owner(
    visitor: httpx.Client, owner: httpx.Client, key: str
) -> None:
    for client in (visitor, owner):
        answer = client.get("/mailbox", params={"key": key})
        assert (answer.status_code, answer.headers.get("set-cookie")) == (401, None)


def test_the_printed_link_lets_in_and_takes_the_key_out_of_sight(site: Site, visitor: httpx.Client) -> None:
    answer = visitor.get(site.link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    _, *attributes = answer.headers["set-cookie"].split("; ")
    assert set(attributes) == {"HttpOnly", "Path=/", "SameSite=strict"}
    assert [visitor.get(path).status_code for path in ("/", "/mailbox")] == [200, 200]


def test_a_cookie_with_another_key_opens_nothing(visitor: httpx.Client, owner: httpx.Client) -> None:
    (name,) = owner.cookies
    assert visitor.get("/", headers={"Cookie": f"{name}=wrong"}).status_code == 401


def test_the_key_is_its_owners_alone_and_stays(tmp_path: Path) -> None:
    first, again = (link("http://127.0.0.1:8000", Home(tmp_path)) for _ in range(2))
    assert first == again
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/\?key=[\w-]{32}", first)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("path", [*KEPT, *OPEN])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::1].evil.example:80"])
def test_a_foreign_host_name_gets_nowhere(owner: httpx.Client, path: str, host: str) -> None:
    answer = owner.get(path, headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (421, "misdirected")


@pytest.mark.parametrize("path", [*KEPT, *OPEN])
def test_every_answer_has_the_headers_that_keep_others_out(
    visitor: httpx.Client, owner: httpx.Client, path: str
) -> None:
    for client in (visitor, owner):
        headers = client.get(path).headers
        assert {name: headers[name] for name in SECURE} == SECURE
        policy = headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy)


@pytest.mark.parametrize("path", ["/", "/mailbox", "/docs", "/nothing"])
def test_a_page_runs_and_loads_only_what_its_policy_names(owner: httpx.Client, path: str) -> None:
    answer = owner.get(path)
    policy, tags = answer.headers["content-security-policy"], Tags(answer.text)
    inline = re.findall(r"<(style|script)>(.*?)</\1>", answer.text, re.DOTALL)
    assert [kind for kind, _ in inline] == ["style", "script"] if path in ("/", "/docs") else ["style"]
    for kind, text in inline:
        assert re.search(rf"{kind}-src [^;]*{re.escape(source(text))}", policy)
    assert "unsafe" not in policy
    assert not [name for _, given in tags.found for name in given if name.startswith(("on", "style"))]
    assert all(address.startswith("/") for address in tags.addresses("script", "link", "img", "a"))


def test_what_is_not_there_and_what_cannot_be_done_are_told_apart(visitor: httpx.Client) -> None:
    missing, wrong = visitor.get("/nothing"), visitor.post("/docs")
    assert (missing.status_code, wrong.status_code) == (404, 405)
    assert set(wrong.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert (WORDS["en"]["404"] in missing.text, WORDS["en"]["405"] in wrong.text) == (True, True)


# The documentation


def test_the_documentation_opens_without_a_key_and_asks_nobody_else(visitor: httpx.Client) -> None:
    page = visitor.get("/docs")
    assert page.status_code == 200
    for setting in ('url: "/openapi.json"', "persistAuthorization: true", "validatorUrl: null"):
        assert setting in page.text
    loaded = Tags(page.text).addresses("script", "link")
    assert {f"/docs/{name}" for name in ASSETS} == set(loaded) - {"/icon.svg"}
    kinds = {name: visitor.get(f"/docs/{name}").headers["content-type"].split(";")[0] for name in ASSETS}
    assert kinds == ASSETS


def test_the_document_covers_what_runs_and_points_to_where_it_came_from(visitor: httpx.Client) -> None:
    document = visitor.get("/openapi.json").json()
    assert list(document["paths"]) == ["/v1/tests/hello"]
    assert document["servers"] == [{"url": "/"}]


def test_where_the_database_is_somebodys_own_there_is_the_documentation_alone(tmp_path: Path) -> None:
    given = config(tmp_path, {"tests/api.py": API}, pages=docs_alone)
    with running(given) as platform, web.Client(base_url=platform.url) as client:
        assert client.get("/").headers["location"] == "/docs"
        assert client.get("/docs").status_code == 200
        assert [client.get(path).status_code for path in ("/mailbox", "/status", "/tour")] == [404] * 3


# Their words


@pytest.mark.parametrize(
    ("wish", "language", "said"),
    [("es-AR,en;q=0.5", "es", "Buzón"), ("de, en;q=0.7", "en", "Mailbox"), ("", "en", "Mailbox")],
)
def test_pages_speak_the_readers_language(owner: httpx.Client, wish: str, language: str, said: str) -> None:
    for path in ("/", "/mailbox"):
        page = owner.get(path, headers={"Accept-Language": wish}).text
        assert f'<html lang="{language}">' in page
        assert said in page


def test_both_languages_say_the_same_things() -> None:
    english, spanish = WORDS["en"], WORDS["es"]
    gaps = {name: text.count("{}") for name, text in english.items()}
    assert gaps == {name: text.count("{}") for name, text in spanish.items()}


def test_the_tour_is_the_readme_as_text(owner: httpx.Client) -> None:
    page = owner.get("/tour")
    assert page.status_code == 200
    assert "make up" in page.text
    assert not Tags(page.text).names & {"script", "img", "iframe"}
