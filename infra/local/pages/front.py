"""The front page: what runs, what comes next, what waits, and the ways from here."""

from collections.abc import Iterable, Sequence
from html import escape
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from infra.discover import Function
from infra.local import demo
from infra.local.home import Home
from infra.local.pages.cells import QUEUED, cells, tone
from infra.local.pages.frame import FOLDER, ICON, language, page
from infra.local.pages.sight import Sight, look
from infra.local.pages.words import WORDS
from infra.local.supervisor import Platform
from shared.handler import Trigger
from shared.words import Language

SCRIPT = (FOLDER / "front.js").read_text()
FIGURES = ("memory", "processes", "calls", "waiting", "dead-letters", "lag")


class Front:
    def __init__(self, platform: Platform, home: Home) -> None:
        self._platform = platform
        self._home = home

    async def show(self, request: Request) -> Response:
        speech = language(request)
        sight = await look(self._platform, self._home.mail, paid=_paid(request))
        password = self._home.demo_password.read_text()
        body = Drawing(sight, speech).body(password)
        return page(body, title=WORDS[speech]["front"], language=speech, script=SCRIPT)

    async def status(self, request: Request) -> Response:
        """What the page's script puts in place of what it finds there."""
        sight = await look(self._platform, self._home.mail, paid=_paid(request))
        return JSONResponse({"tone": tone(sight), "cells": cells(sight, language(request))})


def _paid(request: Request) -> UUID | None:
    """The deposit that somebody comes back from; an address that names none names nothing."""
    try:
        return UUID(request.query_params.get("deposit", ""))
    except ValueError:
        return None


class Drawing:
    """One sight in one language, as HTML."""

    def __init__(self, sight: Sight, language: Language) -> None:
        self._sight = sight
        self._words = WORDS[language]
        self._cells = cells(sight, language)

    def body(self, password: str) -> str:
        return f"""<header class="sky" data-tone="{tone(self._sight)}">
{ICON}
<h1>Astrolabe</h1>
<p>{self._words["tagline"]}</p>
<p class="deposit" role="status">{self._live("deposit")}</p>
<p class="state" role="status"><span class="here">{self._live("state")}</span>
<span class="gone">{self._words["gone"]}</span></p>
</header>
<main>
{self._ways(password)}
<dl class="figures">{"".join(map(self._figure, FIGURES))}</dl>
<div class="columns">
<div>{self._processes()}{self._schedules()}{self._queues()}</div>
<div>{self._functions()}</div>
</div>
</main>"""

    def _ways(self, password: str) -> str:
        words = self._words
        letters = words["mailbox-about"].format(self._live("letters"))
        return f"""<nav class="ways" aria-label="Astrolabe">
<a href="/docs"><strong>{words["api"]}</strong><span>{words["api-about"]}</span></a>
<a href="/mailbox"><strong>{words["mailbox"]}</strong><span>{letters}</span></a>
<a href="/tour"><strong>{words["tour"]}</strong><span>{words["tour-about"]}</span></a>
<div><strong>{words["demo"]}</strong><span>{demo.EMAIL}<br>{self._live("wallets")}</span>
<details><summary>{words["show"]}</summary><code>{escape(password)}</code></details></div>
</nav>"""

    def _figure(self, name: str) -> str:
        return f"<div><dt>{self._words[name]}</dt><dd>{self._live(name)}</dd></div>"

    def _processes(self) -> str:
        headings = ("what", "busy", "restarts", "memory")
        rows = [
            (
                self._words.get(process.name) or escape(process.name),
                self._live(f"{process.name}.busy"),
                self._live(f"{process.name}.restarts"),
                self._live(f"{process.name}.memory"),
            )
            for process in self._sight.processes
        ]
        return self._table("processes", headings, rows)

    def _schedules(self) -> str:
        rows = [
            (_named(found), self._live(f"{found.name}.last"), self._live(f"{found.name}.next"))
            for found in self._woken_by("cron")
        ]
        return self._table("schedules", ("what", "last", "next"), rows)

    def _queues(self) -> str:
        rows = [
            (
                escape(found.trigger.consumer),
                self._live(f"{found.name}.depth"),
                self._live(f"{found.name}.oldest"),
            )
            for found in self._woken_by(*QUEUED)
        ]
        return self._table("queues", ("queue", "depth", "oldest"), rows)

    def _functions(self) -> str:
        rows = [
            (
                f"{escape(found.name)}<small>{self._waking(found.trigger)}</small>",
                self._live(f"{found.name}.calls"),
            )
            for found in self._sight.functions
        ]
        return self._table("functions", ("what", "calls"), rows)

    def _waking(self, trigger: Trigger) -> str:
        """What wakes it: its kind, and the address, event, queue or schedule."""
        exactly = {"http": " ".join(trigger.paths), "event": trigger.topic, "cron": trigger.schedule}
        return f"{self._words[f'kind-{trigger.kind}']} <code>{escape(exactly.get(trigger.kind, ''))}</code>"

    def _woken_by(self, *kinds: str) -> Iterable[Function]:
        return (found for found in self._sight.functions if found.trigger.kind in kinds)

    def _table(self, name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        """The first cell of a row names it."""
        head = "".join(f'<th scope="col">{self._words[heading]}</th>' for heading in headings)
        body = "".join(
            f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'
            for first, *others in rows
        )
        title = self._words[name]
        return (
            f'<section><h2>{title}</h2><table aria-label="{title}">'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></section>"
        )

    def _live(self, name: str) -> str:
        """A text that the page's script renews; nothing where this line has no such text."""
        if name not in self._cells:
            return ""
        return f'<span data-cell="{escape(name)}">{escape(self._cells[name])}</span>'


def _named(function: Function) -> str:
    return f"{escape(function.name)}<small><code>{escape(function.trigger.schedule)}</code></small>"
