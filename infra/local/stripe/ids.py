"""Identities with Stripe's prefixes."""

import secrets
import string

LETTERS = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{letters(length)}"


def letters(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))
