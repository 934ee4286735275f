"""The mailbox: letters are shown as they stand, and nothing that they say is done."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from infra.local import mailbox
from shared import mail
from shared.ids import new_id
from tests.infra.site import LETTER, PUBLIC_URL, Site, Tags, serving

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("mailbox")) as site:
        site.home.mail.mkdir()
        yield site


@pytest.fixture
def owner(site: Site) -> Iterator[httpx.Client]:
    mailbox.empty(site.home.mail)
    with site.owner() as client:
        yield client


def put(folder: Path, text: str, *, html: str = "", letter_id: str = "", **headers: str) -> str:
    letter, letter_id = EmailMessage(), letter_id or str(new_id())
    given = {"Date": format_datetime(NOON), "From": "a@astrolabe.test", "To": "b@x.test", "Subject": "Hello"}
    for name, value in (given | headers).items():
        letter[name] = value
    letter.set_content(text)
    if html:
        letter.add_alternative(html, subtype="html")
    (folder / f"{letter_id}.eml").write_bytes(letter.as_bytes())
    return letter_id


def form_token(page: str) -> str:
    (token,) = (given["value"] for tag, given in Tags(page).found if given.get("name") == "token")
    return str(token)


# The folder


def test_a_letter_that_was_sent_is_read_as_it_was_written(db: object, tmp_path: Path) -> None:
    mail.send(to="żółw@example.com", subject="¿Olvidaste?", text=f"Aquí: {PUBLIC_URL}/account#x_-y.\n")
    (letter,) = mailbox.letters(tmp_path / "mail")
    assert (letter.to, letter.subject) == ("żółw@example.com", "¿Olvidaste?")
    assert letter.sender == "Astrolabe <no-reply@astrolabe.test>"
    assert letter.text == f"Aquí: {PUBLIC_URL}/account#x_-y.\n"
    assert letter.links == [f"{PUBLIC_URL}/account#x_-y"]
    assert abs(datetime.now(UTC) - letter.sent_at) < timedelta(minutes=1)
    assert mailbox.letter(tmp_path / "mail", letter.id) == letter


def test_the_newest_letter_comes_first_and_half_a_letter_not_at_all(tmp_path: Path) -> None:
    ids = sorted(str(new_id()) for _ in range(3))  # made in one millisecond, they have no order of their own
    for letter_id in ids:
        put(tmp_path, "Hello", letter_id=letter_id)
    (tmp_path / f".{LETTER}").write_bytes(b"From")
    assert [letter.id for letter in mailbox.letters(tmp_path)] == ids[::-1]
    assert mailbox.count(tmp_path) == 3


def test_where_nothing_was_ever_sent_there_are_no_letters(tmp_path: Path) -> None:
    assert mailbox.letters(tmp_path / "none") == []
    assert mailbox.letter(tmp_path, LETTER) is None


# Reading


def test_a_letter_with_a_script_in_it_gets_nowhere(site: Site, owner: httpx.Client) -> None:
    letter_id = put(
        site.home.mail,
        f"{MARKUP}\n{PUBLIC_URL}/?<script>alert(2)</script>\n",
        html="<h1>Never shown</h1><script>alert(3)</script>",
        Subject=MARKUP,
        From=f'"{MARKUP.replace(chr(34), "")}" <a@x.test>',
        To=f'"{MARKUP.replace(chr(34), "")}" <b@x.test>',
    )
    for path in ("/mailbox", f"/mailbox/{letter_id}"):
        answer = owner.get(path)
        tags = Tags(answer.text)
        assert not tags.names & {"script", "img"}
        assert not [name for _, given in tags.found for name in given if name.startswith("on")]
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
        assert "Never shown" not in answer.text
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "form-action 'none'", "sandbox allow-same-origin"} <= set(policy)


def test_a_letter_of_html_alone_shows_nothing_of_it(site: Site, owner: httpx.Client) -> None:
    letter, letter_id = EmailMessage(), new_id()
    letter["Date"], letter["From"], letter["To"] = format_datetime(NOON), "a@x.test", "b@x.test"
    letter.set_content("<b>Hidden</b>", subtype="html")
    (site.home.mail / f"{letter_id}.eml").write_bytes(letter.as_bytes())
    page = owner.get(f"/mailbox/{letter_id}").text
    assert "Hidden" not in page
    assert "(no subject)" in page


def test_only_our_own_links_can_be_followed(site: Site, owner: httpx.Client) -> None:
    ours = f"{PUBLIC_URL}/account/verify-email#a_b-c?d&e"
    foreign = [
        "http://127.0.0.1:8000.evil.example/account",
        "http://127.0.0.1:8000@evil.example/",
        "http://127.0.0.1:80000/",
        "https://127.0.0.1:8000/",
        "https://evil.example/?http://127.0.0.1:8000/",
        "javascript:alert(1)",
    ]
    letter_id = put(site.home.mail, f"Go on: {ours}.\n" + "\n".join(foreign))
    page = owner.get(f"/mailbox/{letter_id}").text
    links = [given for tag, given in Tags(page).found if tag == "a" and given.get("rel")]
    assert links == [{"href": ours, "rel": "noreferrer"}]
    assert ours.replace("&", "&amp;") in page
    assert all(link in page for link in foreign)


def test_the_list_says_from_whom_to_whom_about_what_and_when(site: Site, owner: httpx.Client) -> None:
    letter_id = put(site.home.mail, "x", Subject="First")
    put(site.home.mail, "x", Subject="Second", To="c@x.test")
    page = owner.get("/mailbox").text
    assert page.index("Second") < page.index("First")
    for shown in ("a@astrolabe.test → b@x.test", "→ c@x.test", f'href="/mailbox/{letter_id}"', " d ago"):
        assert shown.replace(" d", "\N{NARROW NO-BREAK SPACE}d") in page
    assert "2026-03-02 12:00:00 UTC" in owner.get(f"/mailbox/{letter_id}").text


@pytest.mark.parametrize("letter_id", [LETTER, "..%2Fkey", "../key", "key"])
def test_a_letter_that_is_none_is_not_found(owner: httpx.Client, letter_id: str) -> None:
    assert owner.get(f"/mailbox/{letter_id}").status_code == 404


# Emptying


def test_the_owner_empties_the_mailbox(site: Site, owner: httpx.Client) -> None:
    put(site.home.mail, "x")
    token = form_token(owner.get("/mailbox").text)
    sent = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}  # as Chromium does under no-referrer
    answer = owner.post("/mailbox/empty", data={"token": token}, headers=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/mailbox")
    assert mailbox.count(site.home.mail) == 0
    assert "No letter yet" in owner.get("/mailbox").text


@pytest.mark.parametrize(
    ("token", "sent"),
    [
        (None, {}),
        ("", {}),
        ("0" * 64, {}),
        ("é", {}),
        ("right", {"Sec-Fetch-Site": "cross-site"}),
        ("right", {"Sec-Fetch-Site": "same-site"}),  # another port of this machine
        ("right", {"Sec-Fetch-Site": "none"}),
        ("right", {"Origin": "https://evil.example"}),
        ("right", {"Origin": "http://127.0.0.1:1"}),
    ],
)
def test_a_form_from_elsewhere_gets_nowhere(
    site: Site, owner: httpx.Client, token: str | None, sent: dict[str, str]
) -> None:
    put(site.home.mail, "x")
    right = form_token(owner.get("/mailbox").text)
    data = {} if token is None else {"token": right if token == "right" else token}
    assert owner.post("/mailbox/empty", data=data, headers=sent).status_code == 403
    assert mailbox.count(site.home.mail) == 1


def test_the_right_token_without_the_key_empties_nothing(site: Site, owner: httpx.Client) -> None:
    put(site.home.mail, "x")
    token = form_token(owner.get("/mailbox").text)
    with site.visitor() as visitor:
        assert visitor.post("/mailbox/empty", data={"token": token}).status_code == 401
    assert owner.get("/mailbox/empty").status_code == 405
    assert mailbox.count(site.home.mail) == 1
