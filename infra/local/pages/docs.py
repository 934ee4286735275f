"""The interactive documentation: Swagger UI from our own disk, over the document of all HTTP faces."""

import asyncio
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from infra.discover import Function
from infra.local.pages.door import Endpoint
from infra.local.pages.frame import FOLDER, POLICY, banner, language, page, source
from infra.local.pages.words import WORDS
from infra.openapi import document

SWAGGER = Path(str(files("fastapi_swagger") / "resources"))
ASSETS = ("swagger-ui-bundle.js", "swagger-ui.css")
SCRIPT = (FOLDER / "docs.js").read_text()
ALLOWED = {
    "script-src": f"'self' {source(SCRIPT)}",
    "style-src": f"'self' {POLICY['style-src']}",
    "img-src": "'self' data:",  # Swagger UI's icons
}


class Docs:
    def __init__(self, functions: tuple[Function, ...]) -> None:
        self._functions = functions

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/docs", self.show),
            Route("/openapi.json", self.document),
            *(Route(f"/docs/{name}", _sent(SWAGGER / name)) for name in ASSETS),
        ]

    async def show(self, request: Request) -> Response:
        speech = language(request)
        title = WORDS[speech]["api"]
        body = f"""<link rel="stylesheet" href="/docs/swagger-ui.css">
{banner(title, language=speech)}
<main id="docs"></main>
<script src="/docs/swagger-ui-bundle.js"></script>"""
        return page(body, title=title, language=speech, script=SCRIPT, policy=ALLOWED)

    async def document(self, request: Request) -> Response:
        return JSONResponse(await asyncio.to_thread(lambda: self._document))

    @cached_property
    def _document(self) -> dict[str, Any]:
        """Read off the routes at the first question: 0.1 s for which no start needs to wait."""
        return document(self._functions, server_url="/")


def _sent(file: Path) -> Endpoint:
    async def send(_: Request) -> Response:
        return FileResponse(file)

    return send
