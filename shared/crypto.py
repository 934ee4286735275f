"""Tokens: made of 256 random bits, and kept as hashes."""

import base64
import hashlib
import os


def new_token() -> str:
    """256 bits, for a URL."""
    return url_text(os.urandom(32))


def token_hash(token: str) -> bytes:
    """Enough for what has 256 bits of its own; passwords take Argon2."""
    return hashlib.sha256(token.encode()).digest()


def url_text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
