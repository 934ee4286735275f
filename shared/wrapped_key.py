"""A person's data key as it is stored, apart from what opens it: carrying one takes no right to open it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WrappedKey:
    key_id: str  # the master key's
    wrapped: bytes
