"""A request that comes twice happens once: routes that require a key, and say again what they have said."""

import hashlib
import re
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from sqlalchemy.orm import Session

from shared.call import Call
from shared.claim import Answer, Answered, Claim
from shared.db import Work, undo
from shared.errors import Refused
from shared.ids import new_id
from shared.problem import refusal

NAME = "Idempotency-Key"
KEY = "^[!-~]{1,255}$"  # visible ASCII
KEPT_HEADERS = ("content-type", "location", "etag")
Handle = Callable[[Request], Coroutine[Any, Any, Response]]


async def takes_key(
    idempotency_key: Annotated[
        str,
        Header(
            alias=NAME,
            pattern=KEY,
            description="A name for this request, such as a UUID. Sent again, it is done once: for 24 hours"
            " the first answer comes again, with `Idempotent-Replayed: true`.",
            examples=["0198a7c2-6f1e-7d7b-8c7e-3b1f0a5d9e42"],
        ),
    ],
) -> None:
    """Requires the header, and stands for it in the OpenAPI document. A route that has it runs by `once`."""


async def _intent(request: Request) -> UUID:
    assert request.scope["route"].is_idempotent, "an intent lives as long as a key"
    claim: Claim | None = request.scope["call"].claim
    return claim.intent if claim else new_id()  # without a key, validation lets nobody use it


Intent = Annotated[UUID, Depends(_intent)]  # the same at each try with a key: effects outside go by it


def idempotent() -> Any:
    return Depends(takes_key)


def once(handle: Handle) -> Handle:
    """An answer is stored with its effect, in one commit. The next request by its key gets it again."""

    async def run(request: Request) -> Response:
        call: Call = request.scope["call"]
        call.claim = await _claim(request, call)
        if call.claim is None:
            return await handle(request)
        try:
            return await _first_time(handle, request, call, call.claim)
        except Answered as earlier:
            return _again(earlier.answer)

    return run


def before_commit(call: Call, db: Session, answer: object, *, last: bool) -> None:
    """Of a step: a refusal that it returns is the answer; the last one waits for the answer's bytes."""
    if call.claim is None:
        return
    db.connection()  # a step without a statement of its own has not looked at the key yet
    if isinstance(answer, Refused):
        if _is_kept(answer.status):
            call.claim.keep(db, _stored(refusal(answer)))
    elif last:
        call.awaits_answer = True
    else:
        call.claim.mark(db)


async def _claim(request: Request, call: Call) -> Claim | None:
    """None for a key that is missing or misshapen: validation tells, once it is settled who asks."""
    key = request.headers.get(NAME, "")
    if not re.fullmatch(KEY, key):
        return None
    method, path = request.method, request.scope["path"]
    digest = hashlib.sha256()
    for part in (method, path, urlencode(sorted(request.query_params.multi_items()))):
        digest.update(len(part.encode()).to_bytes(8) + part.encode())
    digest.update(await request.body())
    return Claim(key=key, method=method, path=path, request_sha256=digest.digest(), now=call.now)


async def _first_time(handle: Handle, request: Request, call: Call, claim: Claim) -> Response:
    try:
        with call.until_answered:
            return await _answered(handle, request, call, claim)
    except Exception:
        if claim.is_ours and claim.is_marked:
            with call.transaction() as db:
                db.connection()
                claim.release(db)
        raise


async def _answered(handle: Handle, request: Request, call: Call, claim: Claim) -> Response:
    try:
        response = await handle(request)
    except Refused as error:
        response = refusal(error)
        if claim.is_answered:  # the step that returned it has kept it
            return response
        if not (claim.is_ours and _is_kept(error.status)):
            raise
        call.status = error.status
        if call.current:
            undo(call.current)
    if _is_kept(response.status_code):
        with _answering(call) as db:
            claim.keep(db, _stored(response))
    elif claim.is_marked:
        with _answering(call) as db:
            claim.release(db)
    return response


@contextmanager
def _answering(call: Call) -> Iterator[Work]:
    """The transaction that made the answer; where none is open, one for the answer alone."""
    if call.current:
        call.current.connection()
        yield call.current
        return
    with call.transaction() as db:
        db.connection()
        yield db
        call.note(db)


def _is_kept(status: int) -> bool:
    """What may come out otherwise the next time is not: who asks, how often, and our own faults."""
    passing = (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS)
    return status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in passing


def _stored(response: Response) -> Answer:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return Answer(response.status_code, headers, bytes(response.body).decode())


def _again(answer: Answer) -> Response:
    return Response(answer.body, answer.status, {**answer.headers, "Idempotent-Replayed": "true"})
