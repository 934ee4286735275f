"""The README as it stands: its tour is the way into the platform."""

from html import escape

from starlette.requests import Request
from starlette.responses import Response

from infra.discover import ROOT
from infra.local.pages.frame import banner, language, page
from infra.local.pages.words import WORDS


async def tour(request: Request) -> Response:
    speech = language(request)
    title = WORDS[speech]["tour"]
    text = (ROOT.parent / "README.md").read_text()
    shown = f'<main class="narrow"><article lang="en"><pre>{escape(text)}</pre></article></main>'
    return page(banner(title, language=speech) + shown, title=title, language=speech)
