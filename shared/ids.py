"""Identities: version 7 UUIDs, and the columns that must never dangle."""

import os
import time
from typing import Annotated
from uuid import UUID

from sqlalchemy.orm import mapped_column

UserId = Annotated[UUID, mapped_column(info={"references": "auth.users.id"})]


def new_id() -> UUID:
    """Milliseconds, then the system's random bits: safe after a fork or a restored snapshot. No order."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)
