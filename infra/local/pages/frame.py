"""What all pages share: the head, the style, and headers that let nothing in but what we wrote."""

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse

from infra.local.pages.words import WORDS
from shared.words import Language, language_of

FOLDER = Path(__file__).parent
STYLE = (FOLDER / "style.css").read_text()
ICON = (FOLDER / "icon.svg").read_text()


def source(text: str) -> str:
    """How a policy names an inline style or script: by its hash."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


POLICY = {
    "default-src": "'none'",
    "style-src": source(STYLE),
    "img-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def language(request: Request) -> Language:
    return language_of(request.headers.get("accept-language"))


def page(
    body: str,
    *,
    title: str,
    language: Language,
    script: str = "",
    status: int = 200,
    policy: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """`body` is HTML, `title` is text. `policy` adds to the common one, or replaces parts of it."""
    scripts = {"script-src": source(script), "connect-src": "'self'"} if script else {}
    allowed = POLICY | scripts | dict(policy or {})
    directives = "; ".join(f"{name} {value}" for name, value in allowed.items())
    text = f"""<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · Astrolabe</title>
<link rel="icon" href="/icon.svg">
<style>{STYLE}</style>
{body}
{f"<script>{script}</script>" if script else ""}
</html>
"""
    return HTMLResponse(text, status, headers={"Content-Security-Policy": directives})


def banner(title: str, *, language: Language) -> str:
    """The top of every page but the front page: where one is, and the way back."""
    home = WORDS[language]["home"]
    return f"""<header class="banner">
<a class="back" href="/" aria-label="{home}">{ICON}<span>Astrolabe</span></a>
<h1>{escape(title)}</h1>
</header>"""


def notice(request: Request, status: int) -> HTMLResponse:
    """One sentence instead of what was asked for."""
    speech = language(request)
    words = WORDS[speech]
    sentence = words.get(f"{status}", words["400"])
    body = f'<main class="notice">{ICON}<h1>Astrolabe</h1><p>{sentence}</p></main>'
    return page(body, title=words["notice"], language=speech, status=status)
