"""Tokens that are stored nowhere: whoever holds the server's key makes them again."""

import hmac
from uuid import UUID

from shared.crypto import url_text
from shared.secrets import secret


def derived_token(purpose: str, seed: str) -> str:
    key = secret("token-key").encode()
    return url_text(hmac.digest(key, f"{len(purpose)}:{purpose}{seed}".encode(), "sha256"))


def mailed_token(letter: str, link_id: UUID) -> str:
    """What a letter's link carries, made again for each try: a mail sent twice has the same link."""
    return derived_token(letter, str(link_id))
