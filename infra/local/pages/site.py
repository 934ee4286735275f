"""All pages under their addresses, each with the headers that keep others out."""

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.local.home import Home
from infra.local.pages.docs import Docs
from infra.local.pages.door import Door, Endpoint, kept_key
from infra.local.pages.frame import ICON, notice
from infra.local.pages.front import Front
from infra.local.pages.letters import Mailbox
from infra.local.pages.objects import hand_out
from infra.local.pages.tour import tour
from infra.local.supervisor import Platform
from shared.http import HEADERS

COMMON = HEADERS | {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}


def pages(platform: Platform, *, home: Home, public_url: str) -> ASGIApp:
    """Everything. `public_url` is the one that stands in the letters."""
    door = Door(kept_key(home))
    front = Front(platform, home)
    mailbox = Mailbox(home.mail, door, own_url=public_url)

    def behind_the_door(path: str, endpoint: Endpoint, *, method: str = "GET") -> Route:
        return Route(path, door.guarded(endpoint), methods=[method])

    return _site(
        *Docs(platform.functions).routes,
        behind_the_door("/", front.show),
        behind_the_door("/status", front.status),
        behind_the_door("/tour", tour),
        behind_the_door("/mailbox", mailbox.list),
        behind_the_door("/mailbox/empty", mailbox.empty, method="POST"),
        behind_the_door("/mailbox/{letter_id:uuid}", mailbox.show),
    )


def docs_alone(platform: Platform) -> ASGIApp:
    """Where the database is somebody's own: no key, no mailbox, nothing that is not public."""
    return _site(*Docs(platform.functions).routes, Route("/", _to_the_docs))


def _site(*routes: Route) -> ASGIApp:
    open_to_all = (Route("/icon.svg", _icon), Route("/storage/{key:path}", hand_out))
    app = Starlette(routes=[*routes, *open_to_all], exception_handlers={HTTPException: _refused})
    app.router.redirect_slashes = False
    return Headed(app)


class Headed:
    """Gives every answer the common headers; a page's own policy stands."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in COMMON.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


async def _icon(_: Request) -> Response:
    return Response(ICON, media_type="image/svg+xml")


async def _to_the_docs(_: Request) -> Response:
    return RedirectResponse("/docs", 303)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = notice(request, error.status_code)
    answer.headers.update(error.headers or {})
    return answer
