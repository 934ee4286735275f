"""Every refusal and every fault as an RFC 9457 problem document."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pg8000.exceptions import Error as DriverError
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from shared import log
from shared.db import will_pass
from shared.errors import Refused, Unavailable, title


class FieldProblem(BaseModel):
    field: str
    code: str
    detail: str


class Problem(BaseModel):
    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem] | None = None


MEDIA_TYPE = "application/problem+json"
EXAMPLE = {
    "type": "about:blank",
    "title": title(422),
    "status": 422,
    "code": "invalid",
    "detail": "The request has a field that cannot be used.",
    "errors": [{"field": "email", "code": "missing", "detail": "Field required"}],
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    wildcard: {
        "description": sentence,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": EXAMPLE}},
    }
    for wildcard, sentence in {"4XX": "Refused: the document says why.", "5XX": "A fault of ours."}.items()
}


def problem(
    status: int, *, code: str, detail: str, headers: Mapping[str, str] | None = None, **facts: Any
) -> JSONResponse:
    body = {"type": "about:blank", "title": title(status), "status": status}
    return JSONResponse(
        body | {"code": code, "detail": detail} | facts, status, dict(headers or {}), media_type=MEDIA_TYPE
    )


def refusal(error: Refused) -> JSONResponse:
    headers = error.headers
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers = headers | {"WWW-Authenticate": "Bearer"}
    return problem(error.status, code=error.code, detail=error.detail, headers=headers, **error.facts)


def answer_with_problems(app: FastAPI) -> None:
    """By handlers that are `async` to run inline: Starlette takes a thread for each of the others."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _misshapen)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(DriverError, _database)
    app.add_exception_handler(Exception, _bug)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    return refusal(error)


async def _misshapen(_: Request, error: Exception) -> JSONResponse:
    """Name the field. What was sent is not repeated: it may be a password."""
    assert isinstance(error, RequestValidationError)
    fields = [
        {"field": _name(fault), "code": fault["type"], "detail": fault["msg"]} for fault in error.errors()
    ]
    named = "; ".join(f"{fault['field']}: {fault['detail']}" for fault in fields)
    return problem(422, code="invalid", detail=named, errors=fields)


def _name(fault: Mapping[str, Any]) -> str:
    """("body", "legs", 0, "amount") → legs.0.amount; of what is no JSON at all the place says nothing."""
    where, *path = fault["loc"]
    return str(where) if fault["type"] == "json_invalid" else ".".join(map(str, path)) or str(where)


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = title(error.status_code).lower().replace(" ", "_")
    return problem(error.status_code, code=code, detail=str(error.detail), headers=error.headers)


async def _database(_: Request, error: Exception) -> JSONResponse:
    """Anything but a moment of absence is a bug."""
    if not will_pass(error):
        raise error
    log.fact("the database did not answer", error=repr(error))
    return refusal(Unavailable(headers={"Retry-After": "1"}))


async def _bug(_: Request, error: Exception) -> JSONResponse:
    return problem(500, code="bug", detail="Something broke on our side; the error has been recorded.")
