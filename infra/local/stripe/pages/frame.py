"""What the pages share: the house's look, and headers that let nothing in but what we wrote.

The platform's own frame is not used: importing it would bring all of the platform into this small process.
"""

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from infra.local.stripe.pages.words import WORDS
from infra.local.stripe.wire import Reply
from shared.words import Language

HERE = Path(__file__).parent
HOUSE = HERE.parent.parent / "pages"
STYLE = (HOUSE / "style.css").read_text() + (HERE / "style.css").read_text()
ICON = (HOUSE / "icon.svg").read_text()
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def page(
    body: str, *, title: str, language: Language, status: int = 200, leads_to: Iterable[str] = ()
) -> Reply:
    """`body` is HTML. `leads_to`: where a form may end: a browser wants to be told, redirects included."""
    forms = " ".join(("'self'", *sorted({_origin(url) for url in leads_to})))
    policy = (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; img-src 'self'; form-action {forms};"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    text = f"""<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · Astrolabe</title>
<link rel="icon" href="/icon.svg">
<style>{STYLE}</style>
<header class="banner"><span class="back">{ICON}<span>Astrolabe</span></span><h1>{escape(title)}</h1>
<span class="test">{WORDS[language]["test"]}</span></header>
{body}
</html>
"""
    headers = HEADERS | {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
    return Reply(status, text.encode(), headers)


def notice(name: str, language: Language, *, status: int = 200, onwards: str | None = None) -> Reply:
    """One sentence, and a way on where there is one."""
    words = WORDS[language]
    way = f'<p><a href="{escape(onwards)}">{words["onwards"]}</a></p>' if onwards else ""
    body = f'<main class="notice">{ICON}<p>{words[name]}</p>{way}</main>'
    return page(body, title=words["payment"], language=language, status=status)


def redirect(url: str) -> Reply:
    return Reply(303, b"", HEADERS | {"Location": url})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
