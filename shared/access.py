"""Who is calling: what a bearer token or an API key proves, before anything else is looked at."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import jwt

from shared.crypto import token_hash
from shared.errors import Unauthenticated
from shared.permissions import Permission
from shared.secrets import forget, secret

ISSUER = "astrolabe"
ALGORITHM = "EdDSA"
KEY_PREFIX = "ask_live_"
MINUTE = timedelta(minutes=1)
CLAIMS = ["sub", "sid", "role", "iss", "aud", "exp", "nbf", "iat"]
# Times are compared here, with the edge's clock.
CHECKED: Any = {"require": CLAIMS, "verify_exp": False, "verify_nbf": False, "verify_iat": False}


@dataclass(frozen=True)
class Caller:
    id: UUID
    role: str
    session_id: UUID | None = None  # a person's
    key_id: UUID | None = None  # a program's
    scopes: tuple[str, ...] = ()

    def may(self, permission: Permission) -> bool:
        if self.role not in permission.roles:
            return False
        return self.key_id is None or permission.scope in self.scopes


class BadToken(Unauthenticated):
    code = "bad_token"
    detail = "This token or key is not valid, or no longer."


def credential(headers: Mapping[str, str]) -> str | None:
    """The bearer token or API key of a request; a key may also come as the pair of Alpaca's clients."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    key, key_secret = headers.get("apca-api-key-id"), headers.get("apca-api-secret-key")
    return f"{key}.{key_secret}" if key and key_secret else None


def api_key_hash(token: str) -> bytes | None:
    return token_hash(token) if token.startswith(KEY_PREFIX) else None


def caller_of_token(token: str, *, now: datetime) -> Caller:
    try:
        key = _public_keys().find(jwt.get_unverified_header(token)["kid"], now=now)
        claims = jwt.decode(
            token, key, algorithms=[ALGORITHM], issuer=ISSUER, audience=ISSUER, options=CHECKED
        )
        if not claims["nbf"] <= now.timestamp() < claims["exp"]:
            raise BadToken
        return Caller(id=UUID(claims["sub"]), role=claims["role"], session_id=UUID(claims["sid"]))
    except (jwt.PyJWTError, KeyError, ValueError, TypeError) as error:
        raise BadToken from error


def caller_of_key(found: list[tuple[Any, ...]]) -> Caller:
    """From the opening message's look-up, which answers one row or none."""
    if not found:
        raise BadToken
    key_id, user_id, role, scopes, *_ = found[0]
    return Caller(id=user_id, role=role, key_id=key_id, scopes=tuple(scopes))


class PublicKeys:
    """By their ids. One that is not there may be new, so the set is read again: once a minute at most, or
    whoever makes up ids would have us ask each time."""

    def __init__(self) -> None:
        self._keys: dict[str, Any] = {}
        self._read_at = datetime.min.replace(tzinfo=UTC)

    def find(self, kid: str, *, now: datetime) -> Any:
        if kid not in self._keys and (not self._keys or now >= self._read_at + MINUTE):
            self._read_at = now
            forget("jwks")
            self._keys = {key["kid"]: jwt.PyJWK(key).key for key in json.loads(secret("jwks"))["keys"]}
        return self._keys[kid]


@cache
def _public_keys() -> PublicKeys:
    return PublicKeys()
