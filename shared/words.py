"""Which of our languages a person reads."""

from typing import Literal

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")


def language_of(accept_language: str | None) -> Language:
    """The first of a browser's languages that is one of ours; its order is its preference, in practice."""
    for wish in (accept_language or "").lower().split(","):
        tongue = wish.strip()[:2]
        if tongue in LANGUAGES:
            return tongue
    return "en"
