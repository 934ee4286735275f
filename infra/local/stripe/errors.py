"""What Stripe answers instead of what was asked for: its shape, its codes, its statuses."""

from typing import Any

Object = dict[str, Any]


class Refused(Exception):
    """`stored`: an idempotency key keeps this answer. It does once work has begun, which checking is not."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        stored: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.stored = stored
        self.body: Object = {"error": {"type": kind, "message": message, **more}}


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> Refused:
    """Of a parameter: noticed before anything begins."""
    given = {"param": param, "code": code}
    known = {name: value for name, value in given.items() if value}
    return Refused(400, message, stored=False, **known)


def missing(what: str, object_id: str, *, param: str = "id", status: int = 400) -> Refused:
    """404 where the address names it, 400 where a parameter does."""
    sentence = f"No such {what}: '{object_id}'"
    return Refused(status, sentence, stored=False, code="resource_missing", param=param)


def unauthenticated(message: str) -> Refused:
    return Refused(401, message, stored=False)


def too_many() -> Refused:
    sentence = "Request rate limit exceeded."
    return Refused(429, sentence, stored=False, code="rate_limit")


def broken(status: int) -> Refused:
    """500: begun, and it may or may not have had its effect. 503: turned away before anything began."""
    return Refused(status, "An error occurred on our side.", kind="api_error", stored=status == 500)
