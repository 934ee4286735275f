"""Who may see the pages: whoever has the key, from the printed link at first, then from a cookie."""

import hmac
import os
import secrets
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from infra.local.home import Home
from infra.local.pages.frame import notice

Endpoint = Callable[[Request], Awaitable[Response]]


def link(url: str, home: Home) -> str:
    """What `make up` prints."""
    return f"{url}/?key={kept_key(home)}"


def kept_key(home: Home) -> str:
    """Made once for a home. Written aside, then named: nobody reads half a key."""
    file = home.folder / "key"
    if not file.exists():
        aside = home.folder / ".key"
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as text:
            text.write(secrets.token_urlsafe(24))
        aside.rename(file)
    return file.read_text()


class Door:
    """A browser sends a cookie to every port of its host: the name tells one platform's from another's."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._cookie = f"astrolabe-{self._derived('cookie')[:8]}"
        self.form_token = self._derived("form")

    def guarded(self, endpoint: Endpoint) -> Endpoint:
        async def enter(request: Request) -> Response:
            given = request.query_params.get("key")
            if given is not None and self._fits(given):
                return self._welcome(request)
            if given is not None or not self._fits(request.cookies.get(self._cookie, "")):
                return notice(request, 401)
            return await endpoint(request)

        return enter

    def is_own_form(self, request: Request, token: str) -> bool:
        """The token decides; a browser that says where the form came from must say that it came from us.

        Our pages name no referrer, and the browser therefore no origin either, but `null`.
        """
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        ours = f"http://{request.headers.get('host')}"
        from_us = site in (None, "same-origin") and origin in (None, "null", ours)
        return from_us and _same(token, self.form_token)

    def _derived(self, purpose: str) -> str:
        return hmac.new(self._key.encode(), purpose.encode(), "sha256").hexdigest()

    def _fits(self, key: str) -> bool:
        return _same(key, self._key)

    def _welcome(self, request: Request) -> Response:
        """To the same address without the key, so that no history and no screenshot keeps it."""
        answer = RedirectResponse(request.url.path, 303)
        answer.set_cookie(self._cookie, self._key, httponly=True, samesite="strict")
        return answer


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
