"""What the platform gives to those who proved themselves: access tokens, refresh tokens, API keys."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import jwt

from functions.auth.derived import derived_token
from functions.auth.errors import SessionEnded
from functions.auth.rules import ACCESS_LIFE
from shared.access import ALGORITHM, ISSUER, KEY_PREFIX
from shared.crypto import new_token, token_hash
from shared.secrets import secret


@dataclass(frozen=True)
class Tokens:
    access_token: str
    refresh_token: str
    expires_in: int = int(ACCESS_LIFE.total_seconds())
    token_type: str = "Bearer"


def access_token(*, user_id: UUID, role: str, session_id: UUID, now: datetime) -> str:
    kid, key = _signing_key()
    claims = {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": str(user_id),
        "sid": str(session_id),
        "role": role,
        "iat": now,
        "nbf": now,
        "exp": now + ACCESS_LIFE,
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": kid})


@cache
def _signing_key() -> tuple[str, Any]:
    """Kept for the life of the process: after a rotation it signs with the old key until it ends, and the old
    key stays published."""
    held = json.loads(secret("signing-key"))
    return held["kid"], jwt.PyJWK(held).key


@dataclass(frozen=True)
class RefreshToken:
    """`<session>.<secret>`"""

    session_id: UUID
    secret: str

    @property
    def hash(self) -> bytes:
        return token_hash(self.secret)

    def __str__(self) -> str:
        return f"{self.session_id}.{self.secret}"

    def successor(self) -> "RefreshToken":
        """Always the same one, although only hashes are stored: parallel requests get one answer."""
        return RefreshToken(self.session_id, derived_token("refresh", self.secret))

    @staticmethod
    def first(session_id: UUID) -> "RefreshToken":
        return RefreshToken(session_id, new_token())

    @staticmethod
    def parse(text: str) -> "RefreshToken":
        session_id, _, found = text.partition(".")
        try:
            return RefreshToken(UUID(session_id), found)
        except ValueError:
            raise SessionEnded from None


def pair(token: RefreshToken, *, user_id: UUID, role: str, now: datetime) -> Tokens:
    access = access_token(user_id=user_id, role=role, session_id=token.session_id, now=now)
    return Tokens(access, str(token))


def key_name(key_id: UUID) -> str:
    return f"{KEY_PREFIX}{key_id.hex}"
