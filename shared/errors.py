"""The eight kinds of refusal. A domain's error subclasses one and carries the sentence a person reads.

Raised, it rolls everything back. Returned by an operation, it is a refusal that leaves its trace: the edge
commits what the operation wrote, then answers it.
"""

from http import HTTPStatus
from typing import Any, ClassVar

# As RFC 9110 calls them: Python has these names from 3.13 on, and older ones before.
TITLES = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Content Too Large",
    HTTPStatus.REQUEST_URI_TOO_LONG: "URI Too Long",
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "Range Not Satisfiable",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
}


def title(status: int) -> str:
    known = HTTPStatus(status)
    return TITLES.get(known, known.phrase)


class Refused(Exception):
    status: ClassVar[HTTPStatus]
    code: ClassVar[str]  # stable, for programs
    detail: str  # for the person
    headers: dict[str, str]

    def __init__(self, detail: str = "", *, headers: dict[str, str] | None = None, **facts: Any) -> None:
        self.detail = detail or type(self).detail
        self.headers = headers or {}
        self.facts = facts  # further members of the problem document
        super().__init__(self.detail)


class Invalid(Refused):
    status, code, detail = (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid",
        "The request has a field that cannot be used.",
    )

    @classmethod
    def of(cls, name: str, sentence: str) -> "Invalid":
        """Refuse one field of the body, in the form that shape errors have."""
        return cls(sentence, errors=[{"field": name, "code": cls.code, "detail": sentence}])


class Unauthenticated(Refused):
    status, code, detail = HTTPStatus.UNAUTHORIZED, "unauthenticated", "Sign in first."


class Forbidden(Refused):
    status, code, detail = HTTPStatus.FORBIDDEN, "forbidden", "You may not do this."


class NotFound(Refused):
    status, code, detail = HTTPStatus.NOT_FOUND, "not_found", "There is nothing here by that name."


class Conflict(Refused):
    status, code, detail = HTTPStatus.CONFLICT, "conflict", "This contradicts what is there already."


class Stale(Refused):
    status, code, detail = HTTPStatus.PRECONDITION_FAILED, "stale", "Somebody changed this in the meantime."


class TooMany(Refused):
    status, code, detail = HTTPStatus.TOO_MANY_REQUESTS, "too_many", "Too many requests: wait a moment."


class Unavailable(Refused):
    status, code, detail = (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        "Not available right now: try again.",
    )
