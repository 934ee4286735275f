"""What comes over the wire and what goes back."""

import base64
import hmac
import json
from dataclasses import dataclass, field
from email.message import Message

from infra.local.stripe.errors import Object, Refused, unauthenticated


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str
    headers: Message | dict[str, str]  # the first knows no upper case
    body: bytes


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Lost(Exception):
    """No answer comes: the connection is cut."""


def in_json(status: int, body: Object | str, **headers: str) -> Reply:
    """A text is JSON already: an answer that is given again is the same to the byte."""
    text = body if isinstance(body, str) else json.dumps(body, indent=2)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, text.encode(), {"Content-Type": "application/json"} | named)


def in_words(refused: Refused, **headers: str) -> Reply:
    return in_json(refused.status, refused.body, **headers)


def check_key(request: Request, key: str) -> None:
    """As a bearer, or as the user name of Basic."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        given = _decoded(given).partition(":")[0]
    if not given:
        raise unauthenticated("You did not provide an API key.")
    if not hmac.compare_digest(given.strip().encode(), key.encode()):
        raise unauthenticated("Invalid API Key provided.")


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return ""
