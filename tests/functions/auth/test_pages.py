"""The pages behind mailed links: small, in the reader's language, and harmless to open."""

import base64
import hashlib
import re

import pytest

from functions.auth import pages
from functions.auth.pages import Name
from functions.auth.tables import EmailVerification, User
from shared.words import LANGUAGES
from tests.calls import Api
from tests.functions.auth import make, stored

NAMES: list[Name] = ["verify-email", "reset-password", "forgot-password"]
FIELDS = {"verify-email": [], "reset-password": ["password"], "forgot-password": ["email"]}


def test_opening_a_mailed_link_changes_nothing(api: Api) -> None:
    make.register(api)
    token = make.link_token(make.mails()[-1])
    before = [stored.rows(table) for table in (User, EmailVerification)]
    for method in ("GET", "HEAD"):
        api.send(method, "/account/verify-email")
        api.send(method, f"/account/verify-email?token={token}")
        api.send(method, f"/v1/auth/verify-email?token={token}")
    assert [stored.rows(table) for table in (User, EmailVerification)] == before
    assert api.post("/v1/auth/verify-email", {"token": token}).status == 204


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_what_its_route_takes_and_posts_there(name: Name) -> None:
    text = Api().get(f"/account/{name}").text
    assert re.findall(r'<input name="(\w+)"', text) == FIELDS[name]
    assert f'data-page="{name}"' in text
    assert '"/v1/auth/" + form.dataset.page' in text
    assert Api().post(f"/v1/auth/{name}", {}).status == 422  # the route is there, and wants more


def test_a_page_takes_nothing_from_elsewhere_and_runs_its_own_script_alone() -> None:
    answer = Api().get("/account/reset-password")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))
    script, style = (
        re.search(rf"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL) for tag in ("script", "style")
    )
    assert script is not None
    assert style is not None
    assert rules == {
        "default-src": "'none'",
        "connect-src": "'self'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "script-src": source(script[1]),
        "style-src": source(style[1]),
    }
    assert re.findall(r'(?:src|href)=|url\(|https?://| on\w+="', answer.text) == []
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers


def test_a_token_leaves_the_address_bar_before_it_is_used() -> None:
    lines = [line.strip() for line in pages.SCRIPT.splitlines()]
    read, gone = "const token = location.hash.slice(1);", 'history.replaceState(null, "", location.pathname);'
    assert lines.index(gone) == lines.index(read) + 1
    assert pages.SCRIPT in Api().get("/account/verify-email").text


def source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_a_page_speaks_the_reader_s_language() -> None:
    for wish, language in {"es-ES,en": "es", "en-US,es": "en", "de": "en", "": "en"}.items():
        text = Api().get("/account/verify-email", **{"accept-language": wish}).text
        assert re.search(r'<html lang="(\w+)">', text)[1] == language  # type: ignore[index]
        assert f"<h1>{pages.WORDS[language]['verify-email']}</h1>" in text  # type: ignore[index]


def test_every_language_has_every_word() -> None:
    assert {frozenset(pages.WORDS[language]) for language in LANGUAGES} == {frozenset(pages.WORDS["en"])}


def test_there_are_no_other_pages() -> None:
    assert Api().get("/account/settings").status == 422
