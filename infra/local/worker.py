"""What a forked worker does: one call after another, until its line closes."""

import json
import os
import socket
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from infra.local.frames import LENGTH, MOST, packed, unpacked
from shared.handler import Handler


@dataclass(kw_only=True)
class Context:
    """What AWS hands a handler beside the event."""

    function_name: str
    memory_limit_in_mb: int
    aws_request_id: str
    deadline: float  # monotonic seconds

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:local:000000000000:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def work(line: socket.socket, handlers: Mapping[str, Handler]) -> None:
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # several processes write one log
    _send(line, packed({"pid": os.getpid()}))
    stream = line.makefile("rb")
    while (call := _received(stream)) is not None:
        _send(line, _answer(handlers, unpacked(call)))


def _answer(handlers: Mapping[str, Handler], call: dict[str, Any]) -> bytes:
    try:
        answer = packed({"answer": _called(handlers[call["function"]], call)})
    except Exception as error:
        _log(error, call)
        return packed({"error": type(error).__name__, "message": _text(error)})
    return answer if len(answer) <= MOST else packed({"too_large": len(answer)})


def _called(handler: Handler, call: dict[str, Any]) -> Any:
    context = Context(
        function_name=call["function"],
        memory_limit_in_mb=handler.trigger.memory,
        aws_request_id=call["request_id"],
        deadline=time.monotonic() + call["seconds"],
    )
    return handler(call["event"], context)


def _text(error: Exception) -> str:
    """A lone surrogate would not travel, and a NUL not be stored."""
    return str(error).encode(errors="replace").decode().replace("\0", "")


def _log(error: Exception, call: dict[str, Any]) -> None:
    line = {
        "level": "ERROR",
        "message": "call failed",
        "function": call["function"],
        "request_id": call["request_id"],
        "exception": "".join(traceback.format_exception(error)),
    }
    sys.stderr.write(json.dumps(line) + "\n")


def _send(line: socket.socket, message: bytes) -> None:
    line.sendall(LENGTH.pack(len(message)) + message)


def _received(stream: BinaryIO) -> bytes | None:
    """The next call; None where the supervisor has hung up."""
    length = stream.read(LENGTH.size)
    return stream.read(*LENGTH.unpack(length)) if length else None
