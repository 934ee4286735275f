"""One message on the line between the supervisor and a worker: its length, then JSON."""

import json
import struct
from typing import Any

LENGTH = struct.Struct(">I")
MOST = 6 * 1024 * 1024  # bytes: what Lambda carries, either way


def packed(message: Any) -> bytes:
    """Refuses what is no JSON, or no Unicode, where it is made."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def unpacked(message: bytes | bytearray) -> Any:
    return json.loads(message)
