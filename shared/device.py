"""Where a request comes from, as far as it tells."""

from dataclasses import dataclass

from shared.words import Language


@dataclass(frozen=True)
class Device:
    address: str
    user_agent: str | None
    language: Language = "en"
