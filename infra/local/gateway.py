"""The one door: a request goes to the function whose path it is, or to the pages for a person."""

import asyncio
import logging
import re
from collections.abc import Iterable
from uuid import uuid4

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.discover import Function
from infra.local.frames import MOST
from infra.local.pool import AnswerTooLarge, Died, FunctionFailed, Pool, RequestTooLarge, TimedOut
from infra.local.proxy import Malformed, function_answer, request_event
from shared import clock
from shared.http import HEADERS
from shared.problem import problem

log = logging.getLogger(__name__)

LOOPBACK = frozenset(("127.0.0.1", "localhost"))  # nothing listens on ::1, and Mangum breaks on such a name
HOST = re.compile(r"([^:]+)(:[0-9]{1,5})?")


class Misdirected(Exception):
    """A page elsewhere may have a name that leads here: what it sends us bears that name."""


class NothingHere(Exception):
    """No function answers at this path."""


class Busy(Exception):
    """As many requests as may wait are waiting."""


FAILED = (502, "function_failed", "The request could not be worked off; the log has the reason.")
PROBLEMS: dict[type[BaseException], tuple[int, str, str]] = {
    Misdirected: (421, "misdirected", "This address serves this machine, under its own name."),
    NothingHere: (404, "not_found", "There is nothing at this address."),
    Busy: (503, "busy", "Too many requests are waiting: try again in a moment."),
    RequestTooLarge: (413, "request_too_large", "A request may weigh 6 MB."),
    AnswerTooLarge: (502, "answer_too_large", "The answer weighs more than 6 MB: ask for less at a time."),
    FunctionFailed: FAILED,
    Died: FAILED,
    Malformed: FAILED,
    TimedOut: (504, "timed_out", "The request took too long."),
    TimeoutError: (504, "timed_out", "The request took too long."),
    asyncio.CancelledError: (503, "stopping", "The platform is being stopped."),
}


class Gateway:
    """`seconds`: API Gateway waits no longer. `waiting`: so many may wait for a worker; more may not."""

    def __init__(
        self,
        functions: Iterable[Function],
        pool: Pool,
        *,
        public_host: str | None = None,
        pages: ASGIApp | None = None,
        seconds: float = 29,
        waiting: int = 100,
    ) -> None:
        faces = [(path, function.name) for function in functions for path in function.trigger.paths]
        self._faces = sorted(faces, key=lambda face: -len(face[0]))  # the longest match comes first
        self._pool = pool
        self._hosts = LOOPBACK | {public_host}
        self._pages = pages
        self._seconds = seconds
        self._waiting = waiting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["raw_path"].decode("latin-1")
        if self._pages and self._is_meant(scope) and not self._face(path) and not _is_below(path, "/v1"):
            await self._pages(scope, receive, send)
            return
        try:
            answer = await self._answer(scope, receive, path)
        except ClientDisconnect:
            return
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, path: str) -> Response:
        request_id = str(uuid4())
        try:
            return await self._called(scope, receive, path, request_id)
        except tuple(PROBLEMS) as error:
            status, code, detail = PROBLEMS[type(error)]
            log.log(
                logging.WARNING if status in (502, 504) else logging.INFO,
                "%s %s: %r",
                request_id,
                path,
                error,
            )
            headers = HEADERS | {"X-Request-Id": request_id} | ({"Retry-After": "1"} if status == 503 else {})
            return problem(status, code=code, detail=detail, headers=headers)

    async def _called(self, scope: Scope, receive: Receive, path: str, request_id: str) -> Response:
        if not self._is_meant(scope):
            raise Misdirected
        if not (face := self._face(path)):
            raise NothingHere
        prefix, function = face
        body = await _body(receive)
        if self._pool.waiting >= self._waiting:
            raise Busy
        event = request_event(scope, body, prefix=prefix, request_id=request_id, now=clock.now())
        async with asyncio.timeout(self._seconds):
            return function_answer(await self._pool.invoke(function, event))

    def _is_meant(self, scope: Scope) -> bool:
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
        match = HOST.fullmatch(host)
        return match is not None and match[1] in self._hosts

    def _face(self, path: str) -> tuple[str, str] | None:
        return next((face for face in self._faces if _is_below(path, face[0])), None)


def _is_below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix.rstrip("/") + "/")


async def _body(receive: Receive) -> bytes:
    """Read to the end, even where it is too much: who is cut off while sending reads no answer."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        size += len(message["body"])
        more = message["more_body"]
        if size <= MOST:
            parts.append(message["body"])
    if size > MOST:
        raise RequestTooLarge(f"{size} bytes")
    return b"".join(parts)
