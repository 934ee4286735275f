"""Who may sign in, and what a password and a refresh token are worth. Values in, values out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

USERNAME = r"^[A-Za-z0-9_]{3,30}$"
PASSWORD_LENGTH = (10, 128)
NAMED_FROM = 4  # letters of an address's local part that a password may not contain

ATTEMPTS = 5
LOCK = timedelta(minutes=15)

ACCESS_LIFE = timedelta(minutes=15)
SESSION_LIFE = timedelta(days=30)
GRACE = timedelta(seconds=30)  # in which parallel requests may bring the token that was just rotated

VERIFICATION_LIFE = timedelta(hours=24)
RESET_LIFE = timedelta(minutes=30)
RESETS_AT_A_TIME = 3


def password_fault(password: str, *, email: str, common: frozenset[str]) -> str | None:
    """The sentence for a password that is too easy to guess; shape and length are the body's."""
    folded = password.casefold()
    if folded in common:
        return "This password is on every list of common passwords: choose another."
    local_part = email.partition("@")[0].casefold()
    if len(local_part) >= NAMED_FROM and local_part in folded:
        return "This password contains your address: choose another."
    return None


class Turn(Enum):
    ROTATE = "rotate"  # the current token: it is followed by its successor
    REPEAT = "repeat"  # the one before, just now: answered with the same successor
    REUSED = "reused"  # any other of this session: somebody has a copy
    ENDED = "ended"


@dataclass(frozen=True)
class Held:
    """What a session's row knows of its refresh tokens."""

    current: bytes
    previous: bytes | None
    rotated_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None


def refresh_turn(held: Held, presented: bytes, *, now: datetime) -> Turn:
    if held.revoked_at is not None or held.expires_at <= now:
        return Turn.ENDED
    if presented == held.current:
        return Turn.ROTATE
    just_rotated = held.rotated_at is not None and now - held.rotated_at <= GRACE
    return Turn.REPEAT if presented == held.previous and just_rotated else Turn.REUSED
