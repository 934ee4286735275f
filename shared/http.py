"""The edge of HTTP: an API Gateway event in, one operation in one transaction, an answer out."""

import asyncio
import atexit
import os
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache, wraps
from http import HTTPStatus
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute
from mangum import Mangum
from mangum.types import LambdaContext
from pydantic import AfterValidator, BaseModel, ConfigDict, field_validator
from sqlalchemy.orm import Session
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import limits, log
from shared.access import Caller
from shared.call import Call
from shared.db.driver import Statement
from shared.device import Device
from shared.errors import Refused, Unauthenticated
from shared.handler import Context, Event, Handler, Login, Trigger
from shared.idempotency import before_commit, once, takes_key
from shared.large_answers import stored_if_large
from shared.limits import Rate
from shared.permissions import PERMISSIONS, Permission
from shared.problem import MEDIA_TYPE, RESPONSES, answer_with_problems, problem, refusal
from shared.steps import Steps
from shared.words import language_of

BY_TOKEN: dict[str, list[str]] = {"bearer": []}
BY_KEY_PAIR: dict[str, list[str]] = {"key_id": [], "key_secret": []}
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
COMPRESSED_ABOVE = 1_000  # bytes
TEXT = ["text/", "application/json", MEDIA_TYPE]  # what travels as it is; the rest in base64
UNSTORABLE = re.compile("[\0\ud800-\udfff]")

# What an endpoint may ask for


def _call(request: Request) -> Call:
    call: Call = request.scope["call"]
    return call


async def _caller(request: Request) -> Caller:
    caller = _call(request).caller
    if caller is None:
        raise Unauthenticated
    return caller


async def _db(request: Request) -> AsyncIterator[Session]:
    call = _call(request)
    with call.transaction() as db:
        yield db
        call.note(db)


async def _now(request: Request) -> datetime:
    return _call(request).now


class HttpSteps(Steps):
    """For an endpoint that leaves the database: each step is one transaction, committed there and then."""

    def __init__(self, call: Call, whom: Statement | None = None, *, last: bool = False) -> None:
        super().__init__(lambda: call.transaction(whom))
        self._call, self._whom, self._last = call, whom, last

    def acting_as(self, whom: Statement) -> "HttpSteps":
        return HttpSteps(self._call, whom)

    @property
    def last(self) -> "HttpSteps":
        """The step that settles the answer: the request's row in the log travels with it, and so does the
        answer where a key keeps it. None follows."""
        return HttpSteps(self._call, self._whom, last=True)

    def _before_commit(self, db: Session, answer: object) -> None:
        if isinstance(answer, Refused):
            self._call.note(db, status=answer.status)
        elif self._last:
            self._call.note(db)
        before_commit(self._call, db, answer, last=self._last)


async def _steps(request: Request) -> HttpSteps:
    return HttpSteps(_call(request))


async def _device(request: Request) -> Device:
    call = _call(request)
    return Device(call.address, call.user_agent, language_of(call.headers.get("accept-language")))


CurrentUser = Annotated[Caller, Depends(_caller)]
Db = Annotated[Session, Depends(_db, scope="function")]
Transactions = Annotated[HttpSteps, Depends(_steps)]
Now = Annotated[datetime, Depends(_now)]
From = Annotated[Device, Depends(_device)]


# What a body may hold


def _storable(text: str) -> str:
    if UNSTORABLE.search(text):
        raise ValueError("may not contain a NUL character or half of a surrogate pair")
    return text


def _in_range(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("must lie in the years 1 to 9999, in UTC") from None


Text = Annotated[str, AfterValidator(_storable)]


class Body(BaseModel):
    """A request's body: unknown fields are refused, and so are texts and times that no database can hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def _is_storable(cls, value: object) -> object:
        match value:
            case str():
                return _storable(value)
            case datetime():
                return _in_range(value)
        return value


# Who may call a route


@dataclass(frozen=True)
class Rule:
    permission: Permission | None
    rate: Rate

    async def __call__(self) -> None:
        """The route has read the rule and settled it before any dependency runs."""


def requires(permission: str, *, rate: Rate = limits.API) -> Any:
    return Depends(Rule(PERMISSIONS[permission], rate))


def public(*, rate: Rate = limits.API) -> Any:
    return Depends(Rule(None, rate))


class Route(APIRoute):
    """A route with a rule, settled before its body is read; its `def` endpoint runs inline."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        dependencies = given.pop("dependencies", None) or []
        rules = [found.dependency for found in dependencies if isinstance(found.dependency, Rule)]
        if len(rules) != 1:
            raise TypeError(f"{path} must say who may call it: requires(…) or public()")
        self.rule = rules[0]
        self.is_idempotent = any(found.dependency is takes_key for found in dependencies)
        if self.is_idempotent and self.rule.permission is None:
            raise TypeError(f"{path} is public: an idempotency key belongs to somebody")
        if permission := self.rule.permission:
            ways = [BY_TOKEN, BY_KEY_PAIR] if permission.scope else [BY_TOKEN]
            given["openapi_extra"] = {"security": ways} | (given.get("openapi_extra") or {})
        super().__init__(path, inline(endpoint), dependencies=dependencies, **given)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        endpoint = super().get_route_handler()
        success = self.status_code or HTTPStatus.OK

        async def settled(request: Request) -> Response:
            call = _call(request)
            call.status = success
            call.settle(route=self.path_format, permission=self.rule.permission, rate=self.rule.rate)
            response = await endpoint(request)
            call.status = response.status_code
            return response

        return once(settled) if self.is_idempotent else settled


def inline(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """A function serves one call at a time, so FastAPI's thread pool would only cost half a millisecond.

    A refusal that the endpoint returns becomes the answer, after its transaction's commit.
    """

    @wraps(endpoint)
    async def run(**values: Any) -> Any:
        answer = endpoint(**values)
        return refusal(answer) if isinstance(answer, Refused) else answer

    return run


class Router(APIRouter):
    def __init__(self, *, prefix: str, tags: list[str | Enum]) -> None:
        super().__init__(prefix=prefix, tags=tags, route_class=Route, responses=RESPONSES)


def http(router: Router, *, login: Login = "fn_http", concurrency: int = 20, **needs: Any) -> Handler:
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.include_router(router)
    answer_with_problems(app)
    app.add_exception_handler(HTTPStatus.METHOD_NOT_ALLOWED, _telling_methods(router))
    edge = Edge(GZipMiddleware(app, minimum_size=COMPRESSED_ABOVE, compresslevel=5), login)
    trigger = Trigger(
        kind="http", login=login, paths=(router.prefix,), timeout=29, concurrency=concurrency, **needs
    )

    @cache
    def mangum() -> Mangum:
        return Mangum(edge, lifespan="off", text_mime_types=TEXT)

    def call(event: Event, context: Context) -> Any:
        asyncio.set_event_loop(_loop(os.getpid()))
        return stored_if_large(mangum()(dict(event), cast(LambdaContext, context)))

    return Handler(trigger, call)


@cache
def _loop(_process: int) -> asyncio.AbstractEventLoop:
    """Of our own, whatever others in this process do with theirs, and not shared with a fork's parent."""
    loop = asyncio.new_event_loop()
    atexit.register(loop.close)
    return loop


def _telling_methods(router: Router) -> Callable[[Request, Exception], Coroutine[Any, Any, Response]]:
    """All that a path answers to: Starlette would tell those of the first route alone."""

    async def tell(request: Request, _: Exception) -> Response:
        path = request.scope["path"]
        here = [route for route in router.routes if isinstance(route, Route) and route.path_regex.match(path)]
        methods = sorted({method for route in here for method in route.methods or ()})
        detail = f"This address answers to {' and '.join(methods)}."
        headers = {"Allow": ", ".join(methods).replace("GET", "GET, HEAD")}
        return problem(405, code="method_not_allowed", detail=detail, headers=headers)

    return tell


class Edge:
    """Around the whole application: the call, its line in the log, and the headers that every answer has."""

    def __init__(self, app: ASGIApp, login: Login) -> None:
        self._app = app
        self._login = login

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        address = (scope["client"] or ("127.0.0.1",))[0]
        call = scope["call"] = Call(
            login=self._login, method=scope["method"], headers=headers, address=address
        )
        scope["method"] = "GET" if call.method == "HEAD" else call.method  # the gateway leaves the body out

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                line["status"] = message["status"]
                own = HEADERS | call.limit_headers | {"X-Request-Id": call.request_id}
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] += [
                    (name.lower().encode(), value.encode())
                    for name, value in own.items()
                    if name.lower().encode() not in given
                ]
            await send(message)

        with log.call("http", request_id=call.request_id, method=call.method) as line:
            try:
                await self._app(scope, receive, send_with_headers)
            finally:
                call.close()
                line |= {"route": call.route, "user_id": str(call.caller.id) if call.caller else None}
