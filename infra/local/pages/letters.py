"""The mailbox: what the platform wrote to people, as plain text. Nothing that a letter says is obeyed."""

import asyncio
from collections.abc import Iterable
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from infra.local import mailbox
from infra.local.mailbox import LINK, Letter
from infra.local.pages.cells import duration
from infra.local.pages.door import Door
from infra.local.pages.frame import banner, language, notice, page
from infra.local.pages.words import WORDS
from shared import clock
from shared.words import Language


class Mailbox:
    """Links lead only to `own_url`: any other is text."""

    def __init__(self, folder: Path, door: Door, *, own_url: str) -> None:
        self._folder = folder
        self._door = door
        self._own = own_url.rstrip("/") + "/"

    async def list(self, request: Request) -> Response:
        speech = language(request)
        words = WORDS[speech]
        letters = await asyncio.to_thread(mailbox.letters, self._folder)
        inside = self._listed(letters, speech) if letters else f"<p>{words['no-letters']}</p>"
        body = f'{banner(words["mailbox"], language=speech)}<main class="narrow">{inside}</main>'
        return page(body, title=words["mailbox"], language=speech, policy={"form-action": "'self'"})

    async def show(self, request: Request) -> Response:
        letter = await asyncio.to_thread(mailbox.letter, self._folder, str(request.path_params["letter_id"]))
        if letter is None:
            return notice(request, 404)
        speech = language(request)
        subject = letter.subject or WORDS[speech]["no-subject"]
        body = f'{banner(subject, language=speech)}<main class="narrow">{self._opened(letter, speech)}</main>'
        return page(body, title=subject, language=speech, policy={"sandbox": "allow-same-origin"})

    async def empty(self, request: Request) -> Response:
        given = parse_qs((await request.body()).decode("latin-1")).get("token", [""])[0]
        if not self._door.is_own_form(request, given):
            return notice(request, 403)
        await asyncio.to_thread(mailbox.empty, self._folder)
        return RedirectResponse("/mailbox", 303)

    def _listed(self, letters: Iterable[Letter], speech: Language) -> str:
        return (
            f'<ol class="letters">{"".join(_line(letter, speech) for letter in letters)}</ol>'
            '<form method="post" action="/mailbox/empty">'
            f'<input type="hidden" name="token" value="{self._door.form_token}">'
            f"<button>{WORDS[speech]['empty']}</button></form>"
        )

    def _opened(self, letter: Letter, speech: Language) -> str:
        words = WORDS[speech]
        facts = {"from": letter.sender, "to": letter.to, "sent": f"{letter.sent_at:%Y-%m-%d %H:%M:%S} UTC"}
        shown = "".join(f"<dt>{words[name]}</dt><dd>{escape(fact)}</dd>" for name, fact in facts.items())
        return (
            f'<article><dl class="facts">{shown}</dl><pre>{self._linked(letter.text)}</pre></article>'
            f'<p><a href="/mailbox">{words["back-to-mailbox"]}</a></p>'
        )

    def _linked(self, text: str) -> str:
        parts, end = [], 0
        for match in LINK.finditer(text):
            parts += [escape(text[end : match.start()]), self._link(match[0])]
            end = match.end()
        return "".join((*parts, escape(text[end:])))

    def _link(self, link: str) -> str:
        shown = escape(link)
        return f'<a href="{shown}" rel="noreferrer">{shown}</a>' if link.startswith(self._own) else shown


def _line(letter: Letter, speech: Language) -> str:
    words = WORDS[speech]
    ago = words["ago"].format(duration((clock.now() - letter.sent_at).total_seconds()))
    return (
        f'<li><a href="/mailbox/{escape(letter.id)}">{escape(letter.subject) or words["no-subject"]}</a>'
        f"<span>{escape(letter.sender)} → {escape(letter.to)}</span>"
        f'<time datetime="{letter.sent_at.isoformat()}">{ago}</time></li>'
    )
